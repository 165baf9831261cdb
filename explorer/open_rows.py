"""Which lines of a tree are open at first."""

from collections import deque
from collections.abc import Callable

from explorer.tree_rows import TreeRow


def open_first(rows: tuple[TreeRow, ...], few: int = 24, many: int = 120) -> tuple[int, ...]:
    """The positions of the rows to open at first, so that something is seen and no wall of lines.

    They are the rows above differences as long as ``many`` lines suffice, and then the outermost
    rows as long as ``few`` do; shared parts of two trees stay closed.
    """
    children = _children(rows)
    leads = _leading_to_differences(rows, children)
    opened: set[int] = set()
    lines = _open(opened, 1, children, many, lambda row: row in leads)
    if leads:
        _open(opened, lines, children, few, lambda row: row in opened or rows[row].differs)
    else:
        _open(opened, lines, children, few, lambda row: True)
    return tuple(sorted(opened))


def _children(rows: tuple[TreeRow, ...]) -> list[list[int]]:
    """The positions of each row's children."""
    children: list[list[int]] = [[] for _ in rows]
    above: list[int] = []
    for number, row in enumerate(rows):
        del above[row.depth :]
        if above:
            children[above[-1]].append(number)
        above.append(number)
    return children


def _leading_to_differences(rows: tuple[TreeRow, ...], children: list[list[int]]) -> set[int]:
    """The rows with a difference below them that is not part of their own."""
    found: set[int] = set()
    for number in reversed(range(len(rows))):
        if any(child in found or _begins_difference(rows[number], rows[child]) for child in children[number]):
            found.add(number)
    return found


def _begins_difference(above: TreeRow, row: TreeRow) -> bool:
    """Whether the row differs, and not as a part of what is added or removed above it."""
    return row.differs and not (row.kind == above.kind and row.kind in ("added", "removed"))


def _open(
    opened: set[int], lines: int, children: list[list[int]], most: int, wanted: Callable[[int], bool]
) -> int:
    """Open wanted rows from the root down, as long as there are not more lines than ``most``."""
    waiting = deque([0])
    while waiting:
        row = waiting.popleft()
        if not children[row] or not wanted(row):
            continue
        if row not in opened and (not opened or lines + len(children[row]) <= most):
            opened.add(row)
            lines += len(children[row])
        if row in opened:
            waiting.extend(children[row])
    return lines
