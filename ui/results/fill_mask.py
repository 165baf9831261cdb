"""Fill-mask: of each mask the words that fit, with their scores and the sentence."""

from collections.abc import Sequence
from itertools import takewhile

from explorer.tasks.fill_mask import Filling, FillMaskInput, FillMaskResult
from ui.markup import Markup, draw, join, tag
from ui.results.excerpts import clipped, more
from ui.results.scores import bar, percent

MOST_FILLINGS = 100
# Characters of the sentence on both sides of the word.
ROOM = 150


def draw_fillings(result: FillMaskResult, inputs: FillMaskInput) -> None:
    """A list of bars for each mask; every mask is filled by itself."""
    several = len(result.masks) > 1
    # Of many masks each has few.
    most = max(MOST_FILLINGS // max(len(result.masks), 1), 3)
    shown = result.masks[:MOST_FILLINGS]
    parts = [_mask(number, mask, inputs.text, several, most) for number, mask in enumerate(shown, 1)]
    said = tag("p", "Each mask is filled by itself, while the others stay masked.", class_="x-note")
    rest = more(len(shown), len(result.masks), "mask")
    draw(join((*((said,) if several else ()), tag("div", *parts, class_="x-masks"), rest)))


def _mask(number: int, fillings: Sequence[Filling], text: str, several: bool, most: int) -> Markup:
    title = tag("h3", f"Mask {number}" if several else "What fits")
    ends = shared([filling.sequence for filling in fillings], text)
    items = (
        tag(
            "li",
            tag("b", tag("bdi", filling.token_str.strip() or "(space)")),
            bar(filling.score),
            tag("span", percent(filling.score), class_="x-number"),
            tag("small", _sentence(filling, ends), dir="auto"),
        )
        for filling in fillings[:most]
    )
    words = tag("ol", *items, class_="x-bars")
    return tag("section", title, words, more(min(most, len(fillings)), len(fillings), "word"))


def shared(sequences: Sequence[str], text: str) -> tuple[int, int]:
    """How many characters all sentences have in common before and after the mask, at most.

    Of one sentence alone, what it has in common with the text that was typed.
    """
    if len(set(sequences)) < 2:
        sequences = [*(sequence.lower() for sequence in sequences), text.lower()]
    return _common(sequences), _common([sequence[::-1] for sequence in sequences])


def _common(sequences: Sequence[str]) -> int:
    """With how many equal characters all begin."""
    equal = takewhile(lambda letters: len(set(letters)) == 1, zip(*sequences, strict=False))
    return sum(1 for _ in equal)


def place_of(filling: Filling, ends: tuple[int, int]) -> tuple[int, int]:
    """Where the word stands in its sentence: where it covers all that differs from the others."""
    sequence, word = filling.sequence, filling.token_str.strip()
    first, last = ends[0], max(len(sequence) - ends[1], 0)
    start = sequence.rfind(word, 0, first + len(word)) if word else -1
    if start >= 0 and start + len(word) >= last:
        return start, start + len(word)
    # Such as a part of a word, which is written differently when it is alone.
    return min(first, last), max(first, last)


def _sentence(filling: Filling, ends: tuple[int, int]) -> Markup:
    start, end = place_of(filling, ends)
    before, after = filling.sequence[:start], filling.sequence[end:]
    return join(
        (
            clipped(before[::-1], ROOM)[::-1],
            tag("strong", filling.sequence[start:end]),
            clipped(after, ROOM),
        )
    )
