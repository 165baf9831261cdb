"""The lines of a tree as the browser gets them: columns, each repeated value once, compressed."""

import gzip
import json
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from explorer.diff import DiffNode, TreeDiff
from explorer.folding import fold_diff, fold_node
from explorer.open_rows import open_first
from explorer.tree import ModuleNode, ModuleTree, TensorSpec
from explorer.tree_rows import TreeRow, beside_itself, rows_of
from ui.kinds import SIGNS, WORDS

# A tree made from the names in a hostile file can have any number of lines.
MOST_ROWS = 50_000
# JavaScript rounds larger numbers.
MOST_EXACT = 2**53


@dataclass(frozen=True, slots=True)
class PackedTree:
    """What was packed, the same folded, and its lines as the browser gets them."""

    source: ModuleTree | TreeDiff
    root: DiffNode
    data: bytes


def pack(source: ModuleTree | TreeDiff) -> PackedTree:
    """One tree, or two aligned ones, with equal numbered siblings folded."""
    if isinstance(source, TreeDiff):
        root = fold_diff(source).root
        titles = (source.left.auto_class.model_class, source.right.auto_class.model_class)
    else:
        root, titles = beside_itself(fold_node(source.root)), (source.auto_class.model_class,)
    return PackedTree(source, root, pack_rows(root, titles))


def pack_rows(root: DiffNode, titles: tuple[str, ...]) -> bytes:
    """The lines of a node; ``titles`` are the model classes, two when two trees are compared."""
    rows = tuple(islice(rows_of(root), MOST_ROWS + 1))
    columns = {
        "titles": titles,
        "kinds": [(kind, SIGNS[kind], WORDS[kind]) for kind in SIGNS],
        "isCut": len(rows) > MOST_ROWS,
        **_columns(rows[:MOST_ROWS]),
    }
    # The same lines are the same bytes, and so are sent once: there is no time in them. Level 9 would
    # take three times as long for a few bytes.
    return gzip.compress(json.dumps(columns, separators=(",", ":")).encode(), 6, mtime=0)


def unpack(data: bytes) -> dict[str, Any]:
    """The columns again."""
    columns: dict[str, Any] = json.loads(gzip.decompress(data))
    return columns


def _columns(rows: tuple[TreeRow, ...]) -> dict[str, Any]:
    kinds = list(SIGNS)
    modules = [row.node.module for row in rows]
    lists, tensors = _numbered(module.tensors for module in modules)
    specs, _ = _numbered(tensor for each in lists for tensor in each)
    number = {spec: index for index, spec in enumerate(specs)}
    return {
        "open": open_first(rows),
        "depth": [row.depth for row in rows],
        "name": [module.name for module in modules],
        "count": [module.count for module in modules],
        "kind": [kinds.index(row.kind) for row in rows],
        "left": _side([(row, row.node.left) for row in rows]),
        "right": _side([(row, row.node.right) for row in rows]),
        "tensors": tensors,
        "lists": [[number[tensor] for tensor in each] for each in lists],
        "specs": [_spec(spec) for spec in specs],
    }


def _side(rows: list[tuple[TreeRow, ModuleNode | None]]) -> dict[str, Any]:
    """The classes, the sizes of one module of each line, and the paths that do not follow from above."""
    classes, column = _numbered(side.class_name if side else None for _, side in rows)
    above: list[ModuleNode | None] = []
    paths: dict[int, str] = {}
    for number, (row, side) in enumerate(rows):
        del above[row.depth :]
        if side and not (above and above[-1] and _is_child(above[-1], side, row.node.module.name)):
            paths[number] = side.path
        above.append(side)
    sizes = [_exact(side.parameter_count // side.count) if side else None for _, side in rows]
    return {"classes": classes, "class": column, "size": sizes, "paths": paths}


def _is_child(parent: ModuleNode, side: ModuleNode, name: str) -> bool:
    return side.path == (f"{parent.path}.{name}" if parent.path else name)


def _numbered(values: Iterable[Hashable]) -> tuple[list[Any], list[int]]:
    """The different values in the order in which they come, and for each value its number there."""
    numbers: dict[Hashable, int] = {}
    column = [numbers.setdefault(value, len(numbers)) for value in values]
    return list(numbers), column


def _spec(spec: TensorSpec) -> tuple[str, list[int | str], str, bool, str | None]:
    return spec.name, [_exact(size) for size in spec.shape], spec.dtype, spec.kind == "buffer", spec.tied_to


def _exact(number: int) -> int | str:
    return number if number < MOST_EXACT else str(number)
