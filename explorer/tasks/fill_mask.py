"""Fill-mask: which words fit where the text has a gap."""

from dataclasses import dataclass
from typing import Any

from explorer.tasks.parameter import Parameters, flag, whole, words
from explorer.tasks.text import check_text


@dataclass(frozen=True, slots=True)
class FillMaskInput:
    """A text with one mask or several; [MASK] and <mask> stand for the tokenizer's own."""

    text: str

    def __post_init__(self) -> None:
        check_text(self.text)


@dataclass(frozen=True, slots=True)
class FillMaskParameters(Parameters):
    """How many words to tell, and of which."""

    top_k: int = whole(5, 1, 1000, "How many words to tell of each mask.")
    targets: tuple[str, ...] = words("Score only these words.")
    truncate: bool = flag("Cut the end of a text that is longer than the model can read.")


@dataclass(frozen=True, slots=True)
class Filling:
    """A token that may fill a mask: its probability, and the text with it."""

    score: float
    token: int
    token_str: str
    sequence: str

    @property
    def json(self) -> dict[str, Any]:
        """The filling in the shape of the Inference API."""
        return {
            "score": self.score,
            "token": self.token,
            "token_str": self.token_str,
            "sequence": self.sequence,
        }


@dataclass(frozen=True, slots=True)
class FillMaskResult:
    """The fillings of each mask, the best first; each mask is filled by itself."""

    masks: tuple[tuple[Filling, ...], ...]
    notes: tuple[str, ...] = ()

    @property
    def json(self) -> list[Any]:
        """The fillings of the one mask, or a list of them for each of several."""
        every = [[filling.json for filling in mask] for mask in self.masks]
        return every[0] if len(every) == 1 else every
