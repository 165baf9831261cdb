"""The head of a task model, read off the diff between it and its backbone."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from explorer.diff import DiffNode, TreeDiff, walk
from explorer.tree import ModuleNode, find, full_name
from explorer.tree import walk as walk_tree


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


def head_of(diff: TreeDiff) -> Head:
    """The head: what the right tree adds to the left one, and what it drops."""
    kept = sum(_kept_parameters(diff).values())
    return Head(
        added=tuple(node.module for node in _outermost(diff.root, "left")),
        removed=tuple(node.module for node in _outermost(diff.root, "right")),
        parameter_count=diff.right.parameter_count - kept,
        removed_parameter_count=diff.left.parameter_count - kept,
    )


def head_parameters(diff: TreeDiff) -> frozenset[str]:
    """Full names in the task model of the parameters that the head adds, each under its first name."""
    owned = {
        full_name(module, tensor)
        for module in walk_tree(diff.right.root)
        for tensor in module.tensors
        if tensor.kind == "parameter" and not tensor.tied_to
    }
    return frozenset(owned - _kept_parameters(diff).keys())


def head_paths(diff: TreeDiff) -> tuple[str, ...]:
    """Paths in the task model of what may be untrained although the checkpoint is the right one.

    They are the modules that the head added, the tensors that it added to a module of the backbone,
    such as a mask token, and those children of the backbone that come after its repeated layers,
    such as a pooler or the last norm.
    """
    task = diff.right
    body = find(task.root, task.backbone) or task.root
    added = (node.module.path for node in _outermost(diff.root, "left"))
    after = (node.path for node in _after_layers(body))
    return tuple(dict.fromkeys([*added, *_added_tensors(diff), *after]))


def _added_tensors(diff: TreeDiff) -> Iterator[str]:
    """Full names of the tensors that only the right one of two modules has."""
    for node in walk(diff.root):
        if node.left and node.right and node.left.tensors != node.right.tensors:
            theirs = {tensor.name for tensor in node.left.tensors}
            yield from (full_name(node.right, ours) for ours in node.right.tensors if ours.name not in theirs)


def _kept_parameters(diff: TreeDiff) -> dict[str, int]:
    """Names in the right tree of the parameters that both trees have, each with its elements.

    Tied tensors are compared by their owners: a tensor that only changed its owner is kept.
    """
    seen_left: set[str] = set()
    kept: dict[str, int] = {}
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
            if owner_left not in seen_left and owner_right not in kept:
                kept[owner_right] = math.prod(tensor.shape) * node.left.count
                seen_left.add(owner_left)
    return kept


def _after_layers(body: ModuleNode) -> tuple[ModuleNode, ...]:
    """The children after the last one that holds repeated layers."""
    last = max((i for i, child in enumerate(body.children) if _is_repeated(child)), default=None)
    return () if last is None else body.children[last + 1 :]


def _is_repeated(node: ModuleNode) -> bool:
    """Whether numbered layers of one class lie at or below the node."""
    numbered = [child.class_name for child in node.children if child.name.isdigit()]
    # A model may have one layer only; a list for one module is for such layers.
    is_layers = len(numbered) > len(set(numbered)) or (len(numbered) == 1 and node.class_name == "ModuleList")
    return is_layers or any(map(_is_repeated, node.children))


def _outermost(node: DiffNode, lacking: Literal["left", "right"]) -> Iterator[DiffNode]:
    """The modules of which no part has a counterpart on the lacking side."""
    for child in node.children:
        if getattr(child, lacking) is None and all(getattr(part, lacking) is None for part in walk(child)):
            yield child
        else:
            yield from _outermost(child, lacking)
