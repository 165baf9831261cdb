"""The facts that stand at the top of a model's page, read from its config's fields."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from explorer.config import ConfigField
from ui import figures

Values = Mapping[str, Any]

# The names that architectures give to the same thing, the most usual first.
LAYERS = (
    "depths",
    "num_hidden_layers",
    "n_layer",
    "num_layers",
    "n_layers",
    "encoder_layers",
    "encoder_num_hidden_layers",
    "depth",
)
DECODER_LAYERS = ("decoder_layers", "num_decoder_layers", "decoder_num_hidden_layers")
WIDTH = ("hidden_size", "d_model", "n_embd", "dim", "embed_dim", "hidden_sizes", "model_dim", "emb_dim")
HEADS = ("num_attention_heads", "n_head", "n_heads", "num_heads", "encoder_attention_heads")
KEY_VALUE_HEADS = ("num_key_value_heads", "num_kv_heads", "n_head_kv")
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
EXPERTS = ("n_routed_experts", "num_local_experts", "num_experts", "moe_num_experts")
EXPERTS_PER_TOKEN = ("num_experts_per_tok", "num_experts_per_token", "experts_per_token", "moe_top_k")
IMAGE = ("image_size",)
PATCH = ("patch_size",)
MELS = ("num_mel_bins",)
# More sizes than this are not of stages, but of single layers.
STAGES = 6
# In a model of several parts the text part is what the reader asks about.
TEXT_PARTS = ("text_config.", "llm_config.", "language_config.", "decoder.", "thinker_config.text_config.")
SENSES = ("vision_config.", "audio_config.", "backbone_config.", "encoder.", "ffn_config.")
PARTS = ("", *TEXT_PARTS, *SENSES)


@dataclass(frozen=True, slots=True)
class Shape:
    """Layers, width and attention heads as text, ``None`` where the config does not say."""

    layers: str | None
    width: str | None
    heads: str | None

    @property
    def text(self) -> str | None:
        """All of them, when any is known; there may be no attention, and so no heads."""
        if not (self.layers or self.width):
            return None
        sizes = f"{self.layers or '?'} × {self.width or '?'}"
        return figures.grouped(f"{sizes} × {self.heads}" if self.heads else sizes)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a config says of a model's sizes, ``None`` where it does not say.

    ``shape`` is of the part that the reader asks about; ``parts`` has the names and shapes of others.
    """

    shape: Shape
    vocabulary: int | None = None
    context: int | None = None
    key_value_heads: int | None = None
    experts: int | None = None
    experts_per_token: int | None = None
    image: str | None = None
    patch: str | None = None
    mel_bins: int | None = None
    parts: tuple[tuple[str, Shape], ...] = ()


def facts_of(fields: Iterable[ConfigField]) -> Facts:
    """The sizes that the config gives, under whatever name it gives them."""
    values = {field.name: field.value for field in fields}
    return Facts(
        Shape(_layers(values, PARTS), _text(_first(values, WIDTH)), _text(_first(values, HEADS))),
        vocabulary=_count(values, VOCABULARY),
        context=_count(values, CONTEXT),
        key_value_heads=_count(values, KEY_VALUE_HEADS),
        experts=_count(values, EXPERTS),
        experts_per_token=_count(values, EXPERTS_PER_TOKEN),
        image=_square(_first(values, IMAGE)),
        patch=_square(_first(values, PATCH)),
        mel_bins=_count(values, MELS),
        parts=tuple(_other_parts(values)),
    )


def _other_parts(values: Values) -> Iterable[tuple[str, Shape]]:
    """The configs of the model's parts that have layers, but for the part that the facts are of."""
    names = dict.fromkeys(name.rpartition(".")[0] for name in values if "." in name)
    main = next((part for part in PARTS if _layers(values, (part,))), "")
    for name in names:
        shape = Shape(
            _layers(values, (f"{name}.",)),
            # Beside an embed_dim, a vision part's hidden_size is the width that it hands on.
            _text(_first(values, ("embed_dim", *WIDTH), (f"{name}.",))),
            _text(_first(values, HEADS, (f"{name}.",))),
        )
        if f"{name}." != main and shape.layers and shape.width:
            yield name.replace("_config", "").replace(".", " "), shape


def _layers(values: Values, parts: tuple[str, ...]) -> str | None:
    encoder, decoder = _first(values, LAYERS, parts), _first(values, DECODER_LAYERS, parts)
    both = values.get("is_encoder_decoder") and decoder is not None
    return f"{encoder} + {decoder}" if both else _text(decoder if encoder is None else encoder)


def _count(values: Values, names: tuple[str, ...]) -> int | None:
    found = _first(values, names)
    return found if isinstance(found, int) and not isinstance(found, bool) and found > 0 else None


def _first(values: Values, names: tuple[str, ...], parts: tuple[str, ...] = PARTS) -> Any:
    """The value of the first name that is set, in the config itself or in one of these parts."""
    found = (
        values[path] for part in parts for name in names if values.get(path := f"{part}{name}") is not None
    )
    return next((value for value in found if value != []), None)


def _text(value: Any) -> str | None:
    """The value as text; the sizes of stages one after the other, those of layers as a range."""
    if isinstance(value, (list, tuple)):
        smallest, largest = min(value, key=str), max(value, key=str)
        return "–".join(map(str, value)) if len(value) <= STAGES else f"{smallest} to {largest}"
    return None if value is None else str(value)


def _square(value: Any) -> str | None:
    """Height and width; one number is both."""
    if isinstance(value, (list, tuple)):
        return " × ".join(map(str, value)) if value else None
    return f"{value} × {value}" if isinstance(value, int) and value > 0 else None
