"""Who looks at whom, in every layer and head."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import torch

from explorer.inside.explanation import AttentionMaps
from explorer.loading.running.inside.told import CannotTellError, Told

# The names that transformers' outputs have for maps; each with ours, and whose tokens look at whose.
KINDS = (
    ("encoder_attentions", "encoder self-attention", False, False),
    ("decoder_attentions", "decoder self-attention", True, True),
    ("cross_attentions", "cross-attention", True, False),
    ("attentions", "self-attention", False, False),
)
# What all maps of an explanation may take: they go through a pipe and are kept for a while.
MOST_BYTES = 24_000_000


def attention_maps(
    outputs: Any, tokens: tuple[str, ...], decoder_tokens: tuple[str, ...], told: Told
) -> tuple[AttentionMaps, ...]:
    """The maps of an eager pass; what is missing is told."""
    found = []
    for field, name, is_row_written, is_column_written in KINDS:
        if layers := outputs.get(field):
            rows = decoder_tokens if is_row_written else tokens
            columns = decoder_tokens if is_column_written else tokens
            maps = told.attempt(
                f"The maps of {name}", partial(_maps, name, layers, rows, columns, told), None
            )
            found += [maps] if maps else []
    if not found and not told.unknown:
        told.unknown.append(
            "There are no attention maps: the model has no attention, or computes none that can be seen."
        )
    size = sum(len(maps.data) for maps in found)
    if size > MOST_BYTES:
        told.unknown.append(
            f"The attention maps have {size / 1e6:,.0f} MB, and at most {MOST_BYTES / 1e6:.0f} MB are shown:"
            " give a shorter text."
        )
        return ()
    told.notes += [note for maps in found if (note := _note(maps))]
    return tuple(found)


def _maps(
    name: str, layers: Sequence[Any], rows: tuple[str, ...], columns: tuple[str, ...], told: Told
) -> AttentionMaps:
    size = (1, len(rows), len(columns))
    known = [layer for layer in layers if isinstance(layer, torch.Tensor) and layer.dim() == 4]
    whole = [layer for layer in known if (layer.shape[0], *layer.shape[2:]) == size]
    if not whole:
        raise CannotTellError("they do not have a weight for every pair of tokens.")
    if len({layer.shape[1] for layer in whole}) != 1:
        raise CannotTellError("its layers have different numbers of heads.")
    if len(whole) < len(layers):
        told.notes.append(
            f"{len(whole):,} of {len(layers):,} layers have a weight for every pair of tokens in their"
            f" {name}; these are shown, counted among themselves."
        )
    data = torch.cat(whole).float().cpu().contiguous().numpy().tobytes()
    return AttentionMaps(name, rows, columns, len(whole), whole[0].shape[1], data)


def _note(maps: AttentionMaps) -> str | None:
    weights = torch.frombuffer(bytearray(maps.data), dtype=torch.float32)
    sums = weights.view(-1, len(maps.column_tokens)).sum(-1)
    # Half precision adds up to 1 within a hundredth.
    if bool(((sums - 1).abs() < 0.02).all()):
        return None
    return f"Not every row of {maps.name} adds up to 1: the model also looks at what is no token."
