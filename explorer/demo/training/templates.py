"""Sentences from templates: ``the {thing} was {good}``, with words for every slot.

Training and held-out sentences differ in their templates, not only in the words that fill them:
a split by words would prove nothing about sentences of another form.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

Slots = Mapping[str, Sequence[str]]
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Span:
    """The characters of a sentence that a slot gave."""

    slot: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A filled template, and where its slots' words lie."""

    text: str
    spans: tuple[Span, ...] = ()

    def word(self, slot: str) -> str:
        """The words that fill the first slot of this name."""
        span = next(span for span in self.spans if span.slot == slot)
        return self.text[span.start : span.end]


def read_data(name: str) -> dict[str, Any]:
    """The slots and templates of a task, from the TOML file of that name beside this module."""
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text("utf-8"))


def fill(template: str, slots: Slots, random: Random) -> Sentence:
    """The template with a word for every slot; the same slot twice gives different words where it can.

    A slot's words may have slots of their own, whose spans are given too, after that around them.
    """
    spans: list[Span] = []
    text = _fill(template, slots, random, 0, spans, {})
    return Sentence(text, tuple(spans))


def _fill(
    template: str, slots: Slots, random: Random, start: int, spans: list[Span], used: dict[str, list[str]]
) -> str:
    text = ""
    for index, part in enumerate(_SLOT.split(template)):
        if index % 2 == 0:
            text += part
            continue
        taken = used.setdefault(part, [])
        words = [word for word in slots[part] if word not in taken] or list(slots[part])
        word = random.choice(words)
        taken.append(word)
        place, here = len(spans), start + len(text)
        filled = _fill(word, slots, random, here, spans, used)
        spans.insert(place, Span(part, here, here + len(filled)))
        text += filled
    return text


def sample(templates: Sequence[str], slots: Slots, count: int, random: Random) -> Iterator[Sentence]:
    """So many sentences, an equal number from every template as far as that goes."""
    for index in range(count):
        yield fill(templates[index % len(templates)], slots, random)


def split(templates: Sequence[str], share: float, random: Random) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The templates in two parts, of which the second has the share: to tune without the held-out ones."""
    shuffled = random.sample(templates, len(templates))
    middle = len(shuffled) - round(len(shuffled) * share)
    return tuple(shuffled[:middle]), tuple(shuffled[middle:])


def words_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Every word and sign of the texts once, slots left out, in order of first use."""
    return tuple(
        dict.fromkeys(word for text in texts for word in re.findall(r"\w+|[^\w\s]", _SLOT.sub(" ", text)))
    )
