"""Values of a config as a page shows them: short in sight, whole on request.

They are untrusted text: what would not be seen, or would turn the text around it, is written as
its number.
"""

import json
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import Any

# What fits into a cell.
SHORT = 48
# So many parts of a list or of a dict stand for all of them.
FIRST_PARTS = 3
MOST_KINDS = 4
LONGEST_NAME = 120


def whole(value: Any) -> str:
    """The value as JSON: on one line where it is short, else one part a line.

    >>> whole([1, True, None])
    '[1, true, null]'
    """
    line = visible(json.dumps(value, ensure_ascii=False))
    if len(line) <= SHORT or not isinstance(value, dict | list):
        return line
    return "\n".join(map(visible, json.dumps(value, ensure_ascii=False, indent=2).split("\n")))


def short(value: Any) -> str:
    """The value in one short line, that tells how much is left out.

    >>> short({str(number): f"class {number}" for number in range(1000)})
    '1,000 entries: 0: class 0, 1: class 1, 2: class 2, …'
    >>> short(["local", "local", "global"] * 12)
    '36 values: 24 × local, 12 × global'
    """
    line = visible(json.dumps(value, ensure_ascii=False))
    if len(line) <= SHORT:
        return line
    if isinstance(value, dict):
        entries = (f"{_part(key)}: {_part(part)}" for key, part in list(value.items())[:FIRST_PARTS])
        return f"{_number(len(value), 'entry', 'entries')}: {_some(entries, len(value))}"
    if isinstance(value, list):
        parts = _kinds(value) or _some(map(_part, value), len(value))
        return f"{_number(len(value), 'value', 'values')}: {parts}"
    return f"{line[: SHORT - 1]}…"


def visible(text: str) -> str:
    """The text with everything that cannot be seen written as its number.

    >>> print(visible("a\\u202eb"))
    a\\u202eb
    """
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in text)


def name(text: str) -> str:
    """A name that may be of any length, cut to what a line of text can hold."""
    seen = visible(text[:LONGEST_NAME]) or '""'
    return seen if len(text) <= LONGEST_NAME else f"{seen}…"


def _kinds(values: list[Any]) -> str:
    """How often each value occurs, where few of them occur often."""
    if len(values) <= 2 * MOST_KINDS:
        return ""
    counts = Counter(_part(value) for value in values)
    return (
        ", ".join(f"{count} × {part}" for part, count in counts.most_common())
        if len(counts) <= MOST_KINDS
        else ""
    )


def _some(parts: Iterable[str], count: int) -> str:
    found = islice(parts, FIRST_PARTS)
    return ", ".join([*found, *(["…"] if count > FIRST_PARTS else [])])


def _part(value: Any) -> str:
    """A part of a list or of a dict in a few letters; text without its quotes."""
    text = visible(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    return text if len(text) <= SHORT // 2 else f"{text[: SHORT // 2 - 1]}…"


def _number(count: int, one: str, more: str) -> str:
    return f"{count:,} {one if count == 1 else more}"
