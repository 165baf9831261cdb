"""One text, every head: what each class makes of it, side by side."""

from collections.abc import Sequence

from explorer.auto_class import BACKBONE
from explorer.inside.every_head import HeadAnswer
from ui import figures
from ui.inside.words import bar, duration, percent, shape_of
from ui.markup import Markup, draw, join, name, tag
from ui.verdicts import SIGNS

MOST_WORDS = 6
MOST_NAMES = 4
LONGEST = 80
NOTHING = Markup()
MEANING = (
    "Every card has the same text and, where it says nothing else, the same backbone; only the head differs. "
    "A head that is not in the checkpoint is drawn at random: its answer is noise, and with another seed it "
    "is other noise."
)
RANDOM_BACKBONE = "The backbone is random too: this class looks for other names in the checkpoint."


def draw_every_head(
    answers: Sequence[HeadAnswer], is_finished: bool, before: Sequence[HeadAnswer] | None = None
) -> None:
    """The answers that are there so far; ``before`` are those of another seed, to compare with."""
    draw(cards(answers, is_finished, before))


def cards(
    answers: Sequence[HeadAnswer], is_finished: bool, before: Sequence[HeadAnswer] | None = None
) -> Markup:
    """A card for each head, and how many of them changed with the seed."""
    earlier = {answer.auto_class: answer for answer in before or ()}
    bare = [answer for answer in answers if _is_backbone(answer, answers)]
    drawn = [_card(answer, earlier.get(answer.auto_class), answer in bare) for answer in answers]
    grid = tag("div", *drawn, class_="x-head-cards")
    return tag(
        "div", tag("p", MEANING, class_="x-note"), _told(answers, is_finished), grid, class_="x-every-head"
    )


def _told(answers: Sequence[HeadAnswer], is_finished: bool) -> Markup:
    heads = [answer for answer in answers if not _is_backbone(answer, answers)]
    trained = sum(answer.is_trained for answer in heads)
    partly = sum(_is_partly(answer) for answer in heads)
    untrained = sum(bool(answer.untrained) and answer.error is None for answer in heads) - partly
    failed = sum(answer.error is not None for answer in answers)
    if not answers:
        text = (
            "This config supports no head that could answer."
            if is_finished
            else "The first head is at work …"
        )
    else:
        text = f"{figures.counted(trained, 'head')} in the checkpoint, {untrained} untrained"
        text += f", {partly} partly untrained" if partly else ""
        text += f", {failed} without an answer" if failed else ""
        text += "." if is_finished else "; more are at work …"
    return tag("p", text, role="status")


def changed(answer: HeadAnswer, before: HeadAnswer | None) -> bool | None:
    """Whether the answer is another than that of the other seed; None where one of them is none."""
    if before is None or answer.error is not None or before.error is not None:
        return None
    return answer.answer != before.answer


def _card(answer: HeadAnswer, before: HeadAnswer | None, is_bare: bool) -> Markup:
    kind = "backbone" if is_bare else "head"
    heading = tag("header", tag("b", name(answer.auto_class)), _badge(answer))
    task = [f" · {answer.task}"] if answer.task else []
    about = tag("p", tag("code", answer.class_name), *task, class_="x-note")
    body = [tag("p", answer.error, class_="x-head-error")] if answer.error else _answered(answer)
    return tag(
        "article",
        heading,
        about,
        *body,
        _mark(answer, before),
        _saved_for(answer, is_bare),
        _untrained(answer),
        class_=f"x-head-card x-of-{kind}",
    )


def _is_backbone(answer: HeadAnswer, answers: Sequence[HeadAnswer]) -> bool:
    """Whether the class is AutoModel's own: some auto classes give it under another name."""
    return answer.class_name in {found.class_name for found in answers if found.auto_class == BACKBONE}


def _badge(answer: HeadAnswer) -> Markup:
    if answer.error is not None:
        return tag("span", f"{SIGNS['error']} no answer", class_="x-badge x-error")
    if answer.untrained:
        said = "partly untrained" if _is_partly(answer) else "untrained"
        return tag("span", f"{SIGNS['untrained head']} {said}", class_="x-badge x-untrained-head")
    return tag("span", f"{SIGNS['ready']} in the checkpoint", class_="x-badge x-ready")


def _is_partly(answer: HeadAnswer) -> bool:
    """Whether something is untrained, but nothing that the answer told needs."""
    return answer.error is None and bool(answer.untrained) and answer.is_answer_trained


def _saved_for(answer: HeadAnswer, is_bare: bool) -> Markup:
    if is_bare or not answer.saved_for or not answer.is_trained:
        return NOTHING
    return tag("p", f"saved for {' and '.join(answer.saved_for)}", class_="x-note")


def _answered(answer: HeadAnswer) -> list[Markup]:
    words = [_words(text, score) for text, score in answer.answer[:MOST_WORDS]]
    more = len(answer.answer) - MOST_WORDS
    rest = [tag("li", f"and {more:,} more")] if more > 0 else []
    shape = f"{answer.output}: {shape_of(answer.shape)}" if answer.output else shape_of(answer.shape)
    return [
        tag("ul", *words, *rest),
        tag("p", f"{shape} · {duration(answer.seconds)}", class_="x-note"),
    ]


def _words(text: str, score: float | None) -> Markup:
    shown = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    said = tag("bdi", shown)
    return tag("li", said) if score is None else tag("li", said, bar(score), tag("small", percent(score)))


def _mark(answer: HeadAnswer, before: HeadAnswer | None) -> Markup:
    is_changed = changed(answer, before)
    if is_changed is None:
        return NOTHING
    text = "≠ changed with the seed" if is_changed else "= stays with another seed"
    return tag("p", tag("span", text, class_="x-badge x-untrained-head" if is_changed else "x-badge"))


def _untrained(answer: HeadAnswer) -> Markup:
    if not answer.untrained:
        return NOTHING
    shown = [tag("code", name(path)) for path in answer.untrained[:MOST_NAMES]]
    named = [part for code in shown for part in (", ", code)][1:]
    more = len(answer.untrained) - MOST_NAMES
    rest = f" and {more:,} more" if more > 0 else ""
    said = [tag("p", RANDOM_BACKBONE, class_="x-notice")] if answer.is_backbone_random else []
    if _is_partly(answer):
        said = [tag("p", "What is told here is trained; the rest of the head is not.", class_="x-note")]
    random = tag("p", "not in the checkpoint, drawn at random: ", *named, rest, class_="x-note")
    return join((*said, random))
