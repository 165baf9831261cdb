"""A model that talks without end, and takes its time: the demo checkpoint with its layers many times over."""

import json
import shutil
from pathlib import Path

from safetensors.numpy import load_file, save_file

from explorer import demo

LAYERS = 120


def make_slow_model(folder: Path) -> Path:
    """Write it into the folder; it has no end token, and room for thousands of tokens."""
    own = demo.find("text-generation").folder
    shutil.copytree(own, folder, dirs_exist_ok=True)
    config = json.loads((own / "config.json").read_text("utf-8"))
    layers = config["num_hidden_layers"]
    changed = {"num_hidden_layers": LAYERS, "eos_token_id": None, "max_position_embeddings": 8192}
    (folder / "config.json").write_text(json.dumps(config | changed), "utf-8")
    (folder / "generation_config.json").write_text("{}", "utf-8")
    tokenizer = json.loads((own / "tokenizer_config.json").read_text("utf-8"))
    tokenizer.pop("model_max_length", None)
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer), "utf-8")
    tensors = load_file(own / "model.safetensors")
    for name, values in list(tensors.items()):
        before, found, after = name.partition("layers.")
        if found:
            number, rest = after.split(".", 1)
            for layer in range(int(number), LAYERS, layers):
                tensors[f"{before}layers.{layer}.{rest}"] = values
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    return folder
