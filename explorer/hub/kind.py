"""What a repository is, in one sentence, and what of it can be shown, in another."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from explorer.config import ModelConfig
from explorer.errors import ExplorerError
from explorer.hub.checkpoint_files import find_checkpoint
from explorer.hub.deadline import Deadline
from explorer.hub.repository import Repository, has_file
from explorer.json_text import parse_object

KindName = Literal[
    "transformers",
    "remote code",
    "no model type",
    "sentence-transformers",
    "diffusers",
    "adapter",
    "gguf",
    "pickled",
    "original",
    "other framework",
    "weights only",
    "dataset",
    "empty",
    "unknown",
]


@dataclass(frozen=True, slots=True)
class RepositoryKind:
    """What a repository is (``what``) and what can be shown of it (``shown``), for the reader.

    ``parts`` are its components, where it has some, as a pipeline has.
    """

    name: KindName
    what: str
    shown: str
    parts: tuple[str, ...] = ()


_TABLE = "The table of its tensors can be shown."
TREE_OF_NAMES = "The tree is made from the names of its tensors."
_NOTHING = "There is nothing to show."
_ALL_BUT_REPORTS = "All but load reports can be shown."
_OTHER_FRAMEWORK = re.compile(
    r".*\.(h5|msgpack|onnx|pb|tflite|mlmodel|mlpackage|nemo|pdparams|ot|keras)", re.I
)
_DATA = re.compile(r".*\.(parquet|arrow|csv|tsv|jsonl|jsonl\.gz|tar)", re.I)
_ORIGINAL = re.compile(r"(.*/)?(params\.json|consolidated\..*|.*\.pth)")
_COMMON = re.compile(
    r"\.gitattributes|\.gitignore|README.*|LICENSE.*|.*\.(md|png|jpe?g|gif|svg|txt|pdf)", re.I
)


def read_kind(
    repository: Repository, config: ModelConfig | None, known_types: Collection[str] | None = None
) -> RepositoryKind:
    """What the repository is; ``known_types`` are the model types of the installed transformers.

    Reads at most one small file beside the config.
    """
    if has_file(repository, "adapter_config.json") and not _has_model_weights(repository):
        return _adapter(_values(repository, "adapter_config.json"))
    if config is not None:
        return _with_config(repository, config, known_types)
    if has_file(repository, "model_index.json"):
        return _diffusers(_values(repository, "model_index.json"))
    return _without_config(repository)


def needs_remote_code(config: ModelConfig, known_types: Collection[str] | None = None) -> bool:
    """Whether only code of the repository itself could build the model."""
    is_known = known_types is not None and config.model_type in known_types
    return bool(config.values.get("auto_map")) and not is_known


def _with_config(
    repository: Repository, config: ModelConfig, known_types: Collection[str] | None
) -> RepositoryKind:
    if needs_remote_code(config, known_types):
        what = f"Its architecture ({config.model_type or 'without a name'}) is code of the repository itself."
        return RepositoryKind("remote code", what, f"That code is never run here. {TREE_OF_NAMES}")
    if config.model_type is None:
        owner = _owner_of(config.values)
        what = f"Its config names no model type{owner}, so transformers cannot build it."
        return RepositoryKind("no model type", what, TREE_OF_NAMES)
    if has_file(repository, "modules.json"):
        what = "This is a model of sentence-transformers: a transformer, and layers that pool its output."
        return RepositoryKind(
            "sentence-transformers", what, "The transformer can be shown, the rest is listed."
        )
    return _of_transformers(repository, f"This is a model of transformers ({config.model_type}).")


def _of_transformers(repository: Repository, what: str) -> RepositoryKind:
    found = find_checkpoint(repository)
    if found is None:
        return RepositoryKind("transformers", f"{what} It has no weights.", _ALL_BUT_REPORTS)
    if found.format == "gguf":
        return RepositoryKind("gguf", f"{what} Its weights are GGUF files, for llama.cpp.", _ALL_BUT_REPORTS)
    if found.format == "pickle":
        # Everybody who looks at such a table should know where it comes from.
        shown = "Their table is interpreted: nothing in them is ever run or loaded."
        return RepositoryKind("pickled", f"{what} Its weights are pickles, which are programs.", shown)
    return RepositoryKind("transformers", what, "Everything can be shown.")


def _without_config(repository: Repository) -> RepositoryKind:
    names = [file.name for file in repository.files]
    telling = [name for name in names if not _COMMON.fullmatch(name)]
    found = find_checkpoint(repository)
    if has_file(repository, "modules.json"):
        what = "This is a model of sentence-transformers, with no config.json at its top."
        return RepositoryKind("sentence-transformers", what, _TABLE if found else _NOTHING)
    if found and found.format == "gguf":
        what = "This repository holds GGUF files, for llama.cpp, and no config.json."
        return RepositoryKind("gguf", what, "The table of tensors of its first file can be shown.")
    if found and any(_ORIGINAL.fullmatch(name) for name in telling):
        what = "These are the weights in their authors' own layout, with no config.json of transformers."
        return RepositoryKind("original", what, _TABLE)
    if found:
        return RepositoryKind(
            "weights only", "This repository has weights, but no config.json.", TREE_OF_NAMES
        )
    if frameworks := sorted(
        {name.rpartition(".")[2] for name in telling if _OTHER_FRAMEWORK.fullmatch(name)}
    ):
        what = f"Its weights are for another framework only: .{', .'.join(frameworks)} files."
        return RepositoryKind("other framework", what, _NOTHING)
    if any(_DATA.fullmatch(name) for name in telling):
        return RepositoryKind("dataset", "This repository holds data, not a model.", _NOTHING)
    if not telling:
        return RepositoryKind("empty", "This repository is empty, but for what describes it.", _NOTHING)
    what = "This repository has neither a config.json nor weights that can be read."
    return RepositoryKind("unknown", what, _NOTHING)


def _diffusers(values: dict[str, Any]) -> RepositoryKind:
    parts = tuple(
        f"{name}: {part[1]} ({part[0]})"
        for name, part in values.items()
        if isinstance(part, list) and len(part) == 2 and all(isinstance(word, str) for word in part)
    )
    what = f"This is a pipeline of diffusers ({_word(values.get('_class_name'))}), made of several models."
    return RepositoryKind("diffusers", what, f"{_TABLE} Each component is a model of its own.", parts)


def _adapter(values: dict[str, Any]) -> RepositoryKind:
    base = values.get("base_model_name_or_path")
    on = f" for {base}" if isinstance(base, str) and base.isprintable() and len(base) < 200 else ""
    what = f"This is an adapter of PEFT ({_word(values.get('peft_type'))}){on}, not a whole model."
    return RepositoryKind("adapter", what, f"{_TABLE} Open its base model for the rest.")


def _has_model_weights(repository: Repository) -> bool:
    found = find_checkpoint(repository)
    names = found.names or (found.index or "",) if found else ()
    return any(name.startswith(("model", "pytorch_model")) for name in names)


def _values(repository: Repository, name: str) -> dict[str, Any]:
    """The small JSON file; what it is can be told without it, so a broken one is no error."""
    try:
        file = repository.open(name, Deadline.after(repository.settings.deadline))
        return parse_object(file.read_all(repository.settings.config_limit))
    except (ExplorerError, ValueError):
        return {}


def _owner_of(values: dict[str, Any]) -> str:
    if "_class_name" in values:
        return " (it is a component of diffusers)"
    return " (it looks like one of timm)" if "pretrained_cfg" in values or "architecture" in values else ""


def _word(value: object) -> str:
    return value[:60] if isinstance(value, str) and value.isprintable() else "of an unknown kind"
