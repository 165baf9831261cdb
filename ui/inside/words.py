"""Tokens, times, shares and probabilities as every view of the inside writes them."""

from collections.abc import Sequence

from explorer.inside.explanation import Guess, Shape
from ui import figures
from ui.markup import Markup, tag

LONGEST = 24
# What a reader cannot see, by the signs that editors use for it.
SEEN = str.maketrans({" ": "␣", "\n": "⏎", "\r": "␍", "\t": "⇥"})


def seen(token: str) -> str:
    """The token with its white space made visible, and without the end where it is long.

    >>> seen(" the"), seen("a" * 40), seen("")
    ('␣the', 'aaaaaaaaaaaaaaaaaaaaaaa…', '∅')
    """
    shown = token if len(token) <= LONGEST else f"{token[: LONGEST - 1]}…"
    return shown.translate(SEEN) or "∅"


def token_of(token: str) -> Markup:
    """A token in the text of a view; one that is written from right to left moves nothing else."""
    return tag("bdi", seen(token), class_="x-token")


def numbered(tokens: Sequence[str]) -> list[str]:
    """The tokens with their places, counted from 0, so that none is named twice."""
    return [f"{place} {seen(token)}" for place, token in enumerate(tokens)]


def duration(seconds: float) -> str:
    """A time in milliseconds with three digits.

    >>> duration(0.000314), duration(0.0123456), duration(1.5)
    ('0.314 ms', '12.3 ms', '1,500 ms')
    """
    milliseconds = seconds * 1_000
    digits = 0 if milliseconds >= 100 else 1 if milliseconds >= 10 else 2 if milliseconds >= 1 else 3
    return f"{milliseconds:,.{digits}f} ms"


def share(part: float, whole: float) -> str:
    """The part of the time in per cent."""
    return figures.share(max(round(part * 1e9), 0), round(whole * 1e9))


def percent(probability: float) -> str:
    """A probability in per cent.

    >>> percent(0.9123), percent(0.00001), percent(0.99999), percent(1.0)
    ('91.2 %', '< 0.1 %', '> 99.9 %', '100 %')
    """
    if 0 < probability < 0.001:
        return "< 0.1 %"
    if 0.9995 <= probability < 1:
        return "> 99.9 %"
    return f"{100 * probability:.1f} %".replace("100.0", "100")


def shape_of(shape: Shape) -> str:
    """The sizes of a tensor.

    >>> shape_of((1, 7, 30522)), shape_of(())
    ('1 × 7 × 30,522', 'one number')
    """
    return " × ".join(f"{size:,}" for size in shape) or "one number"


def bar(part: float, kind: str = "") -> Markup:
    """A bar that is filled to this part; the number beside it says the same."""
    filled = tag("i", style=f"width:{100 * min(max(part, 0), 1):.2f}%")
    return tag("span", filled, class_=f"x-bar x-inside-bar {kind}".strip(), aria_hidden="true")


def guess_of(guess: Guess, kind: str = "") -> Markup:
    """A guess with its probability, and a bar for it."""
    return tag(
        "span",
        token_of(guess.text),
        bar(guess.probability),
        tag("small", percent(guess.probability)),
        class_=f"x-guess {kind}".strip(),
    )
