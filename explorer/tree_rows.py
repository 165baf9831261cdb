"""The lines of one tree or of two aligned trees, with equal numbered siblings on one line."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from explorer.diff import DiffKind, DiffNode
from explorer.folding import label_of, name_in_run
from explorer.tree import ModuleNode

# A module is around when one tree alone has it, and it holds what both have: a model around its backbone.
RowKind = DiffKind | Literal["around"]

# The path of the root, and how a path begins that only the left tree has.
ROOT, LEFT = ".", "-"


class Move(NamedTuple):
    """What the path of the first module of a run becomes in a line, and in the model."""

    first: str
    shown: str
    real: str


# Innermost run first.
Moves = tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class TreeRow:
    """One line: a module of either tree or of both, or a run of equal numbered siblings.

    ``times`` is the number of modules that it stands for: those of its run, in each run around it.
    ``moves`` are those of the left and of the right tree.
    """

    node: DiffNode
    depth: int
    times: int
    kind: RowKind
    moves: tuple[Moves, Moves] = ((), ())

    @property
    def path(self) -> str:
        """The module's path, with runs as in ``layer.0–11``, and told apart if only the left tree has it."""
        shown = self.shown(self.node.module.path)
        return (shown if self.node.right else f"{LEFT}{shown}") or ROOT

    @property
    def real_path(self) -> str:
        """The path of the module, or of the first of all that the line stands for."""
        return _moved(self.node.module.path, self._own_moves).real

    @property
    def differs(self) -> bool:
        """Whether the line is a difference between the trees."""
        return self.kind not in ("same", "around")

    def shown(self, name: str) -> str:
        """A name in the first of the modules, for all that the line stands for."""
        return _moved(name, self._own_moves).shown

    def path_on(self, side: ModuleNode) -> str:
        """The path of the left or of the right module in its own tree, with runs as in ``path``."""
        return _moved(side.path, self.moves[side is self.node.right]).shown

    def total(self, side: ModuleNode) -> int:
        """Parameters of all modules that the line stands for, as they are on one side."""
        return side.parameter_count // side.count * self.times

    @property
    def _own_moves(self) -> Moves:
        return self.moves[self.node.right is not None]


def beside_itself(node: ModuleNode) -> DiffNode:
    """One tree as two aligned ones, for it has the same lines."""
    return DiffNode(node, node, tuple(map(beside_itself, node.children)))


def rows_of(root: DiffNode) -> Iterator[TreeRow]:
    """The lines of a node and of all below it, parents first; runs are those that were folded before."""
    around = _around(root)
    waiting: list[tuple[DiffNode, TreeRow | None]] = [(root, None)]
    while waiting:
        node, above = waiting.pop()
        row = _row(node, above, id(node) in around)
        yield row
        waiting.extend((child, row) for child in reversed(node.children))


def find_row(root: DiffNode, path: str) -> TreeRow | None:
    """The line of this path: a module, a run, or one module of a run by its number as in ``layer.7``."""
    around = _around(root)
    waiting: list[tuple[DiffNode, TreeRow | None]] = [(root, None)]
    while waiting:
        node, above = waiting.pop()
        whole = _row(node, above, id(node) in around)
        for row in (whole, *_named_of_run(whole, above, path)):
            if row.path == path:
                return row
            if row.kind == "around" or _leads_to(row, path):
                waiting.extend((child, row) for child in node.children)
    return None


def _row(node: DiffNode, above: TreeRow | None, is_around: bool, index: int | None = None) -> TreeRow:
    """The line of a node below another line: of its whole run, or of one module of it."""
    count = node.module.count if index is None else 1
    left, right = above.moves if above else ((), ())
    return TreeRow(
        node,
        above.depth + 1 if above else 0,
        count * (above.times if above else 1),
        "around" if is_around else node.kind,
        (_moves(node.left, left, index), _moves(node.right, right, index)),
    )


def _moves(module: ModuleNode | None, outer: Moves, index: int | None) -> Moves:
    """The moves of the module and of what is in it."""
    if module is None or module.count == 1:
        return outer
    at = _moved(module.path, outer)
    name = name_in_run(module, index or 0)
    label = label_of(module) if index is None else name
    before = len(module.name)
    return Move(module.path, at.shown[:-before] + label, at.real[:-before] + name), *outer


def _moved(name: str, moves: Moves) -> Move:
    for move in moves:
        if name == move.first or name.startswith(f"{move.first}."):
            rest = name[len(move.first) :]
            return Move(name, move.shown + rest, move.real + rest)
    return Move(name, name, name)


def _named_of_run(whole: TreeRow, above: TreeRow | None, path: str) -> Iterator[TreeRow]:
    """The line of the one module of the run that the path names or leads through."""
    module = whole.node.module
    if module.count == 1:
        return
    start = len(whole.path) - len(label_of(module))
    name = path[start:].partition(".")[0]
    for index in range(module.count):
        if name == name_in_run(module, index):
            yield _row(whole.node, above, whole.kind == "around", index)


def _leads_to(row: TreeRow, path: str) -> bool:
    """Whether what has this path can be below the row."""
    return row.path == ROOT or path.startswith((f"{row.path}.", LEFT))


def _around(root: DiffNode) -> set[int]:
    """The identities of the nodes that one tree alone has, and that hold nodes of another kind."""
    found: set[int] = set()
    if root.left is root.right:
        return found

    def kinds(node: DiffNode) -> set[DiffKind]:
        held = {node.kind}.union(*map(kinds, node.children))
        if len(held) > 1 and node.kind in ("added", "removed"):
            found.add(id(node))
        return held

    kinds(root)
    return found
