"""The modules that are a head's alone, in words."""

from pathlib import Path

from explorer.auto_class import BACKBONE
from explorer.head import head_of
from explorer.loading.heads import build_diff
from explorer.loading.running.model_files import read_config
from explorer.tree import ModuleNode, walk

# Of a head of many parts, the first are enough to know it.
MOST_NAMED = 4


def head_modules(folder: Path, auto_class: str) -> tuple[tuple[str, str], ...]:
    """Path and description of the outermost modules that the class has and AutoModel has not."""
    head = head_of(build_diff(read_config(folder), BACKBONE, auto_class))
    return tuple((module.path, described(module)) for module in head.added)


def described(module: ModuleNode) -> str:
    """The module's class, with what its matrices make of what: ``Linear(768 → 2)``."""
    matrices = [
        f"{node.class_name}({tensor.shape[1]:,} → {tensor.shape[0]:,})"
        for node in walk(module)
        for tensor in node.tensors
        if len(tensor.shape) == 2
    ]
    if not matrices or (len(matrices) == 1 and not module.children):
        return matrices[0] if matrices else module.class_name
    more = len(matrices) - MOST_NAMED
    return f"{module.class_name}: {', '.join(matrices[:MOST_NAMED])}" + (f" and {more:,} more" * (more > 0))
