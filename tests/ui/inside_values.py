"""Small insides of models that do not exist."""

import struct
from collections.abc import Sequence

from explorer.inside.explanation import (
    AttentionMaps,
    Explanation,
    Guess,
    HiddenStates,
    LensRow,
    PlaceGuesses,
    WalkStep,
)

TOKENS = ("[CLS]", " the", " cat", "[SEP]")
HOSTILE = '<img src=x onerror="alert(1)">'


def step(path: str, class_name: str, seconds: float, **known: object) -> WalkStep:
    """A module at work in a model with layers of width 8, on four tokens."""
    depth = known.get("depth", path.count(".") + 1 if path else 0)
    shape = (1, 4, 8)
    inputs, outputs = known.get("inputs", (shape,)), known.get("outputs", (shape,))
    part = known.get("part", "head" if path.startswith("cls") else "backbone" if path else None)
    return WalkStep(path, class_name, part, depth, inputs, outputs, seconds)  # type: ignore[arg-type]


def bert_walk(layers: int = 12) -> tuple[WalkStep, ...]:
    """Embeddings, layers with two modules each, and a head: 1 ms a layer, 16 ms in all."""
    steps = [
        step("", "Tagger", 0.016, outputs=((1, 4, 3),), inputs=((1, 4),)),
        step("body", "Body", 0.013, inputs=((1, 4),)),
        step("body.embeddings", "Embedding", 0.0005, inputs=((1, 4),)),
    ]
    for number in range(layers):
        path = f"body.layer.{number}"
        steps.append(step(path, "Layer", 0.001, depth=2))
        steps.append(step(f"{path}.attention", "Attention", 0.0006, depth=3))
        steps.append(step(f"{path}.mlp", "MLP", 0.0003, depth=3, outputs=((1, 4, 8), (1, 2, 4, 4))))
    return (*steps, step("cls", "Linear", 0.002, outputs=((1, 4, 3),)))


def maps(
    weights: Sequence[Sequence[Sequence[Sequence[float]]]], tokens: Sequence[str] = TOKENS
) -> AttentionMaps:
    """Attention maps of these weights: layers, heads, rows, columns."""
    flat = [number for layer in weights for head in layer for row in head for number in row]
    data = struct.pack(f"{len(flat)}f", *flat)
    return AttentionMaps("self-attention", tuple(tokens), tuple(tokens), len(weights), len(weights[0]), data)


def looking_at(column: int, columns: int = 4) -> list[list[float]]:
    """A head of which every token looks at one alone."""
    return [[float(place == column) for place in range(columns)] for _ in range(columns)]


def states(tokens: Sequence[str] = TOKENS, vectors: bytes | None = None) -> HiddenStates:
    """Embeddings and two layers of width 2."""
    count = len(tokens)
    lengths = tuple(tuple(float(layer + 1 + place) for place in range(count)) for layer in range(3))
    cosines = ((1.0,) * count, (0.5,) * count, (0.25,) * count)
    points = tuple(tuple((float(place), float(-place)) for place in range(count)) for _ in range(3))
    layers = ("embeddings", "layer 0", "layer 1")
    return HiddenStates("hidden states", tuple(tokens), 2, lengths, cosines, points, vectors, layers)


def guess(text: str, probability: float, token: int = 1) -> Guess:
    """A guess of a token."""
    return Guess(token, text, probability)


def places(*surprisals: float | None) -> tuple[PlaceGuesses, ...]:
    """Places with these surprisals; nothing is expected where there is none."""
    return tuple(
        PlaceGuesses(
            position, f" word{position}", bits, () if bits is None else (guess(" other", 2**-bits / 2),)
        )
        for position, bits in enumerate(surprisals)
    )


def explanation(**parts: object) -> Explanation:
    """An explanation that has these parts, and no others."""
    known: dict[str, object] = {
        "task": "token-classification",
        "auto_class": "AutoModelForTokenClassification",
        "class_name": "Tagger",
        "backbone": "Body",
        "tokens": TOKENS,
        "output_tokens": (),
        "walk": (),
        "attentions": (),
        "hidden_states": (),
        "places": (),
        "lens": (),
        "lens_position": None,
    }
    return Explanation(**{**known, **parts})  # type: ignore[arg-type]


def lens_row(layer: int, rank: int, probability: float, *guesses: Guess) -> LensRow:
    """What the head would say on a layer."""
    return LensRow(layer, guesses, rank, probability)
