"""The pieces that snippets are made of: imports, a model's name, its config, its files.

Whatever a visitor wrote (ids, revisions, paths, configs, names of files) is put into the code with
``quoted``, and nowhere else: it can only be a literal there. Remote code is never asked for.
"""

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

from explorer.checkpoint import Checkpoint
from explorer.config import ModelConfig
from explorer.source import ModelSource

# A longer config is read from a file, not written into the code.
LONGEST_CONFIG = 20_000
LONGEST_LINE = 96
_HARMLESS = re.compile(r"[A-Za-z0-9 _./@:+,=-]*")
_STANDARD = ("model.safetensors", "model-00001-of-")


def joined(*parts: str) -> str:
    """The parts one after the other, each on lines of its own."""
    return "\n".join(part.removesuffix("\n") for part in parts if part) + "\n"


def class_name(name: str) -> str:
    """The name, when it can be one of a class."""
    if not name.isidentifier():
        raise ValueError(f"{name!r} is not the name of a class.")
    return name


def import_line(names: Iterable[str]) -> str:
    """The import of these names from transformers."""
    listed = sorted({class_name(name) for name in names})
    line = f"from transformers import {', '.join(listed)}"
    if len(line) <= LONGEST_LINE:
        return line
    return "\n".join(["from transformers import (", *(f"    {name}," for name in listed), ")"])


def named(source: ModelSource) -> str:
    """The model's name, and its revision where it has one, under names of their own."""
    revision = f"revision = {quoted(source.revision)}" if source.revision else ""
    return joined(f"\nmodel_id = {quoted(source.location)}", revision)


def call_of(source: ModelSource, *inside: str) -> str:
    """The arguments of a call that finds the model; ``inside`` is what is wanted of it."""
    revision = ("revision=revision",) if source.revision else ()
    return f"({', '.join(('model_id', *inside, *revision))})"


def config_part(config: ModelConfig, auto_classes: Iterable[str], *imports: str) -> str:
    """The imports, and the config under the name ``config``."""
    source = config.source
    imported = joined(*imports, import_line(("AutoConfig", *auto_classes)))
    if source.kind == "config":
        first = "import json\n\n" if len(config.text) > LONGEST_CONFIG else ""
        return joined(first, imported, f"\nconfig = AutoConfig.for_model(**{_literal_config(config)})")
    if source.kind == "arch":
        return joined(imported, f"\nconfig = AutoConfig.for_model({quoted(source.name)})")
    return joined(imported, named(source), f"config = AutoConfig.from_pretrained{call_of(source)}")


def model_part(config: ModelConfig, auto_class: str, *imports: str) -> str:
    """The imports, the config, and the model of the class under the name ``model``, without weights."""
    return joined(
        config_part(config, (auto_class,), *imports, "import torch"),
        'with torch.device("meta"):  # the modules without their weights',
        f"    model = {auto_class}.from_config(config)",
    )


def headers_part(checkpoint: Checkpoint) -> str:
    """The headers of safetensors files on the Hub, by file name; nothing is downloaded."""
    source = checkpoint.source
    names = [shard.name for shard in checkpoint.shards]
    if names and names[0].startswith(_STANDARD):
        return joined(
            "from huggingface_hub import get_safetensors_metadata",
            named(source),
            f"headers = get_safetensors_metadata{call_of(source)}.files_metadata",
        )
    return joined(
        "from huggingface_hub import parse_safetensors_file_metadata",
        named(source),
        f"files = {_list(names)}",
        f"headers = {{file: parse_safetensors_file_metadata{call_of(source, 'file')} for file in files}}",
    )


def files_part(source: ModelSource, names: Sequence[str], *imports: str) -> str:
    """The paths of a model's files under the name ``paths``; files on the Hub are downloaded."""
    if source.kind in ("folder", "demo"):
        return joined(*imports, f"\npaths = {_list([f'{source.location}/{name}' for name in names])}")
    return joined(
        *imports,
        "from huggingface_hub import hf_hub_download",
        named(source),
        f"files = {_list(names)}",
        f"paths = [hf_hub_download{call_of(source, 'file')} for file in files]",
    )


def quoted(text: str) -> str:
    """The text as a literal of Python; in double quotes where nothing in it could end them."""
    return f'"{text}"' if _HARMLESS.fullmatch(text) else repr(text)


def _literal_config(config: ModelConfig) -> str:
    """The config's values as Python has them; a long config as it is read from a file."""
    if len(config.text) > LONGEST_CONFIG:
        return 'json.load(open("config.json"))'
    rows = (f"    {quoted(key)}: {_literal(value)}," for key, value in config.values.items())
    return "\n".join(["{", *rows, "}"])


def _list(texts: Sequence[str]) -> str:
    line = f"[{', '.join(map(quoted, texts))}]"
    rows = (f"    {quoted(text)}," for text in texts)
    return line if len(line) <= LONGEST_LINE else "\n".join(["[", *rows, "]"])


def _literal(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(f'{quoted(key)}: {_literal(part)}' for key, part in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, str):
        return quoted(value)
    # The only numbers of JSON that Python does not read as it writes them.
    is_infinite = isinstance(value, float) and math.isinf(value)
    return f"float({quoted(str(value))})" if is_infinite else repr(value)
