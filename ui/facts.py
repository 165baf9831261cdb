"""The facts that stand at the top of a model's page, read from its config's fields."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from explorer.config import ConfigField

# The names that architectures give to the same thing, the most usual first.
LAYERS = ("depths", "num_hidden_layers", "n_layer", "num_layers", "n_layers", "encoder_layers", "depth")
DECODER_LAYERS = ("decoder_layers", "num_decoder_layers")
WIDTH = ("hidden_size", "d_model", "n_embd", "dim", "embed_dim", "hidden_sizes", "model_dim")
HEADS = ("num_attention_heads", "n_head", "n_heads", "num_heads", "encoder_attention_heads")
VOCABULARY = ("vocab_size",)
CONTEXT = (
    "max_position_embeddings",
    "n_positions",
    "max_sequence_length",
    "max_seq_len",
    "seq_length",
    "n_ctx",
    "max_target_positions",
)
# More sizes than this are not of stages, but of single layers.
STAGES = 6
# In a model of several parts the text part is what the reader asks about.
TEXT_PARTS = ("text_config.", "llm_config.", "language_config.", "decoder.", "thinker_config.text_config.")


@dataclass(frozen=True, slots=True)
class Facts:
    """Sizes as text, ``None`` where the config does not say."""

    layers: str | None
    width: str | None
    heads: str | None
    vocabulary: int | None
    context: int | None


def facts_of(fields: Iterable[ConfigField]) -> Facts:
    """The sizes that the config gives, under whatever name it gives them."""
    values = {field.name: field.value for field in fields}
    vocabulary, context = _first(values, VOCABULARY), _first(values, CONTEXT)
    return Facts(
        layers=_layers(values),
        width=_text(_first(values, WIDTH)),
        heads=_text(_first(values, HEADS)),
        vocabulary=vocabulary if isinstance(vocabulary, int) else None,
        context=context if isinstance(context, int) else None,
    )


def _layers(values: Mapping[str, Any]) -> str | None:
    encoder, decoder = _first(values, LAYERS), _first(values, DECODER_LAYERS)
    both = values.get("is_encoder_decoder") and decoder is not None
    return f"{encoder} + {decoder}" if both else _text(encoder)


def _first(values: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    """The value of the first name that is set, in the config itself or in its text part."""
    paths = (f"{part}{name}" for part in ("", *TEXT_PARTS) for name in names)
    found = (values[path] for path in paths if values.get(path) is not None)
    return next((value for value in found if value != []), None)


def _text(value: Any) -> str | None:
    """The value as text; the sizes of stages one after the other, those of layers as a range."""
    if isinstance(value, (list, tuple)):
        smallest, largest = min(value, key=str), max(value, key=str)
        return "–".join(map(str, value)) if len(value) <= STAGES else f"{smallest} to {largest}"
    return None if value is None else str(value)
