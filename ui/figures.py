"""Numbers as people read them: rounded in sight, exact beside them."""

import math
import re

_COUNTS = ((10**12, " T"), (10**9, " B"), (10**6, " M"), (10**3, " K"))
_BYTES = ((10**12, " TB"), (10**9, " GB"), (10**6, " MB"), (10**3, " kB"))


def exact(count: int) -> str:
    """Every digit, in groups of three.

    >>> exact(109482240)
    '109,482,240'
    """
    return f"{count:,}"


def rounded(count: int) -> str:
    """Three digits and the unit that parameters are counted in.

    >>> rounded(109482240), rounded(1538), rounded(7)
    ('109 M', '1.54 K', '7')
    """
    return _scaled(count, _COUNTS) or str(count)


def grouped(text: str) -> str:
    """The text with every whole number in it in groups of three.

    >>> grouped("61 × 7168 × 128"), grouped("7168 to 18432"), grouped("v10000")
    ('61 × 7,168 × 128', '7,168 to 18,432', 'v10000')
    """
    return re.sub(r"(?<![\w.,])[0-9]{4,18}(?![\w.,])", lambda found: exact(int(found[0])), text)


def counted(count: int, one: str) -> str:
    """How many there are of something.

    >>> counted(1, "tensor"), counted(1206, "tensor")
    ('1 tensor', '1,206 tensors')
    """
    return f"{exact(count)} {one}" if count == 1 else f"{exact(count)} {one}s"


def article(number: str) -> str:
    """The article before a number that begins with these digits, as it is spoken.

    >>> [f"{article(number)} {number}" for number in ("8.03 B", "11.7 M", "117 M", "1.80 B", "80 M")]
    ['an 8.03 B', 'an 11.7 M', 'a 117 M', 'a 1.80 B', 'an 80 M']
    """
    return "an" if re.match(r"8|1[18](?![0-9])", number) else "a"


def round_number(count: int) -> str:
    """A number of few digits, as on an axis, with its unit.

    >>> round_number(6_000_000), round_number(2_500), round_number(0)
    ('6 M', '2.5 K', '0')
    """
    number, space, unit = rounded(count).partition(" ")
    return f"{number.rstrip('0').rstrip('.') if '.' in number else number}{space}{unit}"


def size(nbytes: float) -> str:
    """Bytes in decimal units, as disks and downloads are sold.

    >>> size(437928960), size(12)
    ('438 MB', '12 bytes')
    """
    return _scaled(nbytes, _BYTES) or f"{nbytes:.0f} bytes"


def share(part: int, whole: int) -> str:
    """The part in per cent, with two digits that mean something.

    >>> share(1538, 109483778), share(0, 5), share(1, 2)
    ('0.0014 %', '0 %', '50 %')
    """
    return f"{_digits(100 * part / whole, 2)} %" if part and whole else "0 %"


def _scaled(number: float, steps: tuple[tuple[int, str], ...]) -> str:
    # 999,500 would round to 1000 K.
    found = next(((step, unit) for step, unit in steps if number >= step * 0.9995), None)
    return f"{_digits(number / found[0], 3)}{found[1]}" if found else ""


def _digits(value: float, digits: int) -> str:
    """The value with so many significant digits, never in powers of ten."""
    near = float(f"{value:.{digits - 1}e}")  # 0.9999 is 1.00, not 1.000
    return f"{near:.{max(digits - 1 - math.floor(math.log10(near)), 0)}f}"
