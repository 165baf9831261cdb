"""Default configs, one for each architecture: what ``arch:NAME`` opens."""

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from transformers.models.auto.configuration_auto import CONFIG_MAPPING

from explorer.config import ModelConfig, canonical_text
from explorer.errors import UnknownArchitectureError
from explorer.loading.configs import plain_values
from explorer.loading.mappings import model_types
from explorer.loading.plain_words import config_errors
from explorer.source import ModelSource


def default_config(model_type: str) -> ModelConfig:
    """The architecture's default config, completed where the class alone does not make a model."""
    if model_type not in model_types():
        raise UnknownArchitectureError(
            f"transformers has no architecture {model_type!r}.",
            "Choose one of those listed, such as arch:bert.",
        )
    with config_errors():
        live = CONFIG_MAPPING[model_type](**_completions().get(model_type, {}))
        values = plain_values(live)
    return ModelConfig(ModelSource("arch", model_type), canonical_text(values))


@lru_cache(maxsize=1)
def _completions() -> dict[str, dict[str, Any]]:
    """What each architecture's default config needs besides its class; a table in defaults.toml."""
    text = files("explorer.loading").joinpath("defaults.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
