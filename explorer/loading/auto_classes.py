"""Which auto classes take a config, and the model class that each gives."""

from typing import Any

from transformers import PreTrainedConfig, PreTrainedModel

from explorer.auto_class import BACKBONE, AutoClass
from explorer.config import ModelConfig
from explorer.errors import ConfigError
from explorer.loading.configs import load_config
from explorer.loading.mappings import mappings
from explorer.loading.plain_words import config_errors
from explorer.near_names import near_names


def auto_classes(config: ModelConfig) -> tuple[AutoClass, ...]:
    """Every auto class that takes the config: AutoModel first, the others by name."""
    return classes_for(load_config(config))


def classes_for(live: PreTrainedConfig) -> tuple[AutoClass, ...]:
    """Every auto class that takes the config object: AutoModel first, the others by name."""
    return tuple(
        AutoClass(name, _class_name(live, mapping))
        for name, mapping in mappings().items()
        if type(live) in mapping
    )


def model_class_of(live: PreTrainedConfig, auto_class: str) -> type[PreTrainedModel]:
    """The model class that the auto class gives for this config, as ``from_config`` chooses it."""
    mapping = mappings().get(auto_class)
    if mapping is None:
        near = near_names(auto_class, mappings())
        advice = f"Write {near}, if that is meant." if near else f"Choose {BACKBONE} or another auto class."
        raise ConfigError(f"There is no auto class {auto_class[:100]!r}.", advice)
    if type(live) not in mapping:
        names = [found.name for found in classes_for(live)]
        near = near_names(auto_class, names) or ", ".join(names[:1])
        advice = f"Choose {near} instead." if near else "Paste the config of another model."
        raise ConfigError(f"{auto_class} has no model for {live.model_type}.", advice)
    with config_errors():
        model_class: type[PreTrainedModel] = _chosen(mapping[type(live)], live)
    return model_class


def config_for(live: PreTrainedConfig, model_class: type[PreTrainedModel]) -> PreTrainedConfig:
    """The part of the config that the class is built from: a composite's text part for a text model."""
    with config_errors():
        wanted = model_class.config_class  # Where a package is missing, this raises and says which.
    text_class = live.sub_configs.get("text_config")
    return live.get_text_config() if text_class is not None and wanted == text_class else live


def _chosen(found: Any, live: PreTrainedConfig) -> Any:
    """One class of several that a mapping gives: the one that the config names, or the first."""
    if not isinstance(found, list | tuple):
        return found
    architectures = live.architectures or ()
    return next((model for model in found if model.__name__ in architectures), found[0])


def _class_name(live: PreTrainedConfig, mapping: Any) -> str:
    try:
        return str(_chosen(mapping[type(live)], live).__name__)
    except ValueError:
        # A mapping may name a class that this version of transformers no longer has.
        name = mapping._model_mapping[live.model_type]
        return name if isinstance(name, str) else str(name[0])
