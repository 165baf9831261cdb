"""Text classification: of each text the labels with their scores."""

from collections.abc import Sequence

from explorer.tasks.text_classification import (
    LabelScore,
    TextClassificationInput,
    TextClassificationResult,
)
from ui.markup import Markup, draw, join, table, tag
from ui.results.excerpts import clipped, more
from ui.results.scores import bar, percent, signed, signed_bar

FUNCTIONS = {
    "softmax": "One label is right: the scores of all labels add up to 100 %.",
    "sigmoid": "Each label by itself: several may be right, or none; their scores need not add up.",
    "none": "These are the logits, the head's numbers as they are: not between 0 and 1, and below zero too.",
}
# Beyond these, texts are rows of a table.
MOST_BLOCKS = 5
MOST_LABELS = 20
MOST_ROWS = 200


def draw_labels(result: TextClassificationResult, inputs: TextClassificationInput) -> None:
    """Bars for few texts, a table with the best label of each for many."""
    said = tag("p", FUNCTIONS.get(result.function, result.function), class_="x-note")
    if len(result.texts) > MOST_BLOCKS:
        draw(join((said, _table(result, inputs.texts), more(MOST_ROWS, len(inputs.texts), "text"))))
        return
    blocks = (
        _block(text, labels, result.function, len(inputs.texts) > 1)
        for text, labels in zip(inputs.texts, result.texts, strict=True)
    )
    draw(join((said, tag("div", *blocks, class_="x-classified"))))


def _block(text: str, labels: Sequence[LabelScore], function: str, is_named: bool) -> Markup:
    scores = [label.score for label in labels]
    items = (
        tag(
            "li",
            tag("b", tag("bdi", label.label)),
            _bar(label.score, scores, function),
            tag("span", _score(label.score, function), class_="x-number"),
        )
        for label in labels[:MOST_LABELS]
    )
    title = (tag("h3", clipped(text, 200), dir="auto"),) if is_named else ()
    return tag(
        "section",
        *title,
        tag("ol", *items, class_="x-bars"),
        more(min(MOST_LABELS, len(labels)), len(labels), "label"),
    )


def _table(result: TextClassificationResult, texts: Sequence[str]) -> Markup:
    bests = [labels[0] for labels in result.texts]
    scores = [best.score for best in bests]
    rows = (
        tag(
            "tr",
            tag("td", f"{number:,}", class_="x-number"),
            tag("th", clipped(text, 200), scope="row", dir="auto"),
            tag("td", tag("b", tag("bdi", best.label))),
            tag("td", _bar(best.score, scores, result.function), class_="x-bar-wide"),
            tag("td", _score(best.score, result.function), class_="x-number"),
        )
        for number, (text, best) in enumerate(zip(texts[:MOST_ROWS], bests, strict=False), 1)
    )
    columns = ("=No.", "Text", "Best label", "", "=Logit" if result.function == "none" else "=Score")
    return table("The best label of each text", columns, rows, "x-classes")


def _bar(score: float, scores: Sequence[float], function: str) -> Markup:
    return signed_bar(score, min(scores), max(scores)) if function == "none" else bar(score)


def _score(score: float, function: str) -> str:
    return signed(score) if function == "none" else percent(score)
