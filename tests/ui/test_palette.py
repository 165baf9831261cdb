"""The colours that mean something can be read, and be told apart, by everybody and in both schemes.

Colour blindness by the matrices of Machado, Oliveira and Fernandes (2009), severity 1, in linear RGB;
distances in Oklab (Ottosson, 2020), where 0.02 is about the least that is seen side by side.
"""

import math
import re
import tomllib
from itertools import combinations

import pytest

from tests.ui.app import ROOT
from ui.markup import LOOK

Colour = tuple[float, float, float]

MEANINGFUL = ("backbone", "head", "dropped", "untrained", "changed", "ready", "wrong")
READ = (*MEANINGFUL, "muted")
TINTS = tuple(f"tint{number}" for number in range(1, 9))
SCHEMES = ("light", "dark")
LEAST_CONTRAST = 4.5
LEAST_DISTANCE = 0.06
# Behind letters that say the same, it is enough to be seen.
LEAST_SEEN = 0.02

EYES = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red cones": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "no green cones": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}
CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
OKLAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)


def palette(scheme: str) -> dict[str, Colour]:
    """The colours of the scheme by name, in linear RGB."""
    pairs = re.findall(r"--x-(\w+): light-dark\((#\w{6}), (#\w{6})\)", (LOOK / "palette.css").read_text())
    colours = {name: linear(pair[SCHEMES.index(scheme)]) for name, *pair in pairs}
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"][scheme]
    return colours | {
        "letters": linear(theme["textColor"]),
        "page": linear(theme["backgroundColor"]),
        "side": linear(theme["secondaryBackgroundColor"]),
    }


def linear(code: str) -> Colour:
    red, green, blue = (_linear(int(code[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return red, green, blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _product(one: Colour, other: Colour) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def through(matrix: tuple[Colour, ...], colour: Colour) -> Colour:
    red, green, blue = (_product(row, colour) for row in matrix)
    return red, green, blue


def contrast(one: Colour, other: Colour) -> float:
    dark, light = sorted(_product((0.2126, 0.7152, 0.0722), colour) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def oklab(colour: Colour) -> Colour:
    red, green, blue = (math.cbrt(max(0, part)) for part in through(CONES, colour))
    return through(OKLAB, (red, green, blue))


def distance(one: Colour, other: Colour, eyes: str) -> float:
    return math.dist(*(oklab(through(EYES[eyes], colour)) for colour in (one, other)))


@pytest.mark.parametrize("background", ["page", "side", "soft"])
@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_colour_can_be_read_on_every_background(scheme, name, background):
    colours = palette(scheme)
    assert contrast(colours[name], colours[background]) >= LEAST_CONTRAST


@pytest.mark.parametrize(("one", "other"), list(combinations(MEANINGFUL, 2)))
@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_two_colours_can_be_told_apart(scheme, eyes, one, other):
    colours = palette(scheme)
    assert distance(colours[one], colours[other], eyes) >= LEAST_DISTANCE


@pytest.mark.parametrize("tint", TINTS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_letters_can_be_read_on_every_tint(scheme, tint):
    colours = palette(scheme)
    assert contrast(colours["letters"], colours[tint]) >= LEAST_CONTRAST


@pytest.mark.parametrize(("one", "other"), list(combinations(TINTS, 2)))
@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_two_tints_are_not_the_same_to_anybody(scheme, eyes, one, other):
    colours = palette(scheme)
    assert distance(colours[one], colours[other], eyes) >= LEAST_SEEN


def test_every_tint_has_a_class():
    look = (LOOK / "results.css").read_text()
    assert all(f".x-{tint} {{ background: var(--x-{tint}); }}" in look for tint in TINTS)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_letters_can_be_read_however_probable_a_token_is(scheme):
    shares = re.findall(
        r"x-level\d { background: color-mix\(in srgb, var\(--x-backbone\) (\d+)%",
        (LOOK / "results.css").read_text(),
    )
    colours = palette(scheme)
    assert [int(share) for share in shares] == sorted(map(int, shares), reverse=True)
    for share in shares:
        mixed = mix(colours["backbone"], colours["page"], int(share) / 100)
        assert contrast(colours["letters"], mixed) >= LEAST_CONTRAST


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """As CSS mixes in sRGB."""
    red, green, blue = (
        _linear(share * _coded(a) + (1 - share) * _coded(b)) for a, b in zip(one, other, strict=True)
    )
    return red, green, blue


def _coded(part: float) -> float:
    return part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
