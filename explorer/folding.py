"""Runs of equal numbered siblings, such as a model's layers, as one node that counts them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from explorer.diff import DiffNode, TreeDiff
from explorer.tree import ModuleNode, ModuleTree, TensorSpec

DIGITS = "0123456789"


def fold(tree: ModuleTree) -> ModuleTree:
    """The tree with each run of equal numbered siblings as one node that counts them."""
    return replace(tree, root=fold_node(tree.root))


def fold_node(node: ModuleNode) -> ModuleNode:
    """The node with every run of equal numbered siblings below it folded into one."""
    if not node.children:
        return node
    runs: list[tuple[ModuleNode, int]] = []
    numbered = _numbered(child.name for child in node.children)
    for child in map(fold_node, node.children):
        if runs and {runs[-1][0].name, child.name} <= numbered and _continues(*runs[-1], child):
            first, count = runs[-1]
            runs[-1] = first, count + child.count
        else:
            runs.append((child, child.count))
    return replace(node, children=tuple(_counted(*run) for run in runs))


def fold_diff(diff: TreeDiff) -> TreeDiff:
    """The aligned trees with each run of siblings that are equal on both sides as one node."""
    return replace(diff, root=_fold_diff_node(diff.root))


def label_of(node: ModuleNode) -> str:
    """The name of a node; of a folded one the first name and the last number, as in ``0–11``."""
    if node.count == 1:
        return node.name
    last = name_in_run(node, node.count - 1)
    return f"{node.name}–{last.removeprefix(_stem(last))}"


def name_in_run(node: ModuleNode, index: int) -> str:
    """The name of one of the siblings that were folded into the node; the first has index 0."""
    stem = _stem(node.name)
    return f"{stem}{int(node.name.removeprefix(stem)) + index}"


def _counted(node: ModuleNode, count: int) -> ModuleNode:
    return node if node.count == count else replace(node, count=count)


def _fold_diff_node(node: DiffNode) -> DiffNode:
    folded: list[DiffNode] = []
    numbered = _numbered(child.module.name for child in node.children)
    for child in map(_fold_diff_node, node.children):
        previous = folded[-1] if folded else None
        if previous and {previous.module.name, child.module.name} <= numbered and _both(previous, child):
            left, right = _sum(previous.left, child.left), _sum(previous.right, child.right)
            folded[-1] = replace(previous, left=left, right=right)
        else:
            folded.append(child)
    return replace(node, children=tuple(folded))


def _both(run: DiffNode, sibling: DiffNode) -> bool:
    """Whether the sibling continues the run on each side that there is, and has the same differences."""
    continues = _one_side(run.left, sibling.left) and _one_side(run.right, sibling.right)
    return continues and _kinds(run) == _kinds(sibling)


def _kinds(node: DiffNode) -> tuple[object, ...]:
    return node.kind, *map(_kinds, node.children)


def _one_side(run: ModuleNode | None, sibling: ModuleNode | None) -> bool:
    if run is None or sibling is None:
        return run is sibling
    return _continues(run, run.count, sibling)


def _sum(run: ModuleNode | None, sibling: ModuleNode | None) -> ModuleNode | None:
    return replace(run, count=run.count + sibling.count) if run and sibling else None


def _numbered(names: Iterable[str]) -> set[str]:
    """The siblings called by a number: ``0``, or ``expert_0`` where three or more are called so."""
    stems = {name: _stem(name) for name in names if name}
    times = Counter(stems.values())
    return {name for name, stem in stems.items() if not stem or (stem.endswith("_") and times[stem] > 2)}


def _stem(name: str) -> str:
    return name.rstrip(DIGITS)


def _continues(first: ModuleNode, count: int, sibling: ModuleNode) -> bool:
    """Whether a sibling has the next number after so many and differs from the first in nothing else."""
    return sibling.name == name_in_run(first, count) and _are_alike(first, sibling, first, sibling)


def _are_alike(one: ModuleNode, other: ModuleNode, first: ModuleNode, sibling: ModuleNode) -> bool:
    """Whether a node of the first sibling and one of another are equal, with paths relative to these."""
    return (
        one.class_name == other.class_name
        and one.settings == other.settings
        and (one is first or one.count == other.count)
        and one.path[len(first.path) :] == other.path[len(sibling.path) :]
        and len(one.tensors) == len(other.tensors)
        and len(one.children) == len(other.children)
        and all(
            _are_same(*pair, first.path, sibling.path)
            for pair in zip(one.tensors, other.tensors, strict=True)
        )
        and all(_are_alike(*pair, first, sibling) for pair in zip(one.children, other.children, strict=True))
    )


def _are_same(one: TensorSpec, other: TensorSpec, first: str, sibling: str) -> bool:
    """Whether two tensors are equal, with what they are tied to inside the siblings relative to these."""
    if one.tied_to or other.tied_to:
        one = replace(one, tied_to=_relative(one.tied_to, first))
        other = replace(other, tied_to=_relative(other.tied_to, sibling))
    return one == other


def _relative(path: str | None, root: str) -> str | None:
    return path[len(root) :] if path and f"{path}.".startswith(f"{root}.") else path
