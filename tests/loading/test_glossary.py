"""How much of what config classes hold the glossary explains, keys that a file leaves out included."""

from collections.abc import Iterable

from explorer import gallery
from explorer.config import ConfigField, fields_of
from explorer.loading.defaults import default_config
from explorer.loading.jobs import config_fields
from explorer.loading.mappings import model_types


def explained(fields: Iterable[ConfigField]) -> float:
    """The share of the fields that have a meaning."""
    known = [bool(field.meaning) for field in fields]
    return sum(known) / len(known)


def test_nearly_every_key_of_the_gallery_has_a_meaning():
    fields = (field for entry in gallery.entries() for field in config_fields(entry.config))
    assert explained(fields) >= 0.99


def test_most_keys_of_all_architectures_have_a_meaning():
    configs = (default_config(model_type) for model_type in model_types())
    assert explained(field for config in configs for field in fields_of(config.values, {})) >= 0.93
