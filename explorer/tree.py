"""A model as a tree of modules that own tensors: values only, no data and no torch."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from explorer.auto_class import AutoClass
from explorer.ggml import BLOCKS

# Bits of one element, by torch's name of the dtype.
BITS = {
    "bool": 8,
    "uint8": 8,
    "int8": 8,
    "int16": 16,
    "uint16": 16,
    "int32": 32,
    "uint32": 32,
    "int64": 64,
    "uint64": 64,
    "float4_e2m1fn_x2": 8,
    "float6_e2m3fn": 6,
    "float6_e3m2fn": 6,
    "float8_e4m3fn": 8,
    "float8_e5m2": 8,
    "float8_e8m0fnu": 8,
    "float8_e4m3fnuz": 8,
    "float8_e5m2fnuz": 8,
    "float16": 16,
    "bfloat16": 16,
    "float32": 32,
    "float64": 64,
    "complex64": 64,
    "complex128": 128,
}

Kind = Literal["parameter", "buffer"]


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """Name, shape and dtype of one tensor; no data.

    The name is relative to its owner: the module in a tree, the file in a checkpoint.
    The dtype is torch's name, such as ``bfloat16``. ``tied_to`` is the full name of the
    tensor that this one is another name of.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str = "float32"
    kind: Kind = "parameter"
    tied_to: str | None = None

    @property
    def size(self) -> int:
        """Number of elements; 0 when another tensor owns them."""
        return 0 if self.tied_to else math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes of the elements; 0 when another tensor owns them."""
        # Quantised types of ggml pack a block of elements together, others each on its own.
        elements, nbytes = BLOCKS.get(self.dtype) or (8, BITS[self.dtype])
        return self.size * nbytes // elements


@dataclass(frozen=True, slots=True)
class ModuleNode:
    """One module: its class, the tensors that it owns directly, and its child modules.

    ``path`` is the dotted name from the root (``""``). ``count`` is the number of equal
    siblings that were folded into this node; its path is then that of the first.
    ``settings`` is what the module prints of itself, such as ``in_features=768``.
    ``parameter_count`` and ``buffer_count`` are elements of the ``count`` modules and of all
    below them, tied ones counted once, so that they add up at every node.
    """

    path: str
    class_name: str
    tensors: tuple[TensorSpec, ...] = ()
    children: tuple["ModuleNode", ...] = ()
    count: int = 1
    settings: str = ""
    # Computed once, from the leaves up: as a property it would walk the tree at every look.
    parameter_count: int = field(init=False)
    buffer_count: int = field(init=False)

    def __post_init__(self) -> None:
        parameters = buffers = 0
        for tensor in self.tensors:
            if tensor.kind == "parameter":
                parameters += tensor.size
            else:
                buffers += tensor.size
        for child in self.children:
            parameters += child.parameter_count
            buffers += child.buffer_count
        object.__setattr__(self, "parameter_count", self.count * parameters)
        object.__setattr__(self, "buffer_count", self.count * buffers)

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class ModuleTree:
    """The modules of one class built from one config.

    ``backbone`` is the path of the module that AutoModel would give; ``""`` when the root is
    that module itself, or holds the backbone's modules directly.
    """

    auto_class: AutoClass
    backbone: str
    root: ModuleNode

    @property
    def parameter_count(self) -> int:
        """Parameters of the model, tied ones counted once."""
        return self.root.parameter_count


def walk(node: ModuleNode) -> Iterator[ModuleNode]:
    """The node and every node below it, parents first, in order."""
    yield node
    for child in node.children:
        yield from walk(child)


def find(node: ModuleNode, path: str) -> ModuleNode | None:
    """The node of this path at or below the node; None where there is none."""
    if node.path == path:
        return node
    inside = (child for child in node.children if f"{path}.".startswith(f"{child.path}."))
    return next((found for child in inside if (found := find(child, path))), None)


def full_name(node: ModuleNode, tensor: TensorSpec) -> str:
    """The tensor's name in the state dict."""
    return f"{node.path}.{tensor.name}" if node.path else tensor.name
