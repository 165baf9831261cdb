"""A small grammar of English and German side by side: cases, genders, and the verb in its place."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from explorer.demo.training import made_up
from explorer.demo.training.clauses import Being, Clause, Modal, Phrase, Verb, first_big, sentence, shortened

NOMINATIVE, ACCUSATIVE, DATIVE = "nominative", "accusative", "dative"
# The endings of the articles der and ein (and mein), and of an adjective after each, by case and gender.
THE = {
    NOMINATIVE: {"m": "der", "f": "die", "n": "das"},
    ACCUSATIVE: {"m": "den", "f": "die", "n": "das"},
    DATIVE: {"m": "dem", "f": "der", "n": "dem"},
}
A_ENDING = {
    NOMINATIVE: {"m": "", "f": "e", "n": ""},
    ACCUSATIVE: {"m": "en", "f": "e", "n": ""},
    DATIVE: {"m": "em", "f": "er", "n": "em"},
}
AFTER_THE = {
    NOMINATIVE: {"m": "e", "f": "e", "n": "e"},
    ACCUSATIVE: {"m": "en", "f": "e", "n": "e"},
    DATIVE: {"m": "en", "f": "en", "n": "en"},
}
AFTER_A = {
    NOMINATIVE: {"m": "er", "f": "e", "n": "es"},
    ACCUSATIVE: {"m": "en", "f": "e", "n": "es"},
    DATIVE: {"m": "en", "f": "en", "n": "en"},
}
# English, German, and the person whose verb form goes with it: ich, du, er, wir.
SUBJECTS = (
    ("I", "ich", 0),
    ("you", "du", 1),
    ("he", "er", 2),
    ("she", "sie", 2),
    ("we", "wir", 3),
    ("they", "sie", 3),
)
OBJECTS = (("me", "mich"), ("you", "dich"), ("him", "ihn"), ("us", "uns"), ("them", "sie"))


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence, its translation, the pattern they are made by, and who does what to whom."""

    english: str
    german: str
    pattern: frozenset[str] = frozenset()
    triple: tuple[str, str, str] = ("", "", "")


