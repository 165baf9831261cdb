"""What a model's folder must hold before anything of it is loaded: read as text, never run."""

import json
from pathlib import Path
from typing import Any

from explorer.config import ModelConfig
from explorer.errors import CheckpointError, ConfigError, ModelNotFoundError
from explorer.hub_address import is_file_name
from explorer.json_text import parse_object
from explorer.loading.limits import TEXT_LENGTH
from explorer.source import ModelSource

WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"
TOKENIZERS = ("tokenizer.json", "tokenizer_config.json", "vocab.json", "vocab.txt", "*.model", "*.spm")


def read_config(folder: Path) -> ModelConfig:
    """The config of a folder whose weights can be loaded; says what is missing where they cannot."""
    path = folder / "config.json"
    if not path.is_file():
        raise ModelNotFoundError(
            f"{folder.name} has no config.json.", "Give the folder of a transformers model."
        )
    values = _object_in(path)
    _check_plain(folder, values)
    _check_weights(folder)
    if not any(any(folder.glob(name)) for name in TOKENIZERS):
        raise ModelNotFoundError(
            f"{folder.name} has no tokenizer.", "A text can only be read with the files of the model's own."
        )
    return ModelConfig.of(ModelSource("folder", str(folder)), values)


def _object_in(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > TEXT_LENGTH:
            raise ConfigError(f"{path.name} is too long to be what it is called.", "Check the file.")
        return parse_object(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path.name} cannot be read: {error}.", "Check the file.") from error


def _check_plain(folder: Path, values: dict[str, Any]) -> None:
    quantised = values.get("quantization_config")
    if quantised:
        method = quantised.get("quant_method") if isinstance(quantised, dict) else None
        raise CheckpointError(
            f"The weights are quantised ({method or 'in some way'}), and such weights are not run here.",
            "Take the checkpoint that it was made from.",
        )
    if (folder / "adapter_config.json").is_file():
        raise CheckpointError(
            "The folder holds an adapter, which only works on top of another model.",
            "Take a checkpoint into which it was merged.",
        )


def _check_weights(folder: Path) -> None:
    """Only safetensors are loaded, and only from the folder itself."""
    if (folder / WEIGHTS).is_file():
        return
    if not (folder / INDEX).is_file():
        pickled = any(folder.glob("*.bin")) or any(folder.glob("*.pt"))
        what = "Its weights are pickled, and a pickle can run code." if pickled else "It has no weights."
        raise CheckpointError(
            f"{folder.name} cannot be run: {what}", f"A checkpoint with {WEIGHTS} can be loaded."
        )
    names = _object_in(folder / INDEX).get("weight_map")
    for name in set(names.values()) if isinstance(names, dict) else [json.dumps(names)[:80]]:
        if not isinstance(name, str) or not is_file_name(name) or not (folder / name).is_file():
            raise CheckpointError(f"A file of the weights is missing: {str(name)[:80]!r}.", "Get it as well.")
