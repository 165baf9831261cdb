"""Words for the slots of facts: from the lists of the data, and made up."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

FORMS = ("", "s", "ing", "past", "done")
ONSETS = [
    "b",
    "bl",
    "br",
    "c",
    "ch",
    "cl",
    "cr",
    "d",
    "dr",
    "f",
    "fl",
    "fr",
    "g",
    "gl",
    "gr",
    "h",
    "j",
    "k",
    "kl",
    "l",
    "m",
    "n",
    "p",
    "pl",
    "pr",
    "qu",
    "r",
    "s",
    "sh",
    "sk",
    "sl",
    "sn",
    "st",
    "t",
    "th",
    "tr",
    "v",
    "w",
    "z",
]
VOWELS = ["a", "a", "e", "e", "i", "i", "o", "o", "u", "ai", "ea", "ee", "oo", "ou"]
CODAS = [
    "",
    "b",
    "ck",
    "d",
    "g",
    "l",
    "ll",
    "m",
    "n",
    "ng",
    "nk",
    "r",
    "rk",
    "rt",
    "s",
    "ss",
    "st",
    "t",
    "tt",
    "x",
]


@dataclass(frozen=True, slots=True)
class Filler:
    """What stands in a slot, in its forms; an answer leaves out the first ``skip`` characters."""

    forms: Mapping[str, str]
    skip: int = 0


def plain(words: str, skip: int = 0) -> Filler:
    """A filler with one form."""
    return Filler({"": words}, skip)


class Fillers:
    """Draws fillers of every kind that the families name."""

    def __init__(self, words: Mapping[str, str], random: Random, *, held_out: bool):
        self.random = random
        self.lists = {name: text.split() for name, text in words.items()}
        for name in ("verbs", "reasons"):
            self.lists[name] = [" ".join(part.split()) for part in words[name].split(";")]
        if held_out:
            for name in ("nouns", "names", "places"):
                self.lists[name] = self.lists[f"held_out_{name}"]

    def draw(self, kind: str) -> Filler:
        """A filler of the kind."""
        found = getattr(self, kind)()
        return found if isinstance(found, Filler) else plain(found)

    def pick(self, *names: str) -> str:
        """A word of one of the lists."""
        return self.random.choice(self.lists[self.random.choice(names)])

    def chance(self, share: float) -> bool:
        """True in that share of the cases."""
        return self.random.random() < share

    def odd_word(self) -> str:
        """A made-up word of one to three syllables."""
        count = self.random.choice((1, 1, 1, 2, 2, 3))
        pick = self.random.choice
        return "".join(
            pick(ONSETS) + pick(VOWELS) + (pick(CODAS) if pick((0, 1)) else "") for _ in range(count)
        )

    def odd_words(self) -> list[str]:
        """One to three made-up words."""
        return [self.odd_word() for _ in range(self.random.randint(1, 3))]

    def odd_name(self) -> str:
        """A made-up name of one or two words."""
        return " ".join(self.odd_word().capitalize() for _ in range(self.random.choice((1, 1, 2))))

    def noun(self) -> str:
        return self.odd_word() if self.chance(0.35) else self.pick("nouns")

    def person(self) -> str:
        name = self.odd_word().capitalize() if self.chance(0.5) else self.pick("names")
        return f"{name} {self.odd_word().capitalize()}" if self.chance(0.35) else name

    def agent(self) -> str:
        chance = self.random.random()
        if chance < 0.5:
            return self.person()
        if chance < 0.8:
            return self.odd_name() + self.random.choice(("", "", " Inc.", " Company"))
        return f"{self.random.choice(('the', 'my', 'our', 'a'))} {self.pick('jobs', 'relatives')}"

    def thing(self) -> str:
        words = [self.random.choice(("a", "a", "the", "the", "an", "his", "this", "some"))]
        words += (
            [self.pick("adjectives")] * self.chance(0.3) + [self.noun()] + [self.noun()] * self.chance(0.12)
        )
        chance = self.random.random()
        if chance < 0.18:
            verb = self.verb().forms[self.random.choice(("s", "past"))]
            words += ["that", verb, self.random.choice((self.odd_name(), self.noun(), f"the {self.noun()}"))]
        elif chance < 0.3:
            words += [self.random.choice(("of the", "for the", "with a", "for")), self.noun()]
        elif chance < 0.4:
            return " ".join([*words[1:-1], self.plural()])
        return " ".join(words)

    def topic(self) -> str:
        chance = self.random.random()
        return self.place() if chance < 0.4 else self.odd_name() if chance < 0.6 else f"the {self.noun()}"

    def value(self) -> str:
        pick = (self.person, self.place, self.number, self.noun, lambda: self.pick("adjectives"), self.thing)
        return self.random.choice(pick)()

    def feature(self) -> str:
        return self.noun() if self.chance(0.25) else self.pick("features")

    def place(self) -> str:
        if self.chance(0.5):
            return self.random.choice(("", "", "", "New ", "North ", "Lake ")) + self.odd_name()
        return self.pick("places")

    def where(self) -> Filler:
        if self.chance(0.5):
            return plain(f"in {self.place()}", 3)
        word = self.random.choice(("in", "on", "at", "near", "under", "behind"))
        return plain(f"{word} the {self.noun()}", len(word) + 1)

    def time(self) -> Filler:
        chance = self.random.random()
        if chance < 0.35:
            return plain(f"in {self.year()}", 3)
        if chance < 0.6:
            return plain(f"on {self.pick('days')}", 3)
        if chance < 0.8:
            return plain(f"in {self.pick('months')}" + f" {self.year()}" * self.chance(0.4), 3)
        if chance < 0.9:
            return plain(self.random.choice(("yesterday", "last year", "last week", "two days ago", "today")))
        word = self.random.choice(("noon", "midnight", "night", f"{self.random.randint(1, 12)} o'clock"))
        return plain(f"at {word}", 3)

    def year(self) -> str:
        return str(self.random.randint(1500, 2030))

    def number(self) -> str:
        return str(self.random.randint(2, 999)) if self.chance(0.5) else self.pick("numbers")

    def plural(self) -> str:
        return f"{self.noun()}s"

    def money(self) -> str:
        return f"{self.number()} {self.random.choice(('dollars', 'euros', 'pounds', 'cents'))}"

    def age(self) -> str:
        return f"{self.number()} {self.random.choice(('years', 'years', 'months', 'days'))}"

    def job(self) -> str:
        return f"a {self.odd_word() if self.chance(0.2) else self.pick('jobs')}"

    def kind(self) -> str:
        return f"a {self.random.choice(('company', 'company', 'school', 'shop', self.noun(), self.noun()))}"

    def relation(self) -> str:
        return self.pick("relatives")

    def event(self) -> str:
        word = self.random.choice(("concert", "meeting", "party", "lesson", "race", "show", "war", "fair"))
        name = self.random.choice((self.odd_word(), self.noun(), self.pick("adjectives")))
        return f"the {name} {word}" if self.chance(0.6) else f"the {word} of {self.odd_name()}"

    def means(self) -> Filler:
        return plain(
            f"by {self.random.choice(('train', 'car', 'bus', 'plane', 'ship', 'bike', self.odd_word()))}"
        )

    def verb(self) -> Filler:
        if self.chance(0.25):
            base = self.odd_word() + self.random.choice("dgklmnprt")
            return Filler(
                dict(zip(FORMS, (base, f"{base}s", f"{base}ing", f"{base}ed", f"{base}ed"), strict=True))
            )
        return Filler(dict(zip(FORMS, self.pick("verbs").split(), strict=True)))

    def action(self) -> Filler:
        verb, thing = self.verb(), self.thing()
        return Filler({form: f"{words} {thing}" for form, words in verb.forms.items()})

    def reason(self) -> Filler:
        part = self.pick("reasons")
        who = self.random.choice(("he", "she", "it", "the " + self.noun(), self.person()))
        return Filler({"": f"{who} {part}", "part": part})
