"""A clause in English and in German at once: the same parts, each in its place."""

from dataclasses import dataclass

HAVE = ("habe", "hast", "hat", "haben")
BE = (
    ("am", "was", "bin", "war"),
    ("are", "were", "bist", "warst"),
    ("is", "was", "ist", "war"),
    ("are", "were", "sind", "waren"),
)
SHORT = {
    "do not": "don't",
    "does not": "doesn't",
    "did not": "didn't",
    "cannot": "can't",
    "is not": "isn't",
    "are not": "aren't",
}


@dataclass(frozen=True, slots=True)
class Phrase:
    """A part of a sentence in both languages, with what decides about other words.

    ``person`` counts the verb forms: ich, du, er, wir.
    """

    english: str
    german: str
    person: int = 2
    word: str = ""
    pronoun: bool = False
    indefinite: bool = False


@dataclass(frozen=True, slots=True)
class Verb:
    """The forms of a verb; ``finite`` are the German ones of the present, by person."""

    base: str
    third: str
    past: str
    finite: tuple[str, ...]
    participle: str


@dataclass(frozen=True, slots=True)
class Modal:
    """A verb that helps another: can, must, will."""

    english: str
    finite: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """Who does what: ``tense`` is present, past or modal, ``asked`` a question word."""

    tense: str
    form: str
    negated: bool
    subject: Phrase
    verb: Verb
    modal: Modal
    thing: Phrase | None = None
    place: Phrase | None = None
    adverb: Phrase | None = None
    front: bool = False
    asked: Phrase | None = None

    @property
    def pattern(self) -> frozenset[str]:
        """What the clause is made of, in the words of the held-out patterns."""
        there = {
            "not": self.negated,
            "adverb": self.front,
            "place": self.place,
            "pronoun": self.subject.pronoun,
        }
        return frozenset({self.tense, self.form} | {name for name, value in there.items() if value})

    @property
    def english(self) -> list[str]:
        """Adverb or question word, helper and subject or subject and verb, then the rest."""
        helper = {"present": "does" if self.subject.person == 2 else "do", "past": "did"}.get(
            self.tense, self.modal.english
        )
        base = self.verb.base
        if self.form != "statement":
            middle = [helper, self.subject.english, f"not {base}" if self.negated else base]
        elif self.negated:
            middle = [self.subject.english, f"{helper} not {base}".replace("can not", "cannot")]
        else:
            middle = [self.subject.english, self._plain(f"{helper} {base}")]
        ends = [part.english for part in (self.thing, self.place) if part]
        begin = [part.english for part in (self.adverb if self.front else None, self.asked) if part]
        return [*begin, *middle, *ends, *([self.adverb.english] if self.adverb and not self.front else [])]

    def _plain(self, with_helper: str) -> str:
        third = self.subject.person == 2
        plain = {"present": self.verb.third if third else self.verb.base, "past": self.verb.past}
        return plain.get(self.tense, with_helper)

    @property
    def german(self) -> list[str]:
        """The finite verb in second place, or first in a question; the other verb last."""
        person = self.subject.person
        finite = {"present": self.verb.finite[person], "past": HAVE[person]}.get(
            self.tense, self.modal.finite[person]
        )
        last = {"present": [], "past": [self.verb.participle]}.get(self.tense, [self.verb.finite[3]])
        before = self.asked or (self.adverb if self.front else None)
        if before:
            begin = [before.german, finite, self.subject.german]
        else:
            begin = (
                [self.subject.german, finite] if self.form == "statement" else [finite, self.subject.german]
            )
        return [*begin, *self._middle(), *last]

    def _middle(self) -> list[str]:
        """A pronoun, when, a noun, not, and where; a thing that is no certain one has its own kein."""
        adverb = None if self.front else self.adverb
        pronoun = self.thing if self.thing and self.thing.pronoun else None
        noun = None if pronoun else self.thing
        denial = Phrase("not", "nicht") if self.negated and not (noun and noun.indefinite) else None
        return [part.german for part in (pronoun, adverb, noun, denial, self.place) if part]


@dataclass(frozen=True, slots=True)
class Being:
    """Who is what, or where."""

    form: str
    past: bool
    negated: bool
    subject: Phrase
    said: Phrase
    adverb: Phrase | None = None
    asked: Phrase | None = None

    @property
    def pattern(self) -> frozenset[str]:
        """What the clause is made of."""
        return frozenset({"be", self.form})

    @property
    def english(self) -> list[str]:
        """The verb before the subject in a question only."""
        be = BE[self.subject.person][1 if self.past else 0]
        middle = [self.subject.english, be] if self.form == "statement" else [be, self.subject.english]
        begin = [part.english for part in (self.asked, self.adverb) if part]
        return [*begin, *middle, *(["not"] if self.negated else []), self.said.english]

    @property
    def german(self) -> list[str]:
        """The verb before the subject in a question, and after an adverb."""
        be = BE[self.subject.person][3 if self.past else 2]
        plain = self.form == "statement" and not self.adverb
        middle = [self.subject.german, be] if plain else [be, self.subject.german]
        begin = [part.german for part in (self.asked, self.adverb) if part]
        return [*begin, *middle, *(["nicht"] if self.negated else []), self.said.german]


def sentence(words: list[str], end: str) -> str:
    """The words with a capital letter first and a sign at the end."""
    return first_big(" ".join(word for word in words if word)) + end


def shortened(text: str) -> str:
    """The text as it is spoken: do not is don't."""
    for long, short in SHORT.items():
        text = text.replace(f" {long} ", f" {short} ")
    return text


def first_big(text: str) -> str:
    """The text with a capital letter first."""
    return text[:1].upper() + text[1:]
