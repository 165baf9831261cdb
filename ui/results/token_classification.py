"""Named entities and other labels: the text with its labelled parts, a legend, and a table."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from explorer.tasks.token_classification import Entity, TokenClassificationInput, TokenClassificationResult
from ui.figures import counted
from ui.markup import Markup, draw, join, table, tag
from ui.results.excerpts import left_out, more
from ui.results.scores import bar, percent

# The tints of palette.css; labels beyond them begin anew, and have their names beside them anyway.
TINTS = 8
MOST_ENTITIES = 200
# Characters of the text behind the last entity that is shown.
ROOM = 2_000


def draw_entities(
    result: TokenClassificationResult, inputs: TokenClassificationInput, labels: tuple[str, ...] = ()
) -> None:
    """The text with a label behind each part that has one, then how many there are of each."""
    tints = tints_of(labels, result.entities)
    shown = sorted(result.entities, key=lambda entity: (entity.start, entity.end))[:MOST_ENTITIES]
    parts = [_text(inputs.text, shown, tints, len(shown) < len(result.entities))]
    if not result.entities:
        nothing = "No part of the text has a label that is to be shown."
        draw(join((tag("p", tag("b", nothing)), *parts)))
        return
    parts = [_legend(result.entities, tints), *parts, more(len(shown), len(result.entities), "labelled part")]
    draw(join((*parts, tag("h3", "In a table"), _table(shown, tints))))


def kind_of(label: str) -> str:
    """The label without the mark that says whether it begins an entity or goes on with one.

    >>> kind_of("B-PER"), kind_of("PER"), kind_of("B-")
    ('PER', 'PER', 'B-')
    """
    return label[2:] if label.startswith(("B-", "I-")) and len(label) > 2 else label


def tints_of(labels: Sequence[str], entities: Iterable[Entity]) -> dict[str, str]:
    """The class of each label's tint, in the checkpoint's order, then in that of the text."""
    known = (*labels, *(entity.label for entity in entities))
    # The label for everything else mostly stands first, and would take a tint for nothing.
    kinds = dict.fromkeys(kind_of(label) for label in known if label != "O")
    tints = {kind: f"x-tint{number % TINTS + 1}" for number, kind in enumerate(kinds)}
    return {label: tints.get(kind_of(label), "x-tint-none") for label in known}


def _text(text: str, entities: Sequence[Entity], tints: Mapping[str, str], is_cut: bool) -> Markup:
    last = entities[-1].end if is_cut else len(text)
    words = tag(
        "p",
        *_parts(text[:last] if is_cut else text[: _end(entities) + ROOM], entities, tints),
        left_out(max(len(text) - (last if is_cut else _end(entities) + ROOM), 0), "after"),
        dir="auto",
    )
    return tag(
        "div",
        words,
        class_="x-result-text x-entities",
        role="region",
        aria_label="The text with its labels",
        tabindex="0",
    )


def _end(entities: Sequence[Entity]) -> int:
    return max((entity.end for entity in entities), default=0)


def _parts(text: str, entities: Sequence[Entity], tints: Mapping[str, str]) -> Iterator[object]:
    """The text in pieces; where parts overlap, each goes on behind the one that began before it."""
    at = 0
    for entity in entities:
        start, end = max(entity.start, at), min(entity.end, len(text))
        yield text[at:start]
        label = tag("small", tag("bdi", entity.label))
        # Nothing is left of the text where several tokens are the bytes of one letter.
        yield tag("mark", text[start:end], label, class_=tints[entity.label], title=percent(entity.score))
        at = max(at, end)
    yield text[at:]


def _legend(entities: Sequence[Entity], tints: Mapping[str, str]) -> Markup:
    counts = Counter(entity.label for entity in entities)
    ordered = [label for label in tints if label in counts]
    entries = (
        tag("span", tag("mark", tag("bdi", label), class_=tints[label]), f" {counts[label]:,}")
        for label in ordered[:50]
    )
    said = tag("span", f"{counted(len(entities), 'labelled part')}:")
    return tag("p", said, *entries, class_="x-legend x-entity-legend")


def _table(entities: Sequence[Entity], tints: Mapping[str, str]) -> Markup:
    rows = (
        tag(
            "tr",
            tag("th", tag("bdi", entity.word.strip() or "(space)"), scope="row"),
            tag("td", tag("mark", tag("bdi", entity.label), class_=tints[entity.label])),
            tag("td", bar(entity.score), class_="x-bar-wide"),
            tag("td", percent(entity.score), class_="x-number"),
            tag("td", f"{entity.start:,} to {entity.end:,}", class_="x-number"),
        )
        for entity in entities
    )
    columns = ("Part", "Label", "", "=Score", "=Characters")
    return table("The labelled parts of the text", columns, rows, "x-entity-table")
