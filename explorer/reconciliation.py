"""Why a checkpoint's files hold another number of elements than the model has parameters."""

from dataclasses import dataclass

MISSING = "parameters that the files do not hold"
BUFFERS = "buffers that the files hold"
COPIES = "tied weights that are stored more than once"
RESHAPED = "tensors stored in another shape"
PACKING = "quantisation: scales beside the weights, and packed elements"
UNUSED = "tensors that this class does not use"
UNEXPLAINED = "unexplained: the names and shapes do not tell"

# What each reason means, for somebody who meets it for the first time.
MEANINGS = {
    MISSING: "The class has them, no file does: they start with random values.",
    BUFFERS: "Numbers of the model's state that are never trained: they count as no parameters.",
    COPIES: "One weight under two names is one parameter, but a file may hold it once for each name.",
    RESHAPED: "The config asks for another size than the one that was saved.",
    PACKING: "Quantised weights are stored with scales beside them, or with several values in one element.",
    UNUSED: "Saved with another class: another head, or modules that are used in training only.",
    UNEXPLAINED: "No rule of the explorer accounts for these elements.",
}


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

    def explain(self, stated: int) -> str | None:
        """What a figure that somebody states is, in words; None when nothing explains it.

        It may leave out one of the differences.
        """
        if stated == self.parameters:
            return f"the parameters of {self.model_class}, each counted once"
        left_out = (step.reason for step in self.differences if stated == self.elements - step.elements)
        reason = next(left_out, None)
        return f"the elements in the files without the {reason}" if reason else None
