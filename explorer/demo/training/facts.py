"""Contexts of a few facts, with a question about them: what the question-answering demo learns from."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from explorer.demo.training.fillers import Filler, Fillers

_SLOT = re.compile(r"\{(\w)\.?(\w*)\}")
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Question:
    """A question about a context, and the characters of the context that answer it; none where nothing does.

    The rest is what a teacher would point at: the sentence that was asked about, what fills the slots of
    all sentences, and what of that the question names.
    """

    text: str
    context: str
    answer_span: Span = (0, 0)
    sentence: Span = (0, 0)
    fillers: tuple[Span, ...] = ()
    named: tuple[Span, ...] = ()

    @property
    def answer(self) -> str:
        """The words of the context that answer; empty when the context does not say."""
        return self.context[slice(*self.answer_span)]


@dataclass(frozen=True, slots=True)
class Fact:
    """A filled template, where the words of each slot lie in it, and its family."""

    text: str
    places: Mapping[str, Span]
    filled: Mapping[str, Filler]
    family: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, what it names, and the slot that answers it; no slot where the context does not say."""

    text: str
    named: tuple[Filler, ...]
    slot: str | None


def write(template: str, filled: Mapping[str, Filler]) -> tuple[str, dict[str, Span]]:
    """The template with its slots filled, and where each slot's words lie."""
    text, done = "", 0
    places: dict[str, Span] = {}
    for slot in _SLOT.finditer(template):
        name, form = slot.groups()
        text += template[done : slot.start()]
        words = filled[name].forms[form]
        places[name] = (len(text) + filled[name].skip, len(text) + len(words))
        text, done = text + words, slot.end()
    text += template[done:]
    return text[:1].upper() + text[1:], places


def slots_of(template: str) -> list[str]:
    """The names of the template's slots."""
    return sorted({slot[1] for slot in _SLOT.finditer(template)})


