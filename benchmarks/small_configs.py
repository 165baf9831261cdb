"""Any architecture's default config made small enough for a checkpoint with weights.

All widths are divided by one factor, so that what divides what stays so; layers, experts and
vocabularies are cut. The first factor whose model can be built is taken.
"""

import math
import re
from collections.abc import Callable, Iterator
from typing import Any

from explorer.config import ModelConfig, canonical_text
from explorer.errors import ExplorerError
from explorer.source import ModelSource

FACTORS = (16, 8, 4, 2, 1)
ELEMENTS = 60_000_000
LAYERS = re.compile(r"(^|_)(n_|num_)?(hidden_)?(layers?|blocks?|depth|n_layer|stages?)$")
VOCABULARY = re.compile(r"vocab(ulary)?(_size)?(_|$)|(^|_)(n_words|num_embeddings|codebook_size|token_num)$")
TOKEN = re.compile(r"_(token_id|token_index|id|ids|index)$")
EXPERTS = re.compile(r"(^|_)(num_|n_)?(local_|routed_)?experts$")
WIDTH = re.compile(
    r"(^|_)(size|sizes|dims?|d_model|d_ff|d_inner|n_embd|width|channels?|features|ffn_dim|rank|planes)$"
    r"|^(dim|embed_dim|hidden|n_inner|d_kv|n_dim)|(hidden|intermediate|embed)"
)
# Sizes of what goes in, and of windows: no width of a weight that others must divide.
KEPT = re.compile(
    r"image|patch|kernel|window|sampl|stride|grid|chunk|block_size|batch|beam|group_size|crop|video"
)
VOCABULARY_SIZE = 128
MOST_LAYERS = 2
MOST_EXPERTS = 4


def small_config(model_type: str, default: ModelConfig, size_of: Callable[[ModelConfig], int]) -> ModelConfig:
    """The smallest that can be built; ``size_of`` counts its elements, or raises ExplorerError."""
    reasons = []
    for config in _candidates(model_type, default):
        try:
            size = size_of(config)
        except ExplorerError as error:
            reasons.append(error.what)
            continue
        if size <= ELEMENTS:
            return config
        reasons.append(f"{size:,} elements")
    raise ExplorerError(f"No small config of {model_type} can be built ({reasons[0]}).")


def _candidates(model_type: str, default: ModelConfig) -> Iterator[ModelConfig]:
    for cut_layers in (True, False):
        for factor in FACTORS:
            values = _shrunk(default.values, factor, cut_layers)
            yield ModelConfig(ModelSource("config", model_type), canonical_text(values))


def _shrunk(values: dict[str, Any], factor: int, cut_layers: bool) -> dict[str, Any]:
    layers = next((v for k, v in values.items() if LAYERS.search(k) and type(v) is int), 0)
    return {key: _shrunk_value(key, value, factor, cut_layers, layers) for key, value in values.items()}


def _shrunk_value(key: str, value: Any, factor: int, cut_layers: bool, layers: int) -> Any:
    if isinstance(value, dict):
        return _shrunk(value, factor, cut_layers) if "label" not in key else value
    if isinstance(value, list):
        if key == "layer_types" or (len(value) == layers > MOST_LAYERS):
            return value[-MOST_LAYERS:] if cut_layers else value
        if key in ("depths", "layer_depths", "encoder_depths") and cut_layers:
            return [min(v, MOST_LAYERS) if type(v) is int else v for v in value]
        return [_shrunk_value(key, part, factor, cut_layers, 0) for part in value]
    if type(value) is not int or value <= 1:
        return value
    return _shrunk_number(key, value, factor, cut_layers)


def _shrunk_number(key: str, value: int, factor: int, cut_layers: bool) -> int:
    if LAYERS.search(key):
        return min(value, MOST_LAYERS) if cut_layers else value
    if EXPERTS.search(key):
        return min(value, MOST_EXPERTS)
    if VOCABULARY.search(key):
        return min(value, VOCABULARY_SIZE)
    if TOKEN.search(key):
        return value % VOCABULARY_SIZE
    if WIDTH.search(key) and not KEPT.search(key):
        return max(1, value // factor) if value % factor == 0 else math.ceil(value / factor)
    return value
