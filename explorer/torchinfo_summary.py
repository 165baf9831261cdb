"""What torchinfo prints of a model, and why its total is another one than the model's."""

from dataclasses import dataclass

from explorer.auto_class import AutoClass
from explorer.reconciliation import Difference


@dataclass(frozen=True, slots=True)
class TorchinfoSummary:
    """The text of torchinfo's summary down to ``depth``, with its total and the number of parameters.

    ``parameter_count`` and the elements of all ``differences`` add up to ``total``. ``counted_again``
    has the tensors that torchinfo counts once more, each with the name under which it counted it before.
    ``cut_rows`` are the rows that were left out of the text.
    """

    auto_class: AutoClass
    version: str
    depth: int
    text: str
    total: int
    parameter_count: int
    differences: tuple[Difference, ...]
    counted_again: tuple[tuple[str, str], ...]
    cut_rows: int = 0
