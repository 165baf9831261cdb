"""A tree from a checkpoint's tensor names, for an architecture that transformers does not know."""

from dataclasses import dataclass, field

from explorer.auto_class import AutoClass
from explorer.checkpoint import Checkpoint
from explorer.tree import ModuleNode, ModuleTree, TensorSpec

# The classes of these modules are not known: their code is the repository's own, and never run.
UNKNOWN = AutoClass("unknown", "unknown")


@dataclass(slots=True)
class _Branch:
    """A module while its tensors and children are still being found."""

    tensors: list[TensorSpec] = field(default_factory=list)
    children: dict[str, "_Branch"] = field(default_factory=dict)


def tree_from_names(checkpoint: Checkpoint) -> ModuleTree:
    """The modules that the dotted names of the checkpoint's tensors tell of.

    Numbered modules come in the order of their numbers. Every tensor counts as a parameter,
    since a file does not tell parameters from buffers.
    """
    root = _Branch()
    for tensor in checkpoint.tensors:
        *modules, name = tensor.name.split(".")
        branch = root
        for module in modules:
            inner = branch.children.get(module)
            if inner is None:
                inner = branch.children[module] = _Branch()
            branch = inner
        branch.tensors.append(TensorSpec(name, tensor.shape, tensor.dtype))
    return ModuleTree(UNKNOWN, "", _node("", root))


def _node(path: str, branch: _Branch) -> ModuleNode:
    if not branch.children:
        return ModuleNode(path, UNKNOWN.model_class, tuple(branch.tensors))
    prefix = f"{path}." if path else ""
    children = sorted(branch.children.items(), key=lambda item: _number(item[0]))
    return ModuleNode(
        path,
        UNKNOWN.model_class,
        tuple(branch.tensors),
        tuple(_node(f"{prefix}{name}", child) for name, child in children),
    )


def _number(name: str) -> int:
    """The number of a numbered module; others keep their order before it."""
    return int(name) if name.isascii() and name.isdigit() else -1
