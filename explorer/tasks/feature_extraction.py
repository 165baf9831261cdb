"""Feature extraction: what the backbone makes of a text, as vectors."""

from array import array
from dataclasses import dataclass
from typing import Any

from explorer.tasks.parameter import Parameters, choice, flag
from explorer.tasks.text import check_texts

POOLINGS = ("none", "cls", "mean", "max")


@dataclass(frozen=True, slots=True)
class FeatureExtractionInput:
    """One text or several."""

    texts: tuple[str, ...]

    def __post_init__(self) -> None:
        check_texts(self.texts)


@dataclass(frozen=True, slots=True)
class FeatureExtractionParameters(Parameters):
    """Whether the vectors of a text's tokens become one vector, and how."""

    pooling: str = choice(
        "none",
        POOLINGS,
        "none: a vector for each token; cls: that of the first; mean, max: over all tokens of the text.",
    )
    normalize: bool = flag("Make each vector one long, so that a product of two is their cosine.")
    truncate: bool = flag("Cut the end of a text that is longer than the model can read.")


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows of 32-bit floats, one after the other in ``data``: thousands of numbers as one value."""

    rows: int
    width: int
    data: bytes

    @property
    def values(self) -> list[list[float]]:
        """The numbers, row by row."""
        numbers = array("f", self.data).tolist()
        return [numbers[row * self.width : (row + 1) * self.width] for row in range(self.rows)]


@dataclass(frozen=True, slots=True)
class TextFeatures:
    """The tokens of one text, and a row for each of them, or one row for all where they are pooled."""

    tokens: tuple[str, ...]
    features: Matrix


@dataclass(frozen=True, slots=True)
class FeatureExtractionResult:
    """The features of each text."""

    texts: tuple[TextFeatures, ...]
    pooling: str
    notes: tuple[str, ...] = ()

    @property
    def json(self) -> list[Any]:
        """Of each text a vector for every token, or one vector where they are pooled."""
        every = [text.features.values for text in self.texts]
        return every if self.pooling == "none" else [rows[0] for rows in every]
