"""What the head would say if it were put on an earlier layer."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import torch
from torch import nn

from explorer.inside.explanation import LensRow
from explorer.loading.running.inside.eager import forward_settings
from explorer.loading.running.inside.token_names import TokenNames
from explorer.loading.running.inside.told import CannotTellError
from explorer.loading.running.inside.walk import LayerCall

# How far, beside the largest logit, the last row may be from what the model really said.
TOLERANCE = {torch.float32: 1e-4, torch.bfloat16: 5e-2, torch.float16: 1e-2}


def lens_of(
    model: nn.Module,
    inputs: dict[str, torch.Tensor],
    layers: tuple[LayerCall, ...],
    truth: torch.Tensor,
    position: int,
    names: TokenNames,
) -> tuple[LensRow, ...]:
    """A row for each layer at one place of the text that the head reads.

    The model itself makes the logits: it reads a token for each layer, as a batch, and what its last
    layer gives is replaced by the states of all layers. So whatever comes after the layers is the
    model's own: its last norm, its head, a scale. The last row must be ``truth``, the logits of the
    whole text.
    """
    states = torch.stack([layers[0].given[0, position], *(layer.gave[0, position] for layer in layers)])
    short = {name: tensor[:, :1].repeat(len(states), 1) for name, tensor in inputs.items()}
    with _replacing(model.get_submodule(layers[-1].path), layers[-1].turn, states[:, None]):
        logits = model(**short, **forward_settings(model)).logits[:, -1]
    _check(logits, truth, len(states))
    chances = logits.float().softmax(-1)
    final = int(chances[-1].argmax())
    ranks = (chances > chances[:, final, None]).sum(-1) + 1
    return tuple(
        LensRow(number, names.guesses(row), rank, float(row[final]))
        for number, (row, rank) in enumerate(zip(chances, ranks.tolist(), strict=True))
    )


def layers_in_a_row(layers: list[LayerCall], count: int) -> tuple[LayerCall, ...]:
    """The layers before the head, each given what the one before it gave: a vector for each token."""
    whole = [layer for layer in layers if layer.gave.dim() == 3 and layer.gave.shape[:2] == (1, count)]
    if not whole:
        raise CannotTellError("no layers were seen that give a vector for each token.")
    # Within a layer there may be lists too, but they end before it does.
    stem = _list_of(whole[-1])
    chain = tuple(layer for layer in layers if _list_of(layer) == stem)
    if any(after.given is not before.gave for before, after in pairwise(chain)):
        raise CannotTellError("the layers do more than follow one after the other.")
    return chain


def _list_of(layer: LayerCall) -> str:
    return layer.path.rpartition(".")[0]


@contextmanager
def _replacing(module: nn.Module, turn: int, states: torch.Tensor) -> Iterator[None]:
    """At this call of the module, it gives the states."""
    turns = iter(range(turn + 1))

    def hook(_: nn.Module, __: Any, output: Any) -> Any:
        if next(turns) != turn:
            return None
        if isinstance(output, torch.Tensor):
            return states
        if isinstance(output, tuple | list) and isinstance(output[0], torch.Tensor):
            return type(output)((states, *output[1:]))
        raise CannotTellError("what its last layer gives cannot be replaced.")

    handle = module.register_forward_hook(hook)
    try:
        yield
    finally:
        handle.remove()


def _check(logits: torch.Tensor, truth: torch.Tensor, rows: int) -> None:
    """Refuse a lens of which the last row is not what the model said."""
    if logits.shape != (rows, len(truth)):
        raise CannotTellError("the head does not work on the layers one by one.")
    scale = max(1.0, float(truth.abs().max()))
    apart = float((logits[-1] - truth).abs().max()) / scale
    # Not a number is no proof either.
    if not apart <= TOLERANCE.get(truth.dtype, 1e-4):
        raise CannotTellError("put on the last layer, the head does not say what the model says.")