class FactBook:
    """Draws facts of the data's families, and questions about them.

    With ``held_out`` words come from the lists that are held out; ``facts`` and ``ask`` name the templates.
    Only training templates are varied: by odd words in them, and by other question words.
    """

    def __init__(
        self,
        data: Mapping[str, Any],
        random: Random,
        *,
        facts: str = "facts",
        ask: str = "ask",
        held_out: bool = False,
    ):
        self.families, self.vary, self.random = data["family"], data["vary"], random
        self.facts_key, self.ask_key, self.varied = facts, ask, not held_out
        self.fillers = Fillers(data["words"], random, held_out=held_out)

    def questions(self, most: int = 3) -> Iterator[Question]:
        """Questions without end, about one to ``most`` facts each; about one in eight has no answer."""
        while True:
            found = self.question(self.random.randint(1, most))
            if found:
                yield found

    def question(self, count: int) -> Question | None:
        """A question about one of so many facts, or None where the drawn fact has none to ask."""
        fact = self.fact(self.random.choice(self.families))
        others = [self.distractor(fact) for _ in range(count - 1)]
        chance = self.random.random()
        if chance < 0.05:
            asked = self.ask(self.fact(self.random.choice(self.families)), fact)
        else:
            asked = self.ask(self.changed(fact) if chance < 0.15 else fact, fact)
        return self.context(asked, fact, others) if asked else None

    def context(self, asked: Asked, fact: Fact, others: list[Fact]) -> Question:
        """The facts in some order with a little noise around, and where in them is what."""
        lines: list[str | Fact] = [fact, *others]
        self.random.shuffle(lines)
        for _ in range(self.random.choice((0, 0, 0, 1, 2))):
            lines.insert(self.random.randint(0, len(lines)), self.random.choice(self.vary["noise"]))
        context, here = "", 0
        fillers: list[Span] = []
        named: list[Span] = []
        for line in lines:
            if self.random.random() < 0.1:
                context += " ".join(self.fillers.odd_words()) + self.random.choice((", ", ": "))
            if line is fact:
                here = len(context)
            if isinstance(line, Fact):
                spans = {name: moved(place, len(context)) for name, place in line.places.items()}
                fillers += spans.values()
                named += (span for name, span in spans.items() if line.filled[name] in asked.named)
            context += (line if isinstance(line, str) else line.text) + " "
        if asked.slot is None:
            return Question(asked.text, context.rstrip(), fillers=tuple(fillers), named=tuple(named))
        answer, whole = moved(fact.places[asked.slot], here), moved((0, len(fact.text)), here)
        return Question(asked.text, context.rstrip(), answer, whole, tuple(fillers), tuple(named))

    def fact(self, family: Mapping[str, Any], known: Mapping[str, Filler] | None = None) -> Fact:
        """A fact of the family, with new words except for those that are known."""
        filled = {name: self.fillers.draw(kind) for name, kind in family["slots"].items()} | dict(known or {})
        template = self.random.choice(family[self.facts_key])
        text, places = write(self.with_odd_word(template, 0.35), filled)
        return Fact(text, places, filled, family)

    def distractor(self, fact: Fact) -> Fact:
        """Another fact, often of the same form or about the same one; it answers another question."""
        chance = self.random.random()
        if chance < 0.4:
            return self.fact(fact.family)
        family = self.random.choice([one for one in self.families if one is not fact.family])
        alike = [
            name
            for name, kind in family["slots"].items()
            if name in "xp" and fact.family["slots"].get(name) == kind
        ]
        return self.fact(family, {name: fact.filled[name] for name in alike} if chance < 0.7 else None)

    def changed(self, fact: Fact) -> Fact:
        """The fact with one slot filled otherwise, which is not the fact of the context any more."""
        name = self.random.choice(sorted(fact.places))
        filled = {**fact.filled, name: self.fillers.draw(fact.family["slots"][name])}
        return Fact(fact.text, fact.places, filled, fact.family)

    def ask(self, fact: Fact, context: Fact) -> Asked | None:
        """A question about the fact, when the context is this fact or does not answer it."""
        choices = [
            (slot, [template for template in templates if set(slots_of(template)) <= set(fact.places)])
            for slot, templates in fact.family[self.ask_key].items()
            if slot in fact.places
        ]
        choices = [choice for choice in choices if choice[1]]
        if not choices:
            return None
        slot, templates = self.random.choice(choices)
        template = self.random.choice(templates)
        names = slots_of(template)
        text, _ = write(self.with_odd_word(self.reworded(template), 0.15), fact.filled)
        answered = context.family is fact.family and all(
            context.filled[name] == fact.filled[name] for name in names
        )
        if answered and fact is not context:
            return None
        return Asked(text, tuple(fact.filled[name] for name in names), slot if answered else None)

    def with_odd_word(self, template: str, share: float) -> str:
        """That share of the templates with an odd word between two of its words."""
        if not self.varied or self.random.random() > share:
            return template
        words = template.split(" ")
        place = self.random.randint(0, len(words) - 1)
        # Beside a slot a made-up word would look like a part of the name.
        beside = any("{" in word for word in words[max(0, place - 1) : place + 1])
        known = beside or self.random.random() < 0.5
        words.insert(place, self.random.choice(self.vary["adverbs"]) if known else self.fillers.odd_word())
        return " ".join(words)

    def reworded(self, template: str) -> str:
        """The question with another question word, or with words before it."""
        first, _, rest = template.partition(" ")
        if (
            self.varied
            and first in self.vary["question"]
            and self.random.random() < 0.4
            and rest != "is {x}?"
        ):
            template = f"{self.random.choice(self.vary['question'][first])} {rest}"
        if self.varied and self.random.random() < 0.1:
            template = f"{self.random.choice(self.vary['before'])} {template[:1].lower()}{template[1:]}"
        return template


def moved(span: Span, by: int) -> Span:
    """The span so many characters further on."""
    return span[0] + by, span[1] + by
