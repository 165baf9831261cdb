"""transformers' own mappings from config classes to model classes, one for each auto class."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from transformers.models.auto import modeling_auto
from transformers.models.auto.auto_factory import _BaseAutoModelClass
from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES

from explorer.auto_class import BACKBONE


@lru_cache(maxsize=1)
def mappings() -> dict[str, Any]:
    """The mapping of each auto class, AutoModel first, then by name, AutoBackbone last."""
    found: dict[str, Any] = {}
    for name, value in vars(modeling_auto).items():
        if isinstance(value, type) and issubclass(value, _BaseAutoModelClass):
            found[name] = getattr(value, "_model_mapping", None)
    named = sorted(found, key=lambda name: (name != BACKBONE, "Model" not in name, name))
    return {name: found[name] for name in named if found[name] is not None}


@lru_cache(maxsize=1)
def model_types() -> tuple[str, ...]:
    """Every architecture that some auto class has a model for, by name."""
    return tuple(sorted({model_type for model_type, _ in class_names()}))


def model_type_of(class_name: str) -> str | None:
    """The architecture that a model class is for, such as ``bert`` for ``BertForMaskedLM``."""
    return _model_types_by_class().get(class_name)


def class_names() -> Iterator[tuple[str, str]]:
    """Every architecture with each model class that an auto class gives for it; imports none of them."""
    for mapping in mappings().values():
        for model_type, names in mapping._model_mapping.items():
            if model_type in CONFIG_MAPPING_NAMES:
                for name in [names] if isinstance(names, str) else names:
                    yield model_type, name


@lru_cache(maxsize=1)
def _model_types_by_class() -> dict[str, str]:
    found: dict[str, str] = {}
    for model_type, name in class_names():
        found.setdefault(name, model_type)
    return found
