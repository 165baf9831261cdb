"""Default configs, one for each architecture: what ``arch:NAME`` opens."""

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES

from explorer.config import ModelConfig
from explorer.errors import ConfigError, UnknownArchitectureError
from explorer.loading.configs import default_values
from explorer.loading.mappings import model_types
from explorer.near_names import near_names
from explorer.source import ModelSource


def default_config(model_type: str) -> ModelConfig:
    """The architecture's default config, completed where the class alone does not make a model."""
    if model_type not in model_types():
        raise _no_model(model_type)
    values = _merged(_class_defaults(model_type), completed().get(model_type, {}))
    return ModelConfig.of(ModelSource("arch", model_type), {**values, "model_type": model_type})


def _no_model(model_type: str) -> UnknownArchitectureError:
    """The error for an architecture that there is not, or that no auto class makes a model of."""
    near = near_names(model_type, model_types(), "arch:")
    what = f"transformers has no architecture {model_type[:100]!r}."
    if model_type in CONFIG_MAPPING_NAMES:
        what = f"transformers has a config for {model_type!r}, but no auto class that makes a model of it."
    other = "Choose another architecture, such as arch:bert."
    return UnknownArchitectureError(what, f"Write {near}, if that is meant." if near else other)


def _class_defaults(model_type: str) -> dict[str, Any]:
    """The values of the config class; none where the class refuses its own defaults."""
    try:
        return default_values(model_type)
    except ConfigError:
        return {}


def _merged(values: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """The values with more put over them, part by part; a part of another architecture is replaced."""
    found = dict(values)
    for key, value in more.items():
        below = found.get(key)
        if isinstance(below, dict) and isinstance(value, dict) and _is_same_part(below, value):
            found[key] = _merged(below, value)
        else:
            found[key] = value
    return found


def _is_same_part(below: dict[str, Any], value: dict[str, Any]) -> bool:
    return "model_type" not in value or value["model_type"] == below.get("model_type")


@lru_cache(maxsize=1)
def completed() -> dict[str, dict[str, Any]]:
    """What each architecture's default config needs besides its class; a table in defaults.toml."""
    text = files("explorer.loading").joinpath("defaults.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
