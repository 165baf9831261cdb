"""Runs of equal numbered siblings, such as a model's layers, as one node that counts them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from explorer.diff import DiffNode, TreeDiff
from explorer.tree import ModuleNode, ModuleTree

DIGITS = "0123456789"


def fold(tree: ModuleTree) -> ModuleTree:
    """The tree with each run of equal numbered siblings as one node that counts them."""
    return replace(tree, root=fold_node(tree.root))


def fold_node(node: ModuleNode) -> ModuleNode:
    """The node with every run of equal numbered siblings below it folded into one."""
    folded: list[ModuleNode] = []
    numbered = _numbered(child.name for child in node.children)
    for child in map(fold_node, node.children):
        previous = folded[-1] if folded else None
        if previous and {previous.name, child.name} <= numbered and _continues(previous, child):
            folded[-1] = replace(previous, count=previous.count + child.count)
        else:
            folded.append(child)
    return replace(node, children=tuple(folded))


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
    return _continues(run, sibling)


def _sum(run: ModuleNode | None, sibling: ModuleNode | None) -> ModuleNode | None:
    return replace(run, count=run.count + sibling.count) if run and sibling else None


def _numbered(names: Iterable[str]) -> set[str]:
    """The siblings called by a number: ``0``, or ``expert_0`` where three or more are called so."""
    stems = {name: _stem(name) for name in names if name}
    times = Counter(stems.values())
    return {name for name, stem in stems.items() if not stem or (stem.endswith("_") and times[stem] > 2)}


def _stem(name: str) -> str:
    return name.rstrip(DIGITS)


def _continues(run: ModuleNode, sibling: ModuleNode) -> bool:
    """Whether a sibling has the next number and differs from those before it in nothing else."""
    if sibling.name != name_in_run(run, run.count):
        return False
    return _outline(run, run.path) == _outline(sibling, sibling.path)


def _outline(node: ModuleNode, root: str) -> tuple[object, ...]:
    """What must be equal for two nodes to fold: everything, with paths relative to the sibling."""
    count = 1 if node.path == root else node.count
    tensors = tuple(replace(tensor, tied_to=_relative(tensor.tied_to, root)) for tensor in node.tensors)
    children = tuple(_outline(child, root) for child in node.children)
    return _relative(node.path, root), node.class_name, node.settings, count, tensors, children


def _relative(path: str | None, root: str) -> str | None:
    return path[len(root) :] if path and f"{path}.".startswith(f"{root}.") else path
