"""The functions that a worker may be asked to run; each takes and gives values."""

from explorer.config import ConfigField, ModelConfig, fields_of
from explorer.loading.auto_classes import auto_classes
from explorer.loading.configs import config_classes, defaults_for, effective_values, known_model_type
from explorer.loading.defaults import default_config
from explorer.loading.gguf_tensors import gguf_tensors
from explorer.loading.heads import build_diff, build_heads
from explorer.loading.load_report import load_report
from explorer.loading.mappings import model_types
from explorer.loading.output_shapes import output_shapes
from explorer.loading.pickle_tensors import pickle_tensors
from explorer.loading.reconcile import reconcile
from explorer.loading.stored_in import stored_in
from explorer.loading.torchinfo_summary import torchinfo_summary
from explorer.loading.trees import build_tree

__all__ = [
    "auto_classes",
    "build_diff",
    "build_heads",
    "build_tree",
    "config_classes",
    "config_fields",
    "default_config",
    "gguf_tensors",
    "known_model_type",
    "load_report",
    "model_types",
    "output_shapes",
    "pickle_tensors",
    "reconcile",
    "stored_in",
    "torchinfo_summary",
]


def config_fields(config: ModelConfig) -> tuple[ConfigField, ...]:
    """Every field of the config with its class default and its meaning."""
    values = effective_values(config)
    return fields_of(values, defaults_for(values), config.values)


def warm_up() -> None:
    """Import and build once what every job needs: transformers loads its modules only when they are used."""
    build_heads(default_config("bert"), None)
    output_shapes(default_config("bert"))
