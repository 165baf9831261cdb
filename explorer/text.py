"""Values as readable tables and outlines for a terminal."""

from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from explorer.checkpoint import Checkpoint, LoadReport
from explorer.config import ConfigField, ModelConfig
from explorer.diff import DiffNode, TreeDiff
from explorer.folding import label_of
from explorer.head import head_of
from explorer.heads import HeadMatrix, HeadRow
from explorer.reconciliation import Reconciliation
from explorer.tree import ModuleNode, ModuleTree

SIGNS = {"same": " ", "renamed": "~", "resized": "≠", "added": "+", "removed": "-"}
COLOURS = {"same": "dim", "renamed": "cyan", "resized": "yellow", "added": "green", "removed": "red"}
VERDICTS = {"ready": "green", "untrained head": "yellow", "wrong checkpoint": "red", "unknown": "dim"}
# A list of names that is longer is cut: the whole of it is in the JSON.
NAMES_SHOWN = 12


def config_text(config: ModelConfig, fields: tuple[ConfigField, ...]) -> RenderableType:
    """The fields as a table: a star marks what differs from the class default."""
    title = f"{config.model_type} ({', '.join(config.architectures) or 'no architecture named'})"
    table = _table("", "key", "value", "default", "group", "meaning", title=title)
    for field in fields:
        default = field.default if field.is_changed else ""
        mark = "*" if field.is_changed else ""
        table.add_row(mark, *map(_cell, (field.name, field.value, default, field.group, field.meaning)))
    return table


def tree_text(tree: ModuleTree) -> RenderableType:
    """The modules as an outline with their parameters and tensors."""
    outline = Tree(_module_line(tree.root, tree.auto_class.model_class))
    _grow(outline, tree.root)
    return Group(outline, Text(f"{tree.parameter_count:,} parameters, tied ones counted once"))


def heads_text(matrix: HeadMatrix) -> RenderableType:
    """The head matrix as a table."""
    table = _table("auto class", "model class", "task", "=parameters", "=head", "adds", "drops", "verdict")
    for row in (*([matrix.backbone] if matrix.backbone else []), *matrix.heads):
        table.add_row(*_head_cells(row))
    problem = [Text(matrix.checkpoint_error, style="red")] if matrix.checkpoint_error else []
    return Group(table, *problem)


def diff_text(diff: TreeDiff) -> RenderableType:
    """The modules that differ as an outline, what is equal left out."""
    outline = Tree(_diff_line(diff.root))
    _grow_diff(outline, diff.root)
    counts = ", ".join(f"{number:,} {kind}" for kind, number in diff.counts.items())
    head = head_of(diff)
    total = f"{head.parameter_count:,} parameters added, {head.removed_parameter_count:,} removed"
    title = f"{diff.left.auto_class.model_class} → {diff.right.auto_class.model_class}"
    return Group(Text(title, style="bold"), outline, Text(counts), Text(total))


def load_text(report: LoadReport) -> RenderableType:
    """The verdict, and each list of names that is not empty."""
    verdict = Text(report.verdict, style=VERDICTS[report.verdict])
    lines = [
        Text.assemble(f"{report.auto_class.model_class}: ", verdict, f" ({report.loaded:,} tensors loaded)")
    ]
    for title, names in (
        ("missing: newly initialised, at random", report.missing),
        ("unexpected: in the checkpoint, not used", report.unexpected),
        ("mismatched", [f"{m.name}: {m.stored} stored, {m.expected} expected" for m in report.mismatched]),
        ("tied: filled from another tensor", report.tied),
        ("missing by design", report.ignored_missing),
        ("unused by design", report.ignored_unexpected),
        ("conversion errors", report.conversion_errors),
    ):
        lines.extend(_names(title, list(names)))
    return Group(*lines)


def checkpoint_text(
    checkpoint: Checkpoint, reconciliation: Reconciliation | None, stated: int | None
) -> RenderableType:
    """The files and the totals by dtype, and the way from the class's parameters to them."""
    files = _table("file", "=bytes", "=tensors")
    for shard in checkpoint.shards:
        files.add_row(shard.name, f"{shard.nbytes:,}", f"{len(shard.tensors):,}")
    totals = _table("dtype", "=elements")
    for dtype, elements in checkpoint.elements_by_dtype.items():
        totals.add_row(dtype, f"{elements:,}")
    totals.add_row("all", f"{checkpoint.element_count:,}")
    if stated is not None:
        totals.add_row("as the Hub says", f"{stated:,}")
    tables = [files, totals, *([] if reconciliation is None else [_steps(reconciliation)])]
    return Group(*(line for table in tables for line in (table, "")))


def _steps(reconciliation: Reconciliation) -> Table:
    steps = _table("from the config to the files", "=elements")
    steps.add_row(f"parameters of {reconciliation.model_class}", f"{reconciliation.parameters:,}")
    for step in reconciliation.differences:
        steps.add_row(step.reason, f"{step.elements:+,}")
    steps.add_row("elements in the files", f"{reconciliation.elements:,}")
    return steps


def _table(*columns: str, title: str | None = None) -> Table:
    """A table; a column whose title begins with = holds numbers."""
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column.removeprefix("="), justify="right" if column.startswith("=") else "left")
    return table


def _cell(value: Any) -> Text:
    text = value if isinstance(value, str) else repr(value)
    return Text(text if len(text) <= 60 else f"{text[:57]}…")


def _module_line(node: ModuleNode, name: str) -> Text:
    times = f" × {node.count}" if node.count > 1 else ""
    tensors = ", ".join(f"{t.name}{list(t.shape)}{' tied' if t.tied_to else ''}" for t in node.tensors)
    return Text.assemble(
        (name, "bold"),
        times,
        f"  {node.class_name}",
        (f"  {node.parameter_count:,}", "cyan"),
        (f"  {tensors}", "dim"),
    )


def _grow(outline: Tree, node: ModuleNode) -> None:
    for child in node.children:
        _grow(outline.add(_module_line(child, label_of(child))), child)


def _head_cells(row: HeadRow) -> tuple[RenderableType, ...]:
    figures: tuple[RenderableType, ...]
    if row.error:
        figures = ("", "", Text(row.error, style="red"), "", "")
    else:
        head = row.head
        figures = (
            f"{row.parameter_count:,}",
            f"{head.parameter_count:,}" if head else "",
            Text(", ".join(node.path for node in head.added) if head else ""),
            Text(", ".join(node.path for node in head.removed) if head else ""),
            Text(row.verdict, style=VERDICTS[row.verdict]),
        )
    return (row.auto_class.name, Text(row.auto_class.model_class), row.auto_class.task or "", *figures)


def _diff_line(node: DiffNode) -> Text:
    module = node.module
    name = module.name or module.class_name
    line = f"{SIGNS[node.kind]} {name}  {module.class_name}  {module.parameter_count:,}"
    return Text(line, style=COLOURS[node.kind])


def _grow_diff(outline: Tree, node: DiffNode) -> None:
    for child in node.children:
        if _differs(child):
            _grow_diff(outline.add(_diff_line(child)), child)


def _differs(node: DiffNode) -> bool:
    return node.kind != "same" or any(map(_differs, node.children))


def _names(title: str, names: list[str]) -> list[Text]:
    if not names:
        return []
    more = [Text(f"  … {len(names) - NAMES_SHOWN:,} more")] if len(names) > NAMES_SHOWN else []
    shown = [Text(f"  {name}") for name in names[:NAMES_SHOWN]]
    return [Text(f"{title} ({len(names):,})", style="bold"), *shown, *more]
