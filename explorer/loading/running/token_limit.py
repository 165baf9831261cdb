"""How many tokens a model can read at once."""

from typing import Any

from torch import nn
from transformers import PreTrainedConfig, PreTrainedModel

# A tokenizer without a limit of its own says a number such as 10^30.
UNLIMITED = 10**9
NAMES = ("max_position_embeddings", "max_encoder_position_embeddings")


def token_limit_of(model: PreTrainedModel, tokenizer: Any) -> int | None:
    """The smaller of what the model has positions for and what its tokenizer was made for."""
    stated = (*(_whole(model.config, name) for name in NAMES), tokenizer.model_max_length)
    limits = [number for number in stated if number and 0 < number < UNLIMITED]
    limits += [
        module.num_embeddings - module.padding_idx - 1
        for name, module in model.named_modules()
        # Where padding has a position of its own, those up to it are never used.
        if isinstance(module, nn.Embedding) and "position" in name and module.padding_idx is not None
    ]
    return min(limits, default=None)


def decoder_limit_of(config: PreTrainedConfig) -> int | None:
    """How many positions the decoder of an encoder-decoder has; None where nothing limits them."""
    return _whole(config, "max_decoder_position_embeddings") or _whole(config, "max_position_embeddings")


def _whole(config: PreTrainedConfig, name: str) -> int | None:
    found = getattr(config, name, None)
    return found if isinstance(found, int) and found > 0 else None
