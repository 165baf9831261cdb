"""One pass of a text through a model, seen from inside."""

from array import array
from dataclasses import dataclass
from typing import Literal

Part = Literal["backbone", "head"]
Shape = tuple[int, ...]
EMBEDDINGS, OUTPUT = "embeddings", "output"


@dataclass(frozen=True, slots=True)
class WalkStep:
    """A module at work: the shapes that went in and came out, and how long it took, its parts included.

    ``depth`` is how many modules are at work around it; the model itself has none. ``part`` is None for
    a module that holds both, such as the model itself. A module that is called twice has two steps.
    """

    path: str
    class_name: str
    part: Part | None
    depth: int
    inputs: tuple[Shape, ...]
    outputs: tuple[Shape, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class AttentionMaps:
    """Who looks at whom: of every layer and head a row for each token that looks, which adds up to 1.

    ``data`` holds 32-bit floats as (layers, heads, rows, columns).
    """

    name: str
    row_tokens: tuple[str, ...]
    column_tokens: tuple[str, ...]
    layers: int
    heads: int
    data: bytes

    def of(self, layer: int, head: int) -> list[list[float]]:
        """The map of one head of one layer, both counted from 0."""
        rows, columns = len(self.row_tokens), len(self.column_tokens)
        first = (layer * self.heads + head) * rows * columns
        numbers = array("f", self.data[4 * first : 4 * (first + rows * columns)]).tolist()
        return [numbers[row * columns : (row + 1) * columns] for row in range(rows)]


@dataclass(frozen=True, slots=True)
class HiddenStates:
    """What each layer makes of each token.

    Each figure is a row of tokens for every layer: the vector's length, its cosine with that of the
    layer before (1 for the first), and its place among all vectors of the layer in the plane where
    they lie farthest apart. ``vectors`` holds 32-bit floats as (layers, tokens, width); it is None where
    they would be too many to send. ``layers`` are the names of the rows: the embeddings, then each layer;
    some models give no embeddings, and after the last layer what their last norm makes of it, the output.
    """

    name: str
    tokens: tuple[str, ...]
    width: int
    lengths: tuple[tuple[float, ...], ...]
    cosines: tuple[tuple[float, ...], ...]
    points: tuple[tuple[tuple[float, float], ...], ...]
    vectors: bytes | None
    layers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guess:
    """A token that the model holds possible, and its probability."""

    token: int
    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class PlaceGuesses:
    """What a language model expects at one place, and the surprise of what stands there, in bits.

    A decoder expects it of the tokens before, so that it has no guesses at its first one; a model that
    fills masks, of the text in which this token is hidden, and has none for special tokens. ``surprisal``
    is None there, and at a mask of the text, behind which no token is known.
    """

    position: int
    token: str
    surprisal: float | None
    guesses: tuple[Guess, ...]


@dataclass(frozen=True, slots=True)
class LensRow:
    """What the head would say if it were put on this layer; the embeddings are layer 0.

    ``rank`` is that of the token which the last layer holds most probable; 1 is the first.
    """

    layer: int
    guesses: tuple[Guess, ...]
    rank: int
    probability: float

    @property
    def name(self) -> str:
        """What the row is of, in the words of the hidden states."""
        return f"layer {self.layer - 1}" if self.layer else EMBEDDINGS


@dataclass(frozen=True, slots=True)
class Explanation:
    """One eager pass: the walk through modules, attention, hidden states, and what the head makes of them.

    ``backbone`` is the class of the backbone. ``tokens`` are those that the model read;
    ``output_tokens`` those that it wrote, from the token that its decoder begins with; without an
    encoder they are the last of ``tokens`` too. ``lens`` and ``places`` are those of language models;
    ``lens_position`` counts within the tokens that the head reads: those of the decoder where there is
    one beside an encoder, else ``tokens``. A decoder's lens shows what it expects next.
    ``unknown`` says of each part that is missing why it is. ``positions`` is how many places there are
    for the lens; 0 where the head guesses no tokens. ``is_each_hidden`` says that each token of
    ``places`` was hidden from the model while it guessed it. ``vocabulary`` is how many tokens the head
    guesses from; 0 where it guesses none.
    """

    task: str
    auto_class: str
    class_name: str
    backbone: str
    tokens: tuple[str, ...]
    output_tokens: tuple[str, ...]
    walk: tuple[WalkStep, ...]
    attentions: tuple[AttentionMaps, ...]
    hidden_states: tuple[HiddenStates, ...]
    places: tuple[PlaceGuesses, ...]
    lens: tuple[LensRow, ...]
    lens_position: int | None
    unknown: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    positions: int = 0
    is_each_hidden: bool = False
    vocabulary: int = 0
