"""Question answering: the answer marked in the context, the best answers, and the scores along the text."""

from explorer.tasks.question_answering import Answer, QuestionAnsweringInput, QuestionAnsweringResult
from ui.figures import counted
from ui.markup import Markup, draw, join, table, tag
from ui.results.answer_chart import draw_places
from ui.results.excerpts import left_out
from ui.results.scores import bar, percent

# Characters of the context on both sides of the best answer, and of the others in their rows.
ROOM, ROOM_IN_ROW = 150, 50
# How much less room is taken to begin or end at a space.
NEAR = 20


def draw_answers(result: QuestionAnsweringResult, inputs: QuestionAnsweringInput) -> None:
    """The best answer first, then the others, and where the model looked for them."""
    best = result.answers[0]
    parts = [_said(best), _around(inputs.context, best)]
    if len(result.answers) > 1:
        parts.append(_table(result.answers, inputs.context))
    if _limits(inputs.context, best, ROOM) != (0, len(inputs.context)):
        parts.append(_whole(inputs.context, best))
    draw(join(parts))
    draw_places(result.places, inputs.context)


def _said(best: Answer) -> Markup:
    if best.answer:
        words: tuple[object, ...] = (tag("b", tag("bdi", best.answer)), f" {percent(best.score)}")
    elif best.score > 0:
        words = (
            tag("b", "No answer."),
            f" The model finds that the context has none: {percent(best.score)}.",
        )
    else:
        words = (tag("b", "No answer."), " The model found no part of the context that could be one.")
    return tag("p", *words, class_="x-result-answer")


def _around(context: str, best: Answer) -> Markup:
    """The answer with the words about it, so that it is in sight."""
    first, last = _limits(context, best, ROOM)
    words = tag(
        "p",
        left_out(first, "before"),
        "…" if first else "",
        _marked(context, best, first, last),
        "…" if last < len(context) else "",
        left_out(len(context) - last, "after"),
        dir="auto",
    )
    return tag(
        "div", words, class_="x-result-text", role="region", aria_label="Around the answer", tabindex="0"
    )


def _whole(context: str, best: Answer) -> Markup:
    words = tag("p", _marked(context, best, 0, len(context)), dir="auto")
    text = tag("div", words, class_="x-result-text", role="region", aria_label="The context", tabindex="0")
    count = counted(len(context), "character")
    return tag("details", tag("summary", f"The whole context: {count}"), text, class_="x-result-more")


def _marked(context: str, answer: Answer, first: int, last: int) -> Markup:
    """This part of the context with the answer marked in it."""
    marked = tag("mark", context[answer.start : answer.end]) if answer.end > answer.start else ""
    return join((context[first : answer.start], marked, context[answer.end : last]))


def _limits(context: str, answer: Answer, room: int) -> tuple[int, int]:
    """Where the text about the answer begins and ends: at spaces, where there are any near."""
    first, last = max(answer.start - room, 0), min(answer.end + room, len(context))
    space = context.find(" ", first, answer.start) + 1 if first else 0
    first = space if 0 < space <= first + NEAR else first
    space = context.rfind(" ", answer.end, last) if last < len(context) else -1
    return first, space if space >= max(last - NEAR, answer.end) else last


def _table(answers: tuple[Answer, ...], context: str) -> Markup:
    rows = (
        tag(
            "tr",
            tag("td", f"{rank}", class_="x-number"),
            tag("th", *_in_row(context, answer), scope="row"),
            tag("td", bar(answer.score), class_="x-bar-wide"),
            tag("td", percent(answer.score), class_="x-number"),
            tag("td", f"{answer.start:,} to {answer.end:,}" if answer.answer else "–", class_="x-number"),
        )
        for rank, answer in enumerate(answers, 1)
    )
    columns = ("=Rank", "Answer", "", "=Score", "=Characters")
    title = tag("h3", f"The {counted(len(answers), 'best answer')}")
    return join((title, table("The best answers", columns, rows, "x-answers")))


def _in_row(context: str, answer: Answer) -> tuple[Markup, ...]:
    """The answer, and below it the words about it."""
    if not answer.answer:
        return (tag("em", "no answer"),)
    first, last = _limits(context, answer, ROOM_IN_ROW)
    before, after = "…" if first else "", "…" if last < len(context) else ""
    around = tag("small", before, _marked(context, answer, first, last), after, dir="auto")
    return tag("bdi", answer.answer), around
