"""What the pages show as flat tables, under the names that the JSON has for the same things."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from explorer.auto_class import AutoClass
from explorer.checkpoint import Checkpoint, LoadReport
from explorer.config import ConfigField
from explorer.diff import TreeDiff
from explorer.diff import walk as walk_diff
from explorer.heads import HeadMatrix, HeadRow
from explorer.output_shape import HeadOutputs
from explorer.reconciliation import Reconciliation
from explorer.table import Cell, Table
from explorer.tree import ModuleNode, ModuleTree, TensorSpec, walk

_MODULE = ("path", "class_name", "parameter_count", "tensors", "tied_to")


def fields_table(fields: tuple[ConfigField, ...]) -> Table:
    """One row for each key of the config; a value that is no plain text or number is JSON."""
    columns = ("name", "value", "default", "group", "meaning", "is_changed", "status")
    rows = (
        (
            field.name,
            _plain(field.value),
            _plain(field.default),
            field.group,
            field.meaning,
            field.is_changed,
            field.status,
        )
        for field in fields
    )
    return Table("Config", columns, tuple(rows))


def tree_table(tree: ModuleTree) -> Table:
    """One row for each module, parents first; ``share`` is of the model's parameters."""
    columns = ("path", "class_name", "parameter_count", "share", "tensors", "tied_to", "settings")
    whole = tree.parameter_count
    rows = (_tree_row(node, whole) for node in walk(tree.root))
    return Table(f"Modules of {tree.auto_class.model_class}", columns, tuple(rows))


def diff_table(diff: TreeDiff) -> Table:
    """One row for each pair of modules, equal ones too, with both their sides."""
    columns = ("kind", *(f"{side}_{name}" for side in ("left", "right") for name in _MODULE))
    rows = ((node.kind, *_side(node.left), *_side(node.right)) for node in walk_diff(diff.root))
    left, right = diff.left.auto_class.model_class, diff.right.auto_class.model_class
    return Table(f"{left} (left) and {right} (right)", columns, tuple(rows))


def heads_table(matrix: HeadMatrix, outputs: Iterable[HeadOutputs] = ()) -> Table:
    """One row for each auto class, AutoModel first; with the shapes of its outputs where they are known."""
    columns = (
        "auto_class",
        "model_class",
        "task",
        "parameter_count",
        "head_parameter_count",
        "removed_parameter_count",
        "added",
        "removed",
        "outputs",
        "verdict",
        "error",
    )
    shapes = {found.auto_class.name: "; ".join(map(str, found.outputs)) for found in outputs}
    rows = (*((matrix.backbone,) if matrix.backbone else ()), *matrix.heads)
    return Table("Heads", columns, tuple(_head_row(row, shapes) for row in rows))


def classes_table(classes: tuple[AutoClass, ...]) -> Table:
    """One row for each auto class that takes the config."""
    rows = ((found.task, found.name, found.model_class) for found in classes)
    return Table("Auto classes", ("task", "auto_class", "model_class"), tuple(rows))


def files_table(checkpoint: Checkpoint) -> Table:
    """One row for each file of the checkpoint."""
    rows = ((shard.name, shard.nbytes, len(shard.tensors)) for shard in checkpoint.shards)
    return Table("Files", ("name", "bytes", "tensor_count"), tuple(rows))


def tensors_table(checkpoint: Checkpoint) -> Table:
    """One row for each tensor in the files."""
    rows = (
        (tensor.name, _shape(tensor.shape), tensor.dtype, tensor.size, shard.name)
        for shard in checkpoint.shards
        for tensor in shard.tensors
    )
    return Table("Tensors", ("name", "shape", "dtype", "size", "file"), tuple(rows))


def load_table(report: LoadReport) -> Table:
    """One row for each tensor that is not simply loaded, and what becomes of it.

    A conversion error is one row too: the name of what failed, with why.
    """
    lists = {
        "missing": report.missing,
        "unexpected": report.unexpected,
        "tied": report.tied,
        "ignored_missing": report.ignored_missing,
        "ignored_unexpected": report.ignored_unexpected,
        "conversion_error": report.conversion_errors,
    }
    rows: list[tuple[Cell, ...]] = [
        (name, fate, None, None) for fate, names in lists.items() for name in names
    ]
    rows += [(m.name, "mismatched", _shape(m.stored), _shape(m.expected)) for m in report.mismatched]
    title = f"Loading into {report.auto_class.model_class}: {report.verdict}, {report.loaded} tensors loaded"
    return Table(title, ("name", "fate", "stored", "expected"), tuple(rows))


def reconciliation_table(found: Reconciliation) -> Table:
    """The way from the class's parameters to the elements in the files, one step a row."""
    rows: list[tuple[Cell, ...]] = [(f"parameters of {found.model_class}", found.parameters)]
    rows += [(step.reason, step.elements) for step in found.differences]
    rows.append(("elements in the files", found.elements))
    return Table("From the config to the files", ("reason", "elements"), tuple(rows))


def _tree_row(node: ModuleNode, whole: int) -> tuple[Cell, ...]:
    share = node.parameter_count / whole if whole else 0.0
    path, class_name, count, tensors, tied_to = _side(node)
    return path, class_name, count, share, tensors, tied_to, node.settings


def _side(node: ModuleNode | None) -> tuple[Cell, ...]:
    """The module's cells; empty ones where there is no module."""
    if node is None:
        return (None,) * len(_MODULE)
    tensors = "; ".join(map(_tensor, node.tensors))
    tied_to = "; ".join(tensor.tied_to for tensor in node.tensors if tensor.tied_to)
    return node.path, node.class_name, node.parameter_count, tensors, tied_to


def _tensor(tensor: TensorSpec) -> str:
    kind = " buffer" if tensor.kind == "buffer" else ""
    return f"{tensor.name} {_shape(tensor.shape)} {tensor.dtype}{kind}"


def _head_row(row: HeadRow, shapes: Mapping[str, str]) -> tuple[Cell, ...]:
    head = row.head
    return (
        row.auto_class.name,
        row.auto_class.model_class,
        row.auto_class.task,
        row.parameter_count,
        head.parameter_count if head else None,
        head.removed_parameter_count if head else None,
        "; ".join(node.path for node in head.added) if head else None,
        "; ".join(node.path for node in head.removed) if head else None,
        shapes.get(row.auto_class.name) or None,
        None if row.error else row.verdict,
        row.error,
    )


def _shape(shape: tuple[int, ...]) -> str:
    return str(list(shape))


def _plain(value: Any) -> Cell:
    return value if value is None or isinstance(value, str | int | float) else json.dumps(value)