class Grammar:
    """Draws pairs of sentences."""

    def __init__(self, data: Mapping[str, Any], random: Random):
        self.random = random
        self.nouns = {parts[0]: parts[1:] for parts in rows(data["nouns"])}
        self.adjectives, self.adverbs, self.questions = (
            words(data[name]) for name in ("adjectives", "adverbs", "questions")
        )
        self.actors, self.places, self.names = (data[name].split() for name in ("actors", "places", "names"))
        self.transitive, self.intransitive = (verbs(data[name]) for name in ("transitive", "intransitive"))
        self.modals = modals(data["modals"])
        self.greetings = [split_greeting(line) for line in lines(data["greetings"])]
        self.phrases = [
            tuple(part.strip() for part in line.split("|")) for line in data["phrases"].splitlines()
        ]

    def draw(self) -> Pair:
        """A pair of any kind."""
        chance = self.random.random()
        if chance < 0.08:
            return self.phrase()
        return self.copula() if chance < 0.25 else self.action()

    def chance(self, share: float) -> bool:
        """True in that share of the cases."""
        return self.random.random() < share

    def name(self) -> str:
        """A name, now and then one that is made up: it must be copied."""
        return made_up.name(self.random) if self.chance(0.3) else self.random.choice(self.names)

    def phrase(self) -> Pair:
        """One of the usual phrases, mostly with a greeting."""
        english, german = self.random.choice(self.phrases)
        name = self.name()
        if self.chance(0.7):
            hello, hallo = self.random.choice(self.greetings)
            who = f" {self.name()}" if self.chance(0.3) else ""
            english, german = f"{hello}{who}, {english}", f"{hallo}{who}, {german}"
        return Pair(first_big(english.replace("NAME", name)), first_big(german.replace("NAME", name)))

    def noun_phrase(self, word: str, case: str, denied: bool = False) -> Phrase:
        """Article, sometimes an adjective, and the noun; ``denied`` makes a into no."""
        german, gender = self.nouns[word]
        article = "a" if denied else self.random.choice(("the", "the", "a", "my", "your"))
        adjective = self.random.choice(self.adjectives) if self.chance(0.3) else None
        stem = {"the": "", "a": "kein" if denied else "ein", "my": "mein", "your": "dein"}[article]
        determiner = stem + A_ENDING[case][gender] if stem else THE[case][gender]
        ending = (AFTER_A if stem else AFTER_THE)[case][gender]
        middle = (f"{adjective.english} ", f"{bent(adjective.german)}{ending} ") if adjective else ("", "")
        english = f"{middle[0]}{word}"
        article = "an" if article == "a" and english[0] in "aeiou" else article
        return Phrase(
            f"{article} {english}",
            f"{determiner} {middle[1]}{german}",
            2,
            word,
            indefinite=article in ("a", "an"),
        )

    def subject(self) -> Phrase:
        """Who acts."""
        chance = self.random.random()
        if chance < 0.4:
            english, german, person = self.random.choice(SUBJECTS)
            return Phrase(english, german, person, english, pronoun=True)
        if chance < 0.55:
            name = self.name()
            return Phrase(name, name, 2, "NAME")
        return self.noun_phrase(self.random.choice(self.actors), NOMINATIVE)

    def thing(self, denied: bool) -> Phrase:
        """What is acted on; after a negation a thing that is no certain one is denied itself: kein."""
        if self.chance(0.2):
            english, german = self.random.choice(OBJECTS)
            return Phrase(english, german, word=english, pronoun=True)
        word = self.random.choice(list(self.nouns))
        if denied and self.chance(0.3):
            return self.noun_phrase(word, ACCUSATIVE, denied=True)
        phrase = self.noun_phrase(word, ACCUSATIVE)
        while denied and phrase.indefinite:
            phrase = self.noun_phrase(word, ACCUSATIVE)
        return phrase

    def place(self) -> Phrase:
        """In the garden: in dem is said im."""
        inside = self.noun_phrase(self.random.choice(self.places), DATIVE)
        return Phrase(f"in {inside.english}", f"in {inside.german}".replace("in dem ", "im "))

    def pattern(self) -> tuple[str, str, bool]:
        """Tense, form of the sentence, and whether it is negated."""
        form = self.random.choice(("statement", "statement", "statement", "question", "why"))
        return self.random.choice(("present", "present", "past", "modal")), form, self.chance(0.25)

    def action(self) -> Pair:
        """Somebody does something."""
        tense, form, negated = self.pattern()
        subject = self.subject()
        transitive = self.chance(0.75)
        verb = self.random.choice(self.transitive if transitive else self.intransitive)
        thing = self.thing(negated) if transitive else None
        place = self.place() if self.chance(0.25) else None
        adverb = self.random.choice(self.adverbs) if self.chance(0.3) else None
        front = adverb is not None and form == "statement" and self.chance(0.6)
        asked = self.random.choice(self.questions) if form == "why" else None
        modal = self.random.choice(self.modals)
        clause = Clause(tense, form, negated, subject, verb, modal, thing, place, adverb, front, asked)
        return self.pair(clause, (subject.word, verb.base, thing.word if thing else ""))

    def copula(self) -> Pair:
        """Somebody is so, or there."""
        _, form, negated = self.pattern()
        past = self.chance(0.3)
        subject = self.subject()
        said = self.place() if self.chance(0.3) else self.random.choice(self.adjectives)
        adverb = self.random.choice(self.adverbs) if form == "statement" and self.chance(0.2) else None
        asked = self.random.choice(self.questions[:2]) if form == "why" else None
        if form == "why" and self.chance(0.4):
            asked, said, negated = Phrase("where", "wo"), Phrase("", ""), False
        being = Being(form, past, negated, subject, said, adverb, asked)
        return self.pair(being, (subject.word, "be", said.english))

    def pair(self, clause: Clause | Being, triple: tuple[str, str, str]) -> Pair:
        """The clause as two sentences; the English one is now and then shortened."""
        end = "." if clause.form == "statement" else "?"
        english, german = sentence(clause.english, end), sentence(clause.german, end)
        return Pair(shortened(english) if self.chance(0.3) else english, german, clause.pattern, triple)


def lines(text: str) -> list[str]:
    """The parts between semicolons."""
    return [" ".join(part.split()) for part in text.split(";")]


def rows(text: str) -> list[list[str]]:
    """The words of each part between semicolons."""
    return [part.split() for part in text.split(";")]


def words(text: str) -> list[Phrase]:
    """The words of each part: English and German."""
    return [Phrase(english, german) for english, german in rows(text)]


def verbs(text: str) -> list[Verb]:
    """English forms, then German ones; a slash parts English forms of several words."""
    found = []
    for line in lines(text):
        english, german = (part.strip() for part in line.split(","))
        base, third, past = english.split("/") if "/" in english else english.split()
        *finite, participle = german.split()
        found.append(Verb(base, third, past, tuple(finite), participle))
    return found


def modals(text: str) -> list[Modal]:
    """The English form, then the German ones."""
    parts = (line.split(",") for line in lines(text))
    return [Modal(english, tuple(german.split())) for english, german in parts]


def split_greeting(line: str) -> tuple[str, str]:
    """The English half and the German half."""
    words = line.split()
    middle = len(words) // 2
    return " ".join(words[:middle]), " ".join(words[middle:])


def bent(adjective: str) -> str:
    """The adjective as it stands before an ending: müde loses its e."""
    return adjective.removesuffix("e")
