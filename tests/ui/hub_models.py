"""BERT checkpoints for the test Hub: a config, and the names and shapes of the tensors."""

from dataclasses import dataclass
from typing import Any

from explorer import gallery
from tests.hub.contents import Content, Shape, safetensors

Tensors = dict[str, Shape]
Files = dict[str, "dict[str, Any] | Content"]

BERT = {
    "model_type": "bert",
    "architectures": ["BertForMaskedLM"],
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "max_position_embeddings": 16,
    "vocab_size": 100,
}
REAL_BERT = "google-bert/bert-base-uncased"


@dataclass(frozen=True)
class Sizes:
    """The sizes of a BERT."""

    layers: int
    width: int
    inner: int
    positions: int
    vocabulary: int


def bert() -> Files:
    """A small BERT that was trained to fill in masks, with the key names of its time."""
    return {"config.json": dict(BERT), "model.safetensors": safetensors(bert_tensors())}


def real_bert() -> Files:
    """What the files of bert-base-uncased hold, but for the values: a body, a pooler and two heads."""
    sizes = Sizes(12, 768, 3072, 512, 30522)
    tensors = _backbone(sizes) | _masked_lm(sizes) | _linear("bert.pooler.dense", 768, 768)
    tensors |= _linear("cls.seq_relationship", 2, 768)
    config = gallery.find(REAL_BERT)
    assert config
    return {"config.json": config.values, "model.safetensors": safetensors(tensors)}


def bert_tensors() -> Tensors:
    """The tensors of the small BERT."""
    sizes = Sizes(2, 32, 64, 16, 100)
    return _backbone(sizes) | _masked_lm(sizes)


def _backbone(sizes: Sizes) -> Tensors:
    width = sizes.width
    tensors: Tensors = {
        "bert.embeddings.word_embeddings.weight": (sizes.vocabulary, width),
        "bert.embeddings.position_embeddings.weight": (sizes.positions, width),
        "bert.embeddings.token_type_embeddings.weight": (2, width),
        **_norm("bert.embeddings.LayerNorm", width),
    }
    for number in range(sizes.layers):
        layer = f"bert.encoder.layer.{number}"
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            tensors |= _linear(f"{layer}.attention.{part}", width, width)
        tensors |= _norm(f"{layer}.attention.output.LayerNorm", width)
        tensors |= _linear(f"{layer}.intermediate.dense", sizes.inner, width)
        tensors |= _linear(f"{layer}.output.dense", width, sizes.inner)
        tensors |= _norm(f"{layer}.output.LayerNorm", width)
    return tensors


def _masked_lm(sizes: Sizes) -> Tensors:
    width = sizes.width
    transform = "cls.predictions.transform"
    tensors = _linear(f"{transform}.dense", width, width) | _norm(f"{transform}.LayerNorm", width)
    return tensors | {"cls.predictions.bias": (sizes.vocabulary,)}


def _linear(name: str, rows: int, columns: int) -> Tensors:
    return {f"{name}.weight": (rows, columns), f"{name}.bias": (rows,)}


def _norm(name: str, width: int) -> Tensors:
    return {f"{name}.gamma": (width,), f"{name}.beta": (width,)}
