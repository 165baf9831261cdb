"""Configs as a visitor would paste them."""

import json

from explorer.config import ModelConfig
from explorer.source import ModelSource


def pasted(text=None, **values):
    """A pasted config of this text, or of these values."""
    text = json.dumps(values) if text is None else text
    return ModelConfig(ModelSource("config", text), text)


SMALL_BERT = {
    "model_type": "bert",
    "vocab_size": 100,
    "hidden_size": 8,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 16,
    "max_position_embeddings": 32,
}
