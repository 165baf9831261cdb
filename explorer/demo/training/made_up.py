"""Made-up words, for whatever a checkpoint has never seen."""

from random import Random

_BEGINNINGS = (
    *("b", "br", "c", "ch", "cl", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "kr", "l", "m", "n"),
    *("p", "pl", "qu", "r", "s", "sh", "sk", "st", "t", "th", "tr", "v", "w", "y", "z", ""),
)
_MIDDLES = ("a", "e", "i", "o", "u", "a", "e", "i", "o", "ai", "au", "ea", "ee", "ia", "ie", "oo", "ou")
_ENDINGS = (
    "",
    "",
    "n",
    "r",
    "s",
    "l",
    "m",
    "t",
    "k",
    "ng",
    "nd",
    "rd",
    "st",
    "ck",
    "x",
    "ll",
    "tt",
    "ss",
    "y",
)


def word(random: Random) -> str:
    """A word of one to three syllables that could be English, and now and then is."""
    count = random.choice((1, 2, 2, 2, 3))
    syllables = "".join(random.choice(part) for _ in range(count) for part in (_BEGINNINGS, _MIDDLES))
    return syllables + random.choice(_ENDINGS)


def name(random: Random) -> str:
    """A made-up word with a capital letter."""
    return word(random).capitalize()


def initials(random: Random) -> str:
    """Two to five capital letters."""
    return "".join(random.choices("ABCDEFGHIJKLMNOPRSTUVWXYZ", k=random.randint(2, 5)))
