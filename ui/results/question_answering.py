"""Question answering: the answer marked in the context, the best answers, and the scores along the text."""

from explorer.tasks.question_answering import Answer, QuestionAnsweringInput, QuestionAnsweringResult
from ui.figures import counted
from ui.markup import Markup, draw, join, table, tag
from ui.results.answer_chart import draw_places
from ui.results.excerpts import left_out
from ui.results.scores import bar, percent

# Characters of the context on both sides of the answer.
ROOM = 2_000


def draw_answers(result: QuestionAnsweringResult, inputs: QuestionAnsweringInput) -> None:
    """The best answer first, then the others, and where the model looked for them."""
    best = result.answers[0]
    parts = [_said(best), _context(inputs.context, best)]
    if len(result.answers) > 1:
        parts.append(_table(result.answers))
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


def _context(context: str, best: Answer) -> Markup:
    first, last = max(best.start - ROOM, 0), min(best.end + ROOM, len(context))
    marked = tag("mark", context[best.start : best.end]) if best.end > best.start else ""
    words = tag(
        "p",
        left_out(first, "before"),
        context[first : best.start],
        marked,
        context[best.end : last],
        left_out(len(context) - last, "after"),
        dir="auto",
    )
    return tag("div", words, class_="x-result-text", role="region", aria_label="The context", tabindex="0")


def _table(answers: tuple[Answer, ...]) -> Markup:
    rows = (
        tag(
            "tr",
            tag("td", f"{rank}", class_="x-number"),
            tag("th", tag("bdi", answer.answer) if answer.answer else tag("em", "no answer"), scope="row"),
            tag("td", bar(answer.score), class_="x-bar-wide"),
            tag("td", percent(answer.score), class_="x-number"),
            tag("td", f"{answer.start:,} to {answer.end:,}" if answer.answer else "–", class_="x-number"),
        )
        for rank, answer in enumerate(answers, 1)
    )
    columns = ("=Rank", "Answer", "", "=Score", "=Characters")
    title = tag("h3", f"The {counted(len(answers), 'best answer')}")
    return join((title, table("The best answers", columns, rows, "x-answers")))
