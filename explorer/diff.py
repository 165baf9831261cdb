"""Two module trees aligned: what they share, and what one adds, drops, renames or resizes."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from explorer.tree import ModuleNode, ModuleTree, TensorSpec, find

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
    """

    added: tuple[ModuleNode, ...]
    removed: tuple[ModuleNode, ...]
    parameter_count: int
    removed_parameter_count: int


def diff_trees(left: ModuleTree, right: ModuleTree) -> TreeDiff:
    """The two trees aligned by module name, from the backbone of each."""
    left_backbone = _backbone_in(left, right)
    right_backbone = _backbone_in(right, left)
    if left_backbone and not right_backbone:
        return TreeDiff(left, right, _wrap(left.root, left_backbone, right.root, left_is_outer=True))
    if right_backbone and not left_backbone:
        return TreeDiff(left, right, _wrap(right.root, right_backbone, left.root, left_is_outer=False))
    return TreeDiff(left, right, _align(left.root, right.root))


def head_of(diff: TreeDiff) -> Head:
    """The head: what the right tree adds to the left one, and what it drops."""
    nodes = tuple(walk(diff.root))
    return Head(
        added=tuple(_outermost(diff.root, "added")),
        removed=tuple(_outermost(diff.root, "removed")),
        parameter_count=sum(_parameters(node.added) for node in nodes),
        removed_parameter_count=sum(_parameters(node.removed) for node in nodes),
    )


def head_paths(backbone: ModuleTree, task: ModuleTree) -> tuple[str, ...]:
    """Paths in the task tree of what may be untrained although the checkpoint is the right one.

    They are the modules that the head added, and those children of the backbone that come after
    its repeated layers, such as a pooler or the last norm.
    """
    added = head_of(diff_trees(backbone, task)).added
    body = find(task.root, task.backbone) or task.root
    return tuple(dict.fromkeys([node.path for node in added] + [node.path for node in _after_layers(body)]))


def walk(node: DiffNode) -> Iterator[DiffNode]:
    """The node and every node below it, parents first, in order."""
    yield node
    for child in node.children:
        yield from walk(child)


def _backbone_in(tree: ModuleTree, other: ModuleTree) -> str:
    """The path of the tree's backbone, when the other tree is such a backbone; else ``""``."""
    return "" if other.backbone else tree.backbone


def _align(left: ModuleNode, right: ModuleNode) -> DiffNode:
    theirs = {child.name: child for child in left.children}
    ours = {child.name for child in right.children}
    children: list[DiffNode] = []
    waiting = list(left.children)
    for child in right.children:
        if match := theirs.get(child.name):
            # What the left tree has before the match and the right tree has not, comes first.
            while waiting and waiting[0].name != child.name and waiting[0].name not in ours:
                children.append(_only_left(waiting.pop(0)))
            waiting = [node for node in waiting if node is not match]
            children.append(_align(match, child))
        else:
            children.append(_only_right(child))
    children.extend(_only_left(node) for node in waiting)
    return DiffNode(left, right, tuple(children))


def _wrap(outer: ModuleNode, backbone: str, inner: ModuleNode, *, left_is_outer: bool) -> DiffNode:
    """The outer tree with the inner tree in the place of its backbone."""
    if outer.path == backbone:
        return _align(outer, inner) if left_is_outer else _align(inner, outer)
    only = _only_left if left_is_outer else _only_right
    children = tuple(
        _wrap(child, backbone, inner, left_is_outer=left_is_outer)
        if f"{backbone}.".startswith(f"{child.path}.")
        else only(child)
        for child in outer.children
    )
    return DiffNode(outer, None, children) if left_is_outer else DiffNode(None, outer, children)


def _only_left(node: ModuleNode) -> DiffNode:
    return DiffNode(node, None, tuple(map(_only_left, node.children)))


def _only_right(node: ModuleNode) -> DiffNode:
    return DiffNode(None, node, tuple(map(_only_right, node.children)))


def _after_layers(body: ModuleNode) -> tuple[ModuleNode, ...]:
    """The children after the last one that holds repeated layers."""
    last = max((i for i, child in enumerate(body.children) if _is_repeated(child)), default=None)
    return () if last is None else body.children[last + 1 :]


def _is_repeated(node: ModuleNode) -> bool:
    """Whether numbered layers of one class lie at or below the node."""
    numbered = [child.class_name for child in node.children if child.name.isdigit()]
    return len(numbered) > len(set(numbered)) or any(map(_is_repeated, node.children))


def _outermost(node: DiffNode, kind: DiffKind) -> Iterator[ModuleNode]:
    """The modules of this kind of which no part has a counterpart."""
    for child in node.children:
        whole = all(part.kind == kind for part in walk(child))
        module = child.right if kind == "added" else child.left
        if whole and module:
            yield module
        else:
            yield from _outermost(child, kind)


def _shapes(node: ModuleNode) -> dict[str, tuple[int, ...]]:
    return {tensor.name: tensor.shape for tensor in node.tensors if tensor.kind == "parameter"}


def _without(node: ModuleNode | None, other: ModuleNode | None) -> tuple[TensorSpec, ...]:
    known = {(t.name, t.shape, t.size) for t in other.tensors} if other else set()
    return tuple(t for t in node.tensors if (t.name, t.shape, t.size) not in known) if node else ()


def _parameters(tensors: tuple[TensorSpec, ...]) -> int:
    return sum(tensor.size for tensor in tensors if tensor.kind == "parameter")
