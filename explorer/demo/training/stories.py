"""A grammar of small stories: it tells them, and says whether a text goes on as one of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

SLOT = re.compile(r"\{(\w+)\}")
PRONOUNS = ({"he": "he", "him": "him", "his": "his"}, {"he": "she", "him": "her", "his": "her"})
NAME = "[A-Z][a-z]+"

# The stages of a plot that are still to come, and what the slots hold.
State = tuple[tuple[str, ...], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Story:
    """The sentences of a story, the stage of each, and what the slots hold."""

    lines: tuple[str, ...]
    plot: tuple[str, ...]
    held: Mapping[str, str]

    @property
    def text(self) -> str:
        """The sentences in a row."""
        return " ".join(self.lines)


class Stories:
    """The grammar that the data give; ``held_out`` has the plots that are held out instead of the others."""

    def __init__(self, data: Mapping[str, Any], *, held_out: bool = False):
        self.slots, self.names, self.stages = data["slots"], data["names"], data["stages"]
        self.plots = [tuple(plot.split()) for plot in data["held_out_plots" if held_out else "plots"]]

    def tell(self, random: Random, name: str = "") -> Story:
        """A story; a hero of a given name is not called by it again."""
        pronouns = random.choice(PRONOUNS)
        held = {slot: random.choice(words) for slot, words in self.slots.items()} | pronouns
        held["name"] = name or random.choice(self.names[pronouns["he"]])
        plot = random.choice(self.plots)
        lines = []
        for stage in plot:
            again = [line for line in self.stages[stage] if stage == "opening" or "{name}" not in line]
            lines.append(filled(random.choice(again if name else self.stages[stage]), held))
        return Story(tuple(lines), plot, held)

    def accepts(self, text: str) -> bool:
        """Whether the text is a whole story whose plot is known, and whose words stay what they were."""
        return any(not rest for rest, _ in self._read([(plot, {}) for plot in self.plots], text))

    def goes_on(self, prompt: str, text: str) -> bool:
        """Whether the text goes on from the prompt as a plot does, and keeps to what the prompt said.

        The prompt, and what ends its last sentence, may be of any kind.
        """
        given = len(sentences(prompt))
        known, rest = sentences(text)[:given], sentences(text)[given:]
        held = self._said(" ".join(known))
        ends = {plot[first:] for plot in self.plots for first in range(1, len(plot))}
        found = self._read([(end, held) for end in sorted(ends)], " ".join(rest))
        return bool(rest) and any(not left for left, _ in found)

    def _read(self, found: Sequence[State], text: str) -> Sequence[State]:
        """Every way to read the text's sentences as stages; none when it is no story."""
        for sentence in sentences(text):
            found = [
                (plot[1:], {**held, **new})
                for plot, held in found
                if plot
                for template in self.stages[plot[0]]
                if (new := self._match(template, sentence, held)) is not None
            ]
        return found

    def _said(self, text: str) -> dict[str, str]:
        """What the slots hold after a text of any kind, as far as it leaves no doubt."""
        words = re.findall(r"\w+", text)
        listed = {**self.slots, "name": [name for some in self.names.values() for name in some]}
        said = {slot: {word for word in words if word in known} for slot, known in listed.items()}
        held = {slot: next(iter(found)) for slot, found in said.items() if len(found) == 1}
        genders = {gender(word) for word in words if gender(word)}
        if "name" in held:
            held["gender"] = self._gender_of(held["name"])
        elif len(genders) == 1:
            held["gender"] = genders.pop()
        return held

    def _match(self, template: str, sentence: str, held: Mapping[str, str]) -> dict[str, str] | None:
        """What the template's slots hold in the sentence, when that agrees with what they held before."""
        names: list[str] = []

        def group(slot: re.Match[str]) -> str:
            names.append(slot[1])
            return f"({self._words(slot[1])})"

        found = re.fullmatch(SLOT.sub(group, template.replace(".", r"\.")), sentence)
        if not found:
            return None
        new: dict[str, str] = {}
        for slot, value in zip(names, found.groups(), strict=True):
            facts = {"gender": gender(value)} if slot.lower() in PRONOUNS[0] else {slot: value}
            if slot == "name" and self._gender_of(value):
                facts["gender"] = self._gender_of(value)
            if any({**held, **new}.get(fact, value) != value for fact, value in facts.items()):
                return None
            new |= facts
        return new

    def _gender_of(self, name: str) -> str:
        return next((pronoun for pronoun, names in self.names.items() if name in names), "")

    def _words(self, slot: str) -> str:
        """The pattern of what may stand in the slot."""
        if slot == "name":
            return NAME
        if slot in self.slots:
            return "|".join(self.slots[slot])
        return "|".join(word(slot, pronouns) for pronouns in PRONOUNS)


def filled(template: str, held: Mapping[str, str]) -> str:
    """The template with what the slots hold."""
    return SLOT.sub(lambda slot: word(slot[1], held), template)


def word(slot: str, held: Mapping[str, str]) -> str:
    """What the slot holds; a slot with a capital letter gives its word one."""
    return held[slot] if slot in held else held[slot.lower()].capitalize()


def gender(word: str) -> str:
    """he or she for a pronoun; empty for other words."""
    found = (each["he"] for each in PRONOUNS if word.lower() in each.values())
    return next(found, "")


def sentences(text: str) -> list[str]:
    """The sentences of the text, each with its sign."""
    return [part.strip() for part in re.findall(r"[^.!?]+[.!?]?", text) if part.strip()]


def told(stories: Stories, random: Random) -> Iterator[Story]:
    """Stories without end."""
    while True:
        yield stories.tell(random)
