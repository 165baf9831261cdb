"""Two module trees aligned: what they share, and what one adds, drops, renames or resizes."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from explorer.counterparts import Bodies, counterparts
from explorer.tree import ModuleNode, ModuleTree

DiffKind = Literal["same", "renamed", "resized", "added", "removed"]


@dataclass(frozen=True, slots=True)
class DiffNode:
    """A module of the left tree beside the module of the right tree that takes its place."""

    left: ModuleNode | None
    right: ModuleNode | None
    children: tuple["DiffNode", ...] = ()

    @property
    def module(self) -> ModuleNode:
        """The module of the right tree, or that of the left one where nothing takes its place."""
        found = self.right or self.left
        if found is None:
            raise ValueError("A node of a diff has a module on at least one side.")
        return found

    @property
    def kind(self) -> DiffKind:
        """What became of the module itself; its children have kinds of their own."""
        if self.left is None:
            return "added"
        if self.right is None:
            return "removed"
        if self.left is self.right:
            return "same"
        if _shapes(self.left) != _shapes(self.right):
            return "resized"
        return "same" if self.left.class_name == self.right.class_name else "renamed"


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


def diff_trees(left: ModuleTree, right: ModuleTree) -> TreeDiff:
    """The two trees aligned by module name, from the backbone of each."""
    bodies = counterparts(left, right)
    return TreeDiff(left, right, _align(left.root, right.root, bodies))


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


def _shapes(node: ModuleNode) -> dict[str, tuple[int, ...]]:
    return {tensor.name: tensor.shape for tensor in node.tensors if tensor.kind == "parameter"}
