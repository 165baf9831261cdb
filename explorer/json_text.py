"""JSON objects from strangers, read strictly, and as text that is equal for equal values."""

import json
import re
from collections.abc import Iterator
from typing import Any

MAXIMUM_DEPTH = 100
# Real configs hold sentinels such as 10**30; nothing that is meant for a model has more digits.
MAXIMUM_DIGITS = 100
_INVISIBLE_MARK = "\ufeff"


def canonical_text(values: dict[str, Any]) -> str:
    """The values as JSON text that is equal for equal values."""
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def parse_object(text: str | bytes) -> dict[str, Any]:
    """The JSON object in the text; ValueError, in words for a reader, for anything else.

    Infinity is let through, because configs of real checkpoints hold it (``time_step_limit``);
    NaN is not: it differs from itself, so that no two readings would be equal.
    """
    try:
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text.removeprefix(_INVISIBLE_MARK)
    except UnicodeDecodeError as error:
        raise ValueError("it is not UTF-8 text") from error
    try:
        found = json.loads(decoded, parse_int=_integer, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise ValueError(
            f"it is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        ) from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if not isinstance(found, dict):
        raise ValueError(f"it holds {_KINDS.get(type(found), 'a value')}, not an object with keys")
    if _is_deeper(found, MAXIMUM_DEPTH):
        raise ValueError("it is nested too deeply")
    # Half of a surrogate pair is text in Python, but can be neither written nor sent.
    if re.search("[\ud800-\udfff]", canonical_text(found)):
        raise ValueError("it holds text that is not Unicode")
    return found


_KINDS: dict[type, str] = {
    list: "a list",
    str: "a text",
    int: "a number",
    float: "a number",
    bool: "true or false",
    type(None): "null",
}


def _integer(digits: str) -> int:
    if len(digits) > MAXIMUM_DIGITS:
        raise ValueError("it holds a number with too many digits")
    return int(digits)


def _constant(name: str) -> float:
    if name == "NaN":
        raise ValueError("it holds NaN, which is not a number")
    return float(name)


def _is_deeper(value: object, limit: int) -> bool:
    """Whether containers lie within each other more than ``limit`` times; without recursion."""
    level = [value]
    for _ in range(limit):
        level = [child for container in level for child in _children(container)]
        if not level:
            return False
    return True


def _children(value: object) -> Iterator[object]:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return (child for child in inside if isinstance(child, dict | list))
