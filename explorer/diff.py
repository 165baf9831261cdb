"""Two module trees aligned: what they share, and what one adds, drops, renames or resizes."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from explorer.counterparts import Bodies, counterparts
from explorer.tree import ModuleNode, ModuleTree, TensorSpec, find, full_name

DiffKind = Literal["same", "renamed", "resized", "added", "removed"]


@dataclass(frozen=True, slots=True)
class DiffNode:
    """A module of the left tree beside the module of the right tree that takes its place."""

    left: ModuleNode | None
    right: ModuleNode | None
    children: tuple["DiffNode", ...] = ()

    @property
    def kind(self) -> DiffKind:
        """What became of the module itself; its children have kinds of their own."""
        if self.left is None:
            return "added"
        if self.right is None:
            return "removed"
        if _shapes(self.left) != _shapes(self.right):
            return "resized"
        return "same" if self.left.class_name == self.right.class_name else "renamed"

    @property
    def added(self) -> tuple[TensorSpec, ...]:
        """The right module's own tensors that the left one has not, or not in this shape."""
        return _without(self.right, self.left)

    @property
    def removed(self) -> tuple[TensorSpec, ...]:
        """The left module's own tensors that the right one has not, or not in this shape."""
        return _without(self.left, self.right)


@dataclass(frozen=True, slots=True)
class TreeDiff:
    """The aligned trees of two classes."""

    left: ModuleTree
    right: ModuleTree
    root: DiffNode

    @property
    def counts(self) -> dict[str, int]:
        """Modules of each kind."""
        found = Counter(node.kind for node in walk(self.root))
        return {kind: found[kind] for kind in ("same", "renamed", "resized", "added", "removed")}


@dataclass(frozen=True, slots=True)
class Head:
    """What a task model adds to the backbone and what it drops from it.

    ``added`` and ``removed`` are the outermost modules. The parameter counts also hold tensors
    that a shared module gained or lost, so that
    backbone + parameter_count - removed_parameter_count = task model.
    A tensor that is kept under another name, such as an embedding of which only the tied copy
    remains, is neither added nor removed.
    """

    added: tuple[ModuleNode, ...]
    removed: tuple[ModuleNode, ...]
    parameter_count: int
    removed_parameter_count: int


def diff_trees(left: ModuleTree, right: ModuleTree) -> TreeDiff:
    """The two trees aligned by module name, from the backbone of each."""
    bodies = counterparts(left, right)
    return TreeDiff(left, right, _align(left.root, right.root, bodies))


def head_of(diff: TreeDiff) -> Head:
    """The head: what the right tree adds to the left one, and what it drops."""
    kept = _kept_parameters(diff)
    return Head(
        added=tuple(node.right for node in _outermost(diff.root, "left") if node.right),
        removed=tuple(node.left for node in _outermost(diff.root, "right") if node.left),
        parameter_count=diff.right.parameter_count - kept,
        removed_parameter_count=diff.left.parameter_count - kept,
    )


def head_paths(backbone: ModuleTree, task: ModuleTree) -> tuple[str, ...]:
    """Paths in the task tree of what may be untrained although the checkpoint is the right one.

    They are the modules that the head added, and those children of the backbone that come after
    its repeated layers, such as a pooler or the last norm.
    """
    added = _outermost(diff_trees(backbone, task).root, "left")
    body = find(task.root, task.backbone) or task.root
    paths = [node.right.path for node in added if node.right]
    return tuple(dict.fromkeys(paths + [node.path for node in _after_layers(body)]))


def walk(node: DiffNode) -> Iterator[DiffNode]:
    """The node and every node below it, parents first, in order."""
    yield node
    for child in node.children:
        yield from walk(child)


def _align(left: ModuleNode, right: ModuleNode, bodies: Bodies) -> DiffNode:
    """Two modules side by side, or one around the other until the counterparts are reached."""
    at_left, at_right = left.path == bodies[0], right.path == bodies[1]
    if at_left and at_right:
        return _align_by_name(left, right)
    if at_left:
        within = (
            _align(left, child, bodies) if _is_on_path(child, bodies[1]) else _only_right(child)
            for child in right.children
        )
        return DiffNode(None, right, tuple(within))
    if at_right:
        within = (
            _align(child, right, bodies) if _is_on_path(child, bodies[0]) else _only_left(child)
            for child in left.children
        )
        return DiffNode(left, None, tuple(within))
    return _align_around(left, right, bodies)


