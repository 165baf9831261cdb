"""Why a checkpoint's files hold another number of elements than the model has parameters."""

from dataclasses import dataclass

MISSING = "parameters that the files do not hold"
BUFFERS = "buffers that the files hold"
COPIES = "tied weights that are stored more than once"
RESHAPED = "tensors stored in another shape"
PACKING = "quantisation: scales beside the weights, and packed elements"
LAYERS = "layers beyond those of the config"
UNUSED = "tensors that this class does not use"
UNEXPLAINED = "unexplained: the names and shapes do not tell"

# What each reason means, for somebody who meets it for the first time.
MEANINGS = {
    MISSING: "The class has them, no file does: they start with random values.",
    BUFFERS: "State that is not trained, such as masks, positions and statistics: it counts as no parameters."
    " Older versions of a class saved more of it.",
    COPIES: "One weight under two names is one parameter, but a file may hold it once for each name.",
    RESHAPED: "The config asks for another size than the one that was saved.",
    PACKING: "Quantised weights are stored with scales beside them, or with several values in one element.",
    LAYERS: "They are numbered after the last layer of the class, as one for multi-token prediction is.",
    UNUSED: "Saved with another class: another head, or modules that are used in training only.",
    UNEXPLAINED: "No rule of the explorer accounts for these elements.",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One reason, with the elements that it adds to the files (or takes from them, when negative).

    ``names`` are the tensors that it is about, where that is told: as a model names them, those of
    equal layers as one.
    """

    reason: str
    elements: int
    names: tuple[str, ...] = ()


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
