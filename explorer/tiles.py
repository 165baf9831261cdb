"""A model as nested areas, each as large as its share of the parameters."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from explorer.breakdown import Breakdown
from explorer.components import Component, components_of
from explorer.folding import fold_node, label_of
from explorer.tree import ModuleNode, full_name

MOST_TILES = 300


@dataclass(frozen=True, slots=True)
class Tile:
    """A module, or a run of equal ones, with all parameters that they hold; the root has no ``above``.

    ``component`` is None where the parameters are of more than one.
    """

    path: str
    above: str | None
    label: str
    class_name: str
    size: int
    component: Component | None


def tiles_of(breakdown: Breakdown, most: int = MOST_TILES) -> tuple[Tile, ...]:
    """The model and the largest of the modules in it, each after the one that it lies in."""
    components = components_of(breakdown.tree, breakdown.head or frozenset())
    root = fold_node(breakdown.tree.root)
    areas = _areas(root, root.class_name, 1, None) if root.parameter_count else ()
    # No module is larger than the one around it, so that one comes first.
    largest = sorted(areas, key=lambda area: -area.size)[:most]
    return tuple(
        Tile(
            area.node.path,
            area.above,
            area.label,
            area.node.class_name,
            area.size,
            _only(_components(area.node, components)),
        )
        for area in largest
    )


class _Area(NamedTuple):
    """A module with its area; ``label`` names the modules around it too that hold nothing else."""

    node: ModuleNode
    label: str
    size: int
    above: str | None


def _areas(node: ModuleNode, label: str, times: int, above: str | None) -> Iterator[_Area]:
    """The areas of a module that is there so many times, and of all that lies in it, from the outside in."""
    children = [child for child in node.children if child.parameter_count]
    times_inside = times * node.count
    fills = len(children) == 1 and node.parameter_count == children[0].parameter_count * node.count
    if fills and above is not None:
        only = children[0]
        yield from _areas(only, f"{label}.{_label(only)}", times_inside, above)
        return
    yield _Area(node, label, node.parameter_count * times, above)
    for child in children:
        yield from _areas(child, _label(child), times_inside, node.path)


def _only(components: Iterable[Component]) -> Component | None:
    """The one component that there is; None where there are several."""
    found = set(components)
    return found.pop() if len(found) == 1 else None


def _label(node: ModuleNode) -> str:
    return f"{label_of(node)} × {node.count}" if node.count > 1 else node.name


def _components(node: ModuleNode, components: dict[str, Component]) -> Iterator[Component]:
    for tensor in node.tensors:
        if found := tensor.size and components.get(full_name(node, tensor)):
            yield found
    for child in node.children:
        yield from _components(child, components)
