"""Why a checkpoint's files hold another number of elements than the model has parameters."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """One reason, with the elements that it adds to the files (or takes from them, when negative)."""

    reason: str
    elements: int


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The way from a class's parameters to the elements in the files.

    ``parameters`` and the elements of all ``differences`` add up to ``elements``; what no rule
    explains is a difference of its own, called unexplained.
    """

    model_class: str
    parameters: int
    elements: int
    differences: tuple[Difference, ...]
