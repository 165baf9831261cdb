"""Any architecture's default config made small enough for a checkpoint with weights.

All widths are divided by one factor, so that what divides what stays so: either those of the heads
as well, or their number. Layers, experts and vocabularies are cut. The first way is taken that
gives a model which can be built.
"""

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from explorer.config import ModelConfig
from explorer.errors import ExplorerError

FACTORS = (16, 8, 4, 2, 1)
ELEMENTS = 60_000_000
MOST_ELEMENTS = 400_000_000
LAYERS = re.compile(r"(^|_)(n_|num_)?(hidden_)?(layers?|blocks?|depth|n_layer|stages?)$")
VOCABULARY = re.compile(r"vocab(ulary)?(_size)?(_|$)|(^|_)(n_words|num_embeddings|codebook_size|token_num)$")
TOKEN = re.compile(r"_(token_id|token_index|id|ids|index)$")
EXPERTS_USED = re.compile(r"experts_per_tok(en)?$|^(moe_)?top_?k$")
EXPERTS = re.compile(r"(^|_)(num_|n_)?(local_|routed_)?experts$")
WIDTH = re.compile(
    r"(^|_)(size|sizes|dims?|d_model|d_ff|d_inner|n_embd|width|channels?|features|ffn_dim|rank|planes)$"
    r"|^(dim|embed_dim|hidden|n_inner|d_kv|n_dim)|(hidden|intermediate|embed)"
)
HEADS = re.compile(r"(^|_)(n_head|heads?|n_groups|num_groups)$|num_heads|n_heads")
HEAD_WIDTH = re.compile(r"head_dim|d_head|headdim|d_kv|head_size")
# Sizes of what goes in, and of windows: no width of a weight that others must divide.
KEPT = re.compile(
    r"image|patch|kernel|window|sampl|stride|grid|chunk|block_size|batch|beam|group_size|crop|video"
)
VOCABULARY_SIZE = 128
MOST_LAYERS = 2
MOST_EXPERTS = 4


def small_config(default: ModelConfig, size_of: Callable[[ModelConfig], int]) -> ModelConfig:
    """The first that is small enough; ``size_of`` counts its elements, or raises ExplorerError."""
    reasons = []
    sizes: dict[ModelConfig, int] = {}
    for config in _candidates(default):
        try:
            sizes[config] = size_of(config)
        except ExplorerError as error:
            reasons.append(error.what)
            continue
        if sizes[config] <= ELEMENTS:
            return config
    smallest = min(sizes, key=sizes.__getitem__, default=None)
    if smallest and sizes[smallest] <= MOST_ELEMENTS:
        return smallest
    reason = f"{sizes[smallest]:,} elements" if smallest else reasons[0]
    raise ExplorerError(f"No small config: {reason}")


def _candidates(default: ModelConfig) -> Iterator[ModelConfig]:
    for cut_layers, fewer_heads in itertools.product((True, False), (False, True)):
        for factor in FACTORS:
            shrink = _Shrink(factor, cut_layers, fewer_heads)
            yield ModelConfig.of(default.source, shrink.values(default.values))


@dataclass(frozen=True)
class _Shrink:
    """One way of making a config small."""

    factor: int
    cut_layers: bool
    fewer_heads: bool

    def values(self, values: dict[str, Any]) -> dict[str, Any]:
        """The config's values, made small."""
        layers = next(
            (value for key, value in values.items() if LAYERS.search(key) and type(value) is int), 0
        )
        return {key: self._value(key, value, layers) for key, value in values.items()}

    def _value(self, key: str, value: Any, layers: int) -> Any:
        if isinstance(value, dict):
            return value if "label" in key else self.values(value)
        if isinstance(value, list):
            if key == "layer_types" or len(value) == layers > MOST_LAYERS:
                return value[-MOST_LAYERS:] if self.cut_layers else value
            if key.endswith("depths") and self.cut_layers:
                return [min(part, MOST_LAYERS) if type(part) is int else part for part in value]
            return [self._value(key, part, 0) for part in value]
        return self._number(key, value) if type(value) is int and value > 1 else value

    def _number(self, key: str, value: int) -> int:
        if LAYERS.search(key):
            return min(value, MOST_LAYERS) if self.cut_layers else value
        if EXPERTS.search(key):
            return min(value, MOST_EXPERTS)
        if EXPERTS_USED.search(key):
            return min(value, MOST_EXPERTS // 2)
        if VOCABULARY.search(key):
            return min(value, VOCABULARY_SIZE)
        if TOKEN.search(key):
            return value % VOCABULARY_SIZE
        if self._is_width(key):
            return -(-value // self.factor)
        return value

    def _is_width(self, key: str) -> bool:
        if HEAD_WIDTH.search(key) or "section" in key:
            return not self.fewer_heads
        if HEADS.search(key):
            return self.fewer_heads
        return bool(WIDTH.search(key)) and not KEPT.search(key)
