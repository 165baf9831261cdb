"""Text classification: the checkpoint's own labels for a text, with scores."""

from dataclasses import dataclass
from typing import Any

from explorer.tasks.parameter import Parameters, choice, flag, whole
from explorer.tasks.text import check_texts

FUNCTIONS = ("softmax", "sigmoid", "none")


@dataclass(frozen=True, slots=True)
class TextClassificationInput:
    """One text or several; each is classified by itself."""

    texts: tuple[str, ...]

    def __post_init__(self) -> None:
        check_texts(self.texts)


@dataclass(frozen=True, slots=True)
class TextClassificationParameters(Parameters):
    """How many labels to tell, and how their scores are made; by default as the config says."""

    top_k: int | None = whole(None, 1, 1000, "How many labels to tell; all by default.")
    function_to_apply: str | None = choice(
        None,
        FUNCTIONS,
        "softmax: one label is right; sigmoid: each label may be right; none: the logits as they are.",
    )
    truncate: bool = flag("Cut the end of a text that is longer than the model can read.")


@dataclass(frozen=True, slots=True)
class LabelScore:
    """A label and its score."""

    label: str
    score: float


@dataclass(frozen=True, slots=True)
class TextClassificationResult:
    """The labels of each text, the best first, and which function made the scores of the logits."""

    texts: tuple[tuple[LabelScore, ...], ...]
    function: str
    notes: tuple[str, ...] = ()

    @property
    def json(self) -> list[list[dict[str, Any]]]:
        """A list of labels for each text."""
        return [[{"label": one.label, "score": one.score} for one in labels] for labels in self.texts]
