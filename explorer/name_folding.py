"""Names that differ in numbers only, such as those of equal layers, as one name with stars."""

import re
from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

_Item = TypeVar("_Item")
STAR = "*"
# A part of a dotted name that is a number.
_NUMBER = re.compile(r"(?<![^.])[0-9]+(?![^.])")


def fold_by_number(
    items: Iterable[_Item], name: Callable[[_Item], str], alike: Callable[[_Item], Hashable]
) -> tuple[tuple[str, tuple[_Item, ...]], ...]:
    """The items in groups that are alike and have one name but for numbers, each with that name.

    The groups come in the order of their first items.
    """
    groups: dict[Hashable, list[_Item]] = {}
    for item in items:
        groups.setdefault((_NUMBER.sub(STAR, name(item)), alike(item)), []).append(item)
    return tuple((common_name([name(item) for item in found]), tuple(found)) for found in groups.values())


def fold_names(names: Iterable[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The names in groups that differ in numbers only, each with its common name.

    >>> fold_names(["h.0.mlp.0.bias", "h.1.mlp.0.bias", "head.0"])
    (('h.*.mlp.0.bias', ('h.0.mlp.0.bias', 'h.1.mlp.0.bias')), ('head.0', ('head.0',)))
    """
    return fold_by_number(names, str, lambda _: None)


def common_name(names: list[str]) -> str:
    """One name for all, with a star in place of each number in which they differ."""
    if len(names) == 1:
        return names[0]
    numbers = zip(*map(_NUMBER.findall, names), strict=True)
    differ = (len(set(found)) > 1 for found in numbers)
    return _NUMBER.sub(lambda found: STAR if next(differ) else found[0], names[0])
