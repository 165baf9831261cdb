"""From the text of a config to transformers' own config object, and back to plain values."""

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from transformers import AutoConfig, PreTrainedConfig
from transformers.models.auto.configuration_auto import CONFIG_MAPPING, CONFIG_MAPPING_NAMES

from explorer.config import ModelConfig
from explorer.errors import ConfigError, UnknownArchitectureError
from explorer.json_text import parse_object
from explorer.loading import limits
from explorer.loading.mappings import model_type_of
from explorer.loading.offline import without_hub
from explorer.loading.plain_words import config_errors
from explorer.near_names import near_names

# Keys that make transformers run other code, read other files or import kernels and quantisers.
# None of them changes a model's modules before quantisation.
UNSAFE_KEYS = frozenset(
    {
        "auto_map",
        "attn_implementation",
        "_attn_implementation",
        "_attn_implementation_internal",
        "experts_implementation",
        "_experts_implementation",
        "_experts_implementation_internal",
        "quantization_config",
        "fusion_config",
        "transformers_weights",
        "configuration_files",
        "_name_or_path",
        "name_or_path",
    }
)


# Set on a config object: its text says that the head has weights of its own.
OWN_HEAD = "_head_has_own_weights"


def load_config(config: ModelConfig) -> PreTrainedConfig:
    """The config as AutoConfig reads it from a config.json, after the checks of a stranger's text."""
    values = safe_values(config)
    advice = "Check the value against a published config."
    with TemporaryDirectory() as folder, config_errors(advice), without_hub():
        Path(folder, "config.json").write_text(json.dumps(values), encoding="utf-8")
        live = AutoConfig.from_pretrained(folder, trust_remote_code=False)
        live.name_or_path = ""
    if _says_untied(values) and getattr(live, "tie_word_embeddings", False):
        setattr(live, OWN_HEAD, True)
    return live


def _says_untied(values: dict[str, Any]) -> bool:
    """Whether the text says that the head is not tied, and no part of it says otherwise."""
    parts = (value for value in values.values() if isinstance(value, dict))
    tied_inside = any(part.get("tie_word_embeddings") is True for part in parts)
    return values.get("tie_word_embeddings") is False and not tied_inside


def safe_values(config: ModelConfig) -> dict[str, Any]:
    """The config's values without what is unsafe, with a model type that transformers knows."""
    limits.check_text(config.text)
    try:
        values = parse_object(config.text)
    except ValueError as error:
        raise ConfigError(f"The config cannot be read: {error}.", "Paste the whole config.json.") from error
    limits.check_counts(values)
    return {**_without_unsafe(values), "model_type": known_model_type(values)}


def known_model_type(values: dict[str, Any]) -> str:
    """The config's model type, or the one that its model classes belong to."""
    found = values.get("model_type")
    if isinstance(found, str) and found:
        if found in CONFIG_MAPPING_NAMES:
            return found
        near = near_names(found, CONFIG_MAPPING_NAMES)
        may = "It may be newer than the installed version, or need code of its own, which is never run."
        raise UnknownArchitectureError(
            f"transformers has no architecture {found[:100]!r}.",
            f"Write {near} as its model_type, if that is meant." if near else may,
        )
    architectures = values.get("architectures")
    names = architectures if isinstance(architectures, list) else []
    for name in names:
        if isinstance(name, str) and (model_type := model_type_of(name)):
            return model_type
    raise UnknownArchitectureError(
        "The config does not say what architecture it is for: it has no model_type.",
        'Add a line such as "model_type": "bert".',
    )


def effective_values(config: ModelConfig) -> dict[str, Any]:
    """What the config class holds after loading."""
    return plain_values(load_config(config))


def config_classes(config: ModelConfig) -> dict[str, str]:
    """The config class of every part, by its dotted name; that of the whole has the name ``""``."""
    return dict(_class_names(load_config(config), ""))


def _class_names(live: PreTrainedConfig, name: str) -> Iterator[tuple[str, str]]:
    yield name, type(live).__name__
    for key, part in vars(live).items():
        if isinstance(part, PreTrainedConfig):
            yield from _class_names(part, f"{name}.{key}" if name else key)


def defaults_for(values: dict[str, Any]) -> dict[str, Any]:
    """The defaults of the class that holds these values.

    A part of another architecture than the class would choose has the defaults of its own class.
    """
    return _with_parts(default_values(known_model_type(values)), values)


def _with_parts(defaults: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    found = dict(defaults)
    for key, value in values.items():
        model_type = value.get("model_type") if isinstance(value, dict) else None
        below = defaults.get(key)
        if model_type and isinstance(below, dict):
            is_other = below.get("model_type") != model_type and model_type in CONFIG_MAPPING_NAMES
            found[key] = _with_parts(default_values(model_type) if is_other else below, value)
    return found


@lru_cache(maxsize=32)
def default_values(model_type: str) -> dict[str, Any]:
    """What the config class holds when nothing is said."""
    with config_errors():
        return plain_values(CONFIG_MAPPING[model_type]())


def plain_values(live: PreTrainedConfig) -> dict[str, Any]:
    """The config object as JSON values, without what is unsafe."""
    # Its own JSON, not to_dict(): that still holds dtypes and infinities.
    values: dict[str, Any] = json.loads(live.to_json_string(use_diff=False))
    safe: dict[str, Any] = _without_unsafe(values)
    return safe


def _without_unsafe(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _without_unsafe(part)
            for key, part in value.items()
            if key not in UNSAFE_KEYS and key != OWN_HEAD
        }
    return [_without_unsafe(part) for part in value] if isinstance(value, list) else value
