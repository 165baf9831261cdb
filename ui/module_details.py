"""All that is known of one module: what it is in each model, its tensors, and its share of the whole."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

from explorer.diff import TreeDiff
from explorer.tree import ModuleNode, ModuleTree, TensorSpec
from explorer.tree_rows import LEFT, ROOT, TreeRow
from ui import figures
from ui.kinds import SIGNS
from ui.markup import Markup, draw, join, name, table, tag


def draw_details(row: TreeRow, source: ModuleTree | TreeDiff) -> None:
    """The details of a line of one tree, or of two."""
    left, right = (source.left, source.right) if isinstance(source, TreeDiff) else (None, source)
    sides = tuple(
        (module, tree) for module, tree in ((row.node.left, left), (row.node.right, right)) if module and tree
    )
    kind = tag("p", tag("b", SIGNS[row.kind]), " ", _kind(row, left, right), class_="x-kind") if left else ""
    facts = tag("dl", *_facts(row, sides), class_="x-known")
    content = (_title(row), kind, facts, *_tensors(row, sides))
    draw(tag("section", *content, class_=f"x-details is-{row.kind}", aria_label="The selected module"))


def _title(row: TreeRow) -> Markup:
    path = row.path.removeprefix(LEFT) if row.node.right is None else row.path
    times = tag("span", f" × {row.times:,}") if row.times > 1 else ""
    return tag("h3", "The whole model" if path == ROOT else tag("code", path), times)


def _kind(row: TreeRow, left: ModuleTree, right: ModuleTree) -> str:
    """What became of the module between the two models."""
    ours, theirs = left.auto_class.model_class, right.auto_class.model_class
    one = theirs if row.node.left is None else ours
    return {
        "same": f"Shared: {ours} and {theirs} both have it.",
        "renamed": f"Of another class: {ours} and {theirs} both have it, each in a class of its own.",
        "resized": f"Of another shape: {ours} and {theirs} both have it, with other tensors.",
        "added": f"Added by the head: only {theirs} has it.",
        "removed": f"Dropped from the backbone: only {ours} has it.",
        "around": f"Around the backbone: only {one} has it, and it holds what both have.",
    }[row.kind]


def _facts(row: TreeRow, sides: tuple[tuple[ModuleNode, ModuleTree], ...]) -> Iterator[Markup]:
    """The name and the value of each fact, from the left to the right where the sides differ."""
    modules = [module for module, _ in sides]
    yield from _fact("Class", (module.class_name for module in modules))
    before, after = row.path_on(modules[0]), row.path_on(modules[-1])
    if before != after:
        place = f"Path in {sides[0][1].auto_class.model_class}"
        yield from _fact(place, (tag("code", before or "the model itself"),))
    each = " of each" if row.times > 1 else ""
    yield from _fact(f"Parameters{each}", (_size(module, tree) for module, tree in sides))
    if row.times > 1:
        every = (_sized(row.total(module), tree.parameter_count) for module, tree in sides)
        yield from _fact(f"Parameters of all {row.times:,}", every)
    if any(module.buffer_count for module in modules):
        buffers = (f"{module.buffer_count // module.count:,} elements" for module in modules)
        yield from _fact(f"Buffers{each}", buffers)
    yield from _fact("Settings", (tag("code", module.settings) for module in modules if module.settings))


def _fact(title: str, values: Iterable[str]) -> Iterator[Markup]:
    """The fact, unless it has no value; equal values are told once."""
    different = list(dict.fromkeys(values))
    if different:
        arrows = [part for value in different for part in (tag("span", " → "), value)][1:]
        yield tag("div", tag("dt", title), tag("dd", *arrows))


def _size(module: ModuleNode, tree: ModuleTree) -> str:
    return _sized(module.parameter_count // module.count, tree.parameter_count)


def _sized(count: int, whole: int) -> str:
    return f"{figures.exact(count)}, {figures.share(count, whole)} of the model"


def _tensors(row: TreeRow, sides: tuple[tuple[ModuleNode, ModuleTree], ...]) -> Iterator[Markup]:
    """A table of the module's own tensors; one for each side where they differ."""
    different = {_outline(module): (module.tensors, tree) for module, tree in sides}
    for tensors, tree in different.values():
        place = f" in {tree.auto_class.model_class}" if len(different) > 1 else ""
        if tensors:
            noted = any(tensor.tied_to or tensor.kind == "buffer" for tensor in tensors)
            columns = ("Own tensor", "Shape", "dtype", "=Elements", "=Bytes", *(("Note",) if noted else ()))
            lines = (_tensor(row, tensor, noted) for tensor in tensors)
            yield table(f"The module's own tensors{place}", columns, lines, "x-own-tensors")
        elif not row.node.module.children:
            yield tag("p", f"It has no tensors of its own{place}.", class_="x-note")


def _outline(module: ModuleNode) -> tuple[object, ...]:
    """The tensors but for the names that they are tied to, which have other beginnings in each model."""
    return tuple(replace(tensor, tied_to=tensor.tied_to and "") for tensor in module.tensors)


def _tensor(row: TreeRow, tensor: TensorSpec, noted: bool) -> Markup:
    elements, size, notes = math.prod(tensor.shape), tensor.nbytes, tuple(_notes(row, tensor))
    return tag(
        "tr",
        tag("th", tag("code", tensor.name), scope="row"),
        tag("td", " × ".join(f"{length:,}" for length in tensor.shape) or "one number", data_label="Shape"),
        tag("td", tensor.dtype, data_label="dtype"),
        tag("td", figures.exact(elements), class_="x-number", data_label="Elements"),
        tag("td", figures.size(size), class_="x-number", data_label="Bytes", title=f"{size:,} bytes"),
        tag("td", *notes, data_label="Note", class_="" if notes else "x-empty") if noted else "",
    )


def _notes(row: TreeRow, tensor: TensorSpec) -> Iterator[object]:
    if tensor.kind == "buffer":
        yield "buffer, not trained "
    if tensor.tied_to:
        yield join(("tied to ", tag("code", name(row.shown(tensor.tied_to))), ", and counted there"))
