"""That a task model is AutoModel with a head on it: shown on one input."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two tensors of one name: whether they are equal bit for bit, and else how far they are apart.

    ``samples`` hold the first numbers of each.
    """

    name: str
    shape: tuple[int, ...]
    is_equal: bool
    greatest_difference: float
    samples: tuple[tuple[float, ...], tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class SameBackbone:
    """AutoModel and the task model on the same input.

    ``features`` compares what AutoModel gives with what the task model's own backbone gives; ``logits``
    compares what the head makes of AutoModel's features with what the whole task model gives.
    ``head_modules`` are (path, what it is) of the modules that are the head's alone. What could not be
    shown is None, and ``notes`` say why.
    """

    backbone_class: str
    task_class: str
    features: tuple[Comparison, ...]
    head_modules: tuple[tuple[str, str], ...]
    logits: Comparison | None
    notes: tuple[str, ...] = ()
