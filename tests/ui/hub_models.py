"""Small checkpoints for the test Hub: a config, and the names and shapes of its tensors."""

from tests.hub.contents import Content, Shape, safetensors

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


def bert() -> dict[str, dict[str, object] | Content]:
    """The files of a BERT that was trained to fill in masks, with the key names of its time."""
    return {"config.json": dict(BERT), "model.safetensors": safetensors(bert_tensors())}


def bert_tensors() -> dict[str, Shape]:
    """What such a checkpoint holds."""
    tensors: dict[str, Shape] = {
        "bert.embeddings.word_embeddings.weight": (100, 32),
        "bert.embeddings.position_embeddings.weight": (16, 32),
        "bert.embeddings.token_type_embeddings.weight": (2, 32),
        **_norm("bert.embeddings.LayerNorm"),
        **_linear("cls.predictions.transform.dense", 32, 32),
        **_norm("cls.predictions.transform.LayerNorm"),
        "cls.predictions.bias": (100,),
    }
    for number in range(2):
        layer = f"bert.encoder.layer.{number}"
        for part in (
            "attention.self.query",
            "attention.self.key",
            "attention.self.value",
            "attention.output.dense",
        ):
            tensors |= _linear(f"{layer}.{part}", 32, 32)
        tensors |= _norm(f"{layer}.attention.output.LayerNorm") | _norm(f"{layer}.output.LayerNorm")
        tensors |= _linear(f"{layer}.intermediate.dense", 64, 32) | _linear(f"{layer}.output.dense", 32, 64)
    return tensors


def _linear(name: str, rows: int, columns: int) -> dict[str, Shape]:
    return {f"{name}.weight": (rows, columns), f"{name}.bias": (rows,)}


def _norm(name: str) -> dict[str, Shape]:
    return {f"{name}.gamma": (32,), f"{name}.beta": (32,)}
