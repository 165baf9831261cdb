"""Token classification: a label for each token or word, such as the names of people and places."""

from dataclasses import dataclass
from typing import Any

from explorer.tasks.parameter import Parameters, choice, whole, words
from explorer.tasks.text import check_text

STRATEGIES = ("none", "simple", "first", "average", "max")


@dataclass(frozen=True, slots=True)
class TokenClassificationInput:
    """The text whose tokens are to be labelled."""

    text: str

    def __post_init__(self) -> None:
        check_text(self.text)


@dataclass(frozen=True, slots=True)
class TokenClassificationParameters(Parameters):
    """How tokens become words and words become entities."""

    aggregation_strategy: str = choice(
        "simple",
        STRATEGIES,
        "none: every token; simple: tokens of one entity joined; first, average, max: words are labelled"
        " as one, by their first token, the mean of their tokens, or the surest one.",
    )
    ignore_labels: tuple[str, ...] = words("Labels that are left out.", default=("O",))
    stride: int = whole(64, 0, 1024, "How many tokens of a window of a long text are in the next one too.")


@dataclass(frozen=True, slots=True)
class Entity:
    """A labelled part of the text, by its first character and the one after its last.

    ``word`` is what the tokenizer makes of its tokens, which may differ from the text in case and
    spaces. ``index`` is the token's place, and None where several tokens were joined.
    """

    label: str
    score: float
    word: str
    start: int
    end: int
    index: int | None = None

    @property
    def json(self) -> dict[str, Any]:
        """The entity in the shape of the Inference API."""
        place = {"score": self.score, "word": self.word, "start": self.start, "end": self.end}
        if self.index is None:
            return {"entity_group": self.label, **place}
        return {"entity": self.label, "index": self.index, **place}


@dataclass(frozen=True, slots=True)
class TokenClassificationResult:
    """The entities in the order of the text; ``windows`` is how many parts a long text was read in."""

    entities: tuple[Entity, ...]
    windows: int
    notes: tuple[str, ...] = ()

    @property
    def json(self) -> list[dict[str, Any]]:
        """The entities as a list."""
        return [entity.json for entity in self.entities]