def _align_around(left: ModuleNode, right: ModuleNode, bodies: Bodies) -> DiffNode:
    """Two modules that each hold one of the counterparts, under whatever name."""
    inner_left = next(child for child in left.children if _is_on_path(child, bodies[0]))
    inner_right = next(child for child in right.children if _is_on_path(child, bodies[1]))
    renamed = tuple(
        replace(child, path=inner_right.path) if child is inner_left else child for child in left.children
    )
    around = _align_by_name(replace(left, children=renamed), right)
    children = tuple(
        _align(inner_left, inner_right, bodies) if child.right is inner_right else child
        for child in around.children
    )
    return DiffNode(left, right, children)


def _align_by_name(left: ModuleNode, right: ModuleNode) -> DiffNode:
    if not left.children and not right.children:
        return DiffNode(left, right)
    theirs = {child.name: child for child in left.children}
    ours = {child.name for child in right.children}
    # What only the left tree has comes before the counterpart of what follows it there.
    before: dict[str, list[DiffNode]] = {}
    waiting: list[DiffNode] = []
    for name, child in theirs.items():
        if name in ours:
            before[name], waiting = waiting, []
        else:
            waiting.append(_only_left(child))
    children: list[DiffNode] = []
    after_last_match = 0
    for child in right.children:
        if match := theirs.get(child.name):
            children.extend(before[child.name])
            children.append(_align_by_name(match, child))
            after_last_match = len(children)
        else:
            children.append(_only_right(child))
    children[after_last_match:after_last_match] = waiting
    return DiffNode(left, right, tuple(children))


def _is_on_path(node: ModuleNode, path: str) -> bool:
    return path == node.path or path.startswith(f"{node.path}.")


def _only_left(node: ModuleNode) -> DiffNode:
    return DiffNode(node, None, tuple(map(_only_left, node.children)))


def _only_right(node: ModuleNode) -> DiffNode:
    return DiffNode(None, node, tuple(map(_only_right, node.children)))


def _kept_parameters(diff: TreeDiff) -> int:
    """Elements of the parameters that both trees have.

    Tied tensors are compared by their owners: a tensor that only changed its owner is kept.
    """
    seen_left: set[str] = set()
    seen_right: set[str] = set()
    kept = 0
    for node in walk(diff.root):
        if not (node.left and node.right and node.left.tensors):
            continue
        ours = {tensor.name: tensor for tensor in node.right.tensors}
        for tensor in node.left.tensors:
            match = ours.get(tensor.name)
            if match is None or tensor.kind != "parameter":
                continue
            if (match.kind, match.shape) != (tensor.kind, tensor.shape):
                continue
            owner_left = tensor.tied_to or full_name(node.left, tensor)
            owner_right = match.tied_to or full_name(node.right, match)
            if owner_left not in seen_left and owner_right not in seen_right:
                kept += math.prod(tensor.shape) * node.left.count
                seen_left.add(owner_left)
                seen_right.add(owner_right)
    return kept


def _after_layers(body: ModuleNode) -> tuple[ModuleNode, ...]:
    """The children after the last one that holds repeated layers."""
    last = max((i for i, child in enumerate(body.children) if _is_repeated(child)), default=None)
    return () if last is None else body.children[last + 1 :]


def _is_repeated(node: ModuleNode) -> bool:
    """Whether numbered layers of one class lie at or below the node."""
    numbered = [child.class_name for child in node.children if child.name.isdigit()]
    return len(numbered) > len(set(numbered)) or any(map(_is_repeated, node.children))


def _outermost(node: DiffNode, lacking: Literal["left", "right"]) -> Iterator[DiffNode]:
    """The modules of which no part has a counterpart on the lacking side."""
    for child in node.children:
        if getattr(child, lacking) is None and all(getattr(part, lacking) is None for part in walk(child)):
            yield child
        else:
            yield from _outermost(child, lacking)


def _shapes(node: ModuleNode) -> dict[str, tuple[int, ...]]:
    return {tensor.name: tensor.shape for tensor in node.tensors if tensor.kind == "parameter"}


def _without(node: ModuleNode | None, other: ModuleNode | None) -> tuple[TensorSpec, ...]:
    known = {(tensor.name, tensor.shape) for tensor in other.tensors} if other else set()
    return tuple(t for t in node.tensors if (t.name, t.shape) not in known) if node else ()
