"""What each layer makes of each token."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import torch
from torch.nn.functional import cosine_similarity

from explorer.inside.explanation import EMBEDDINGS, OUTPUT, HiddenStates
from explorer.loading.running.inside.eager import Pass
from explorer.loading.running.inside.told import CannotTellError, Told

# The names that transformers' outputs have for them; each with ours, and whether they are of written tokens.
KINDS = (
    ("encoder_hidden_states", "encoder hidden states", False),
    ("decoder_hidden_states", "decoder hidden states", True),
    ("hidden_states", "hidden states", False),
)


def hidden_states(
    seen: Pass, tokens: tuple[str, ...], decoder_tokens: tuple[str, ...], room: int, told: Told
) -> tuple[HiddenStates, ...]:
    """The states of a pass, with their vectors as long as ``room`` bytes are left for them."""
    found: list[HiddenStates] = []
    for field, name, is_written in KINDS:
        if layers := seen.outputs.get(field):
            of = decoder_tokens if is_written else tokens
            names = _names(layers, {id(call.gave) for call in seen.walked.layers})
            states = told.attempt(f"The {name}", partial(_states, name, layers, of, room, names), None)
            if states:
                found.append(states)
                room -= len(states.vectors or b"")
    if not found and not any("hidden states" in said for said in told.unknown):
        told.unknown.append("The hidden states of the layers: the model does not give them.")
    return tuple(found)


def _names(states: Sequence[Any], of_layers: set[int]) -> tuple[str, ...]:
    """What each of the states is of; ``of_layers`` are the identities of what the layers gave."""
    is_own = [id(found) in of_layers for found in states]
    if not is_own[0]:
        return EMBEDDINGS, *(f"layer {number}" for number in range(len(states) - 1))
    ends = () if is_own[-1] else (OUTPUT,)
    return *(f"layer {number}" for number in range(len(states) - len(ends))), *ends


def _states(
    name: str, layers: Sequence[Any], tokens: tuple[str, ...], room: int, names: tuple[str, ...]
) -> HiddenStates:
    shapes = {tuple(layer.shape) for layer in layers}
    if len(shapes) != 1:
        raise CannotTellError("the layers have different numbers of vectors, or different widths.")
    (shape,) = shapes
    if len(shape) != 3 or shape[:2] != (1, len(tokens)):
        raise CannotTellError("they are not one vector for each token.")
    vectors = torch.cat(list(layers)).float().cpu()
    return HiddenStates(
        name,
        tokens,
        shape[2],
        tuple(map(tuple, vectors.norm(dim=-1).tolist())),
        tuple(map(tuple, _cosines(vectors).tolist())),
        _points(vectors),
        vectors.contiguous().numpy().tobytes() if vectors.nbytes <= room else None,
        names,
    )


def _cosines(vectors: torch.Tensor) -> torch.Tensor:
    """Each vector's cosine with that of the layer before; 1 for the first layer."""
    return torch.cat([torch.ones(1, vectors.shape[1]), cosine_similarity(vectors[1:], vectors[:-1], dim=-1)])


def _points(vectors: torch.Tensor) -> tuple[tuple[tuple[float, float], ...], ...]:
    """Each layer's vectors in the plane of their first two principal components.

    The direction of a component is arbitrary: here its largest coordinate is positive.
    """
    centred = vectors - vectors.mean(1, keepdim=True)
    # There are fewer tokens than numbers in a vector, so that this is the smaller of the two products.
    variances, directions = torch.linalg.eigh((centred @ centred.mT).double())
    places = (directions * variances.clamp_min(0).sqrt()[:, None]).float().flip(-1)[:, :, :2]
    components = places.mT @ centred
    largest = components.gather(2, components.abs().argmax(2, keepdim=True))
    # A single token lies on less than a plane.
    plane = torch.zeros(*vectors.shape[:2], 2)
    plane[:, :, : places.shape[2]] = places * largest.sign().mT
    return tuple(tuple((x, y) for x, y in layer) for layer in plane.tolist())
