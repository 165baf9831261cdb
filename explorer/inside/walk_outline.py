"""The walk as a tree with runs of equal layers folded."""

from dataclasses import dataclass, replace

from explorer.folding import DIGITS
from explorer.inside.explanation import WalkStep


@dataclass(frozen=True, slots=True)
class OutlineNode:
    """A step with those within it; ``count`` is how many equal ones in a row it stands for.

    ``seconds`` are those of all of them.
    """

    step: WalkStep
    children: tuple["OutlineNode", ...]
    seconds: float
    count: int = 1


def outline_of(walk: tuple[WalkStep, ...], deepest: int) -> tuple[OutlineNode, ...]:
    """The steps down to this depth, each in the one around it; equal neighbours are one node.

    Only numbered ones are, such as layers, and one that is called again. They are equal when class,
    part and shapes are, and everything within them.
    """
    nodes, _ = _level(walk, 0, 0, deepest)
    return nodes


def _level(
    walk: tuple[WalkStep, ...], start: int, depth: int, deepest: int
) -> tuple[tuple[OutlineNode, ...], int]:
    """The nodes of one depth from this step on, and the place of the first step that is less deep."""
    nodes: list[OutlineNode] = []
    place = start
    while place < len(walk) and walk[place].depth >= depth:
        step = walk[place]
        children, place = _level(walk, place + 1, step.depth + 1, deepest)
        node = OutlineNode(step, children if step.depth < deepest else (), step.seconds)
        if nodes and _is_alike(nodes[-1], node):
            last = nodes[-1]
            nodes[-1] = replace(last, seconds=last.seconds + node.seconds, count=last.count + 1)
        else:
            nodes.append(node)
    return tuple(nodes), place


def _is_alike(one: OutlineNode, other: OutlineNode) -> bool:
    paths = one.step.path, other.step.path
    stems = {path.rstrip(DIGITS) for path in paths}
    is_numbered = len(stems) == 1 and all(path[-1:].isdigit() for path in paths)
    return (is_numbered or paths[0] == paths[1]) and _shape(one) == _shape(other)


def _shape(node: OutlineNode) -> tuple[object, ...]:
    """What makes two nodes equal."""
    step = node.step
    inner = tuple((child.count, _shape(child)) for child in node.children)
    return step.class_name, step.part, step.inputs, step.outputs, inner
