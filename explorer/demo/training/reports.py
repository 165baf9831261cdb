"""Reports of three sentences and their sums: what the summarization demo learns from."""

import re
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from explorer.demo.training import made_up
from explorer.demo.training.tellings import spoil

SLOT = re.compile(r"\{(\w+)\}")
MADE_UP, SPOILT = 0.15, 0.2
WOMAN = {"he": "she", "him": "her", "his": "her"}
MAN = {"he": "he", "him": "him", "his": "his"}


class Reports:
    """Draws reports and their sums; with ``held_out``, from the templates that are held out."""

    def __init__(self, data: Mapping[str, Any], random: Random, *, held_out: bool = False):
        self.slots, self.families, self.random = data["slots"], data["family"], random
        self.key = "held_out" if held_out else "training"
        self.odd = () if held_out else tuple(data["odd"]["words"].split())
        self.kept = {word for words in self.slots.values() for word in words}

    def draw(self) -> tuple[str, str]:
        """The three sentences and the one that sums them up."""
        family = self.random.choice(self.families)
        held = self._held()
        lines = [_filled(self.random.choice(part[self.key]), held) for part in family["parts"]]
        if self.odd:
            kept = self.kept | {held["who"], held["city"]}
            lines = [self._perhaps_spoilt(line, kept) for line in lines]
        return " ".join(lines), _filled(family["summary"], held)

    def _held(self) -> dict[str, str]:
        """A word for every slot; who is a woman or a man."""
        pick = self.random
        held = {slot: pick.choice(words) for slot, words in self.slots.items()}
        kind, pronouns = pick.choice((("woman", WOMAN), ("man", MAN)))
        held |= {**pronouns, "who": held[kind]}
        if self.odd:
            held |= {slot: made_up.name(pick) for slot in ("who", "city") if pick.random() < MADE_UP}
        held["other"] = pick.choice([job for job in self.slots["job"] if job != held["job"]])
        return held | {
            "number": str(pick.randint(2, 60)),
            "hour": str(pick.randint(2, 12)),
            "year": str(pick.randint(1500, 2025)),
            "height": str(pick.randint(10, 399)),
        }

    def _perhaps_spoilt(self, line: str, kept: set[str]) -> str:
        if self.random.random() > SPOILT:
            return line
        return spoil(line, self.odd, kept, self.random)


def drawn(reports: Reports) -> Iterator[tuple[str, str]]:
    """Reports and sums without end."""
    while True:
        yield reports.draw()


def _filled(template: str, held: Mapping[str, str]) -> str:
    text = SLOT.sub(lambda slot: _word(slot[1], held), template)
    return text[0].upper() + text[1:]


def _word(slot: str, held: Mapping[str, str]) -> str:
    return held[slot] if slot in held else held[slot.lower()].capitalize()
