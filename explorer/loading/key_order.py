"""The order in which transformers takes the keys of a checkpoint."""

from functools import lru_cache
from typing import Any

from transformers.core_model_loading import dot_natural_key


def natural_order(name: str) -> Any:
    """transformers' order of keys: numbers by their value."""
    return [_part_order(part) for part in name.split(".")]


@lru_cache(maxsize=16384)
def _part_order(part: str) -> Any:
    try:
        return dot_natural_key(part)[0]
    except ValueError:
        # Digits that are no number, such as a superscript, or too many of them.
        return 1, part
