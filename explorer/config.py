"""A model's config: the text that was read, and its fields with their meaning."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from explorer import glossary
from explorer.json_text import canonical_text
from explorer.source import ModelSource

# The file says something else than the class default, or the same, or does not say it; the class
# works the value out from other keys; it does not know the key; or it reads the key and keeps
# what it says elsewhere.
Status = Literal["changed", "same", "left out", "worked out", "extra", "set aside"]


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """A config.json as it was read: where from, and its text in canonical JSON.

    The same text gives the same tree, so the text is what caches are keyed by. The revision
    of a Hub source is the commit that was read.
    """

    source: ModelSource
    text: str

    @classmethod
    def of(cls, source: ModelSource, values: dict[str, Any]) -> "ModelConfig":
        """The config that holds these values."""
        return cls(source, canonical_text(values))

    @property
    def values(self) -> dict[str, Any]:
        """The config's keys and values."""
        values: dict[str, Any] = json.loads(self.text)
        return values

    @property
    def model_type(self) -> str | None:
        """The architecture's name, such as ``bert``; None where the config does not say."""
        found = self.values.get("model_type")
        return found if isinstance(found, str) else None

    @property
    def architectures(self) -> tuple[str, ...]:
        """The model classes that the checkpoint was saved from."""
        found = self.values.get("architectures")
        return tuple(name for name in found if isinstance(name, str)) if isinstance(found, list) else ()


@dataclass(frozen=True, slots=True)
class ConfigField:
    """One key of a config, dotted when nested: its value, the class default, its meaning.

    ``has_default`` is False for a key that the config class does not know; its default is then
    None. ``meaning`` is empty where the glossary does not know the key. ``is_stated`` says whether
    the file has the key, ``is_held`` whether the config class keeps it under this name.
    """

    name: str
    value: Any
    default: Any
    group: str
    meaning: str
    has_default: bool = True
    is_stated: bool = True
    is_held: bool = True

    @property
    def status(self) -> Status:
        """How the value stands to the class default, and where it comes from."""
        if not self.has_default:
            return "extra" if self.is_held else "set aside"
        if self.is_changed:
            return "changed" if self.is_stated else "worked out"
        return "same" if self.is_stated else "left out"

    @property
    def is_changed(self) -> bool:
        """Whether the checkpoint says something else than the class by itself would.

        A key that the class does not know is a change too: a model may still read it. One that
        is kept elsewhere is compared there.
        """
        return self.is_held and bool(_plain(self.value) != _plain(self.default))


def fields_of(
    values: dict[str, Any], defaults: dict[str, Any], stated: dict[str, Any] | None = None
) -> tuple[ConfigField, ...]:
    """Every key of a config with its default and meaning, by group and then by name.

    Values and defaults come as a config class writes them; ``stated`` is what the file says, where
    a class has read it. A key that the values leave out has its default. The configs of a model's
    parts become dotted names; other dicts, such as id2label, stay one value, because their keys
    are data and not settings.
    """
    told = dict(_flatten(stated, values)) if stated is not None else None
    flat_values, flat_defaults = dict(_flatten(values)), dict(_flatten(defaults))
    held = flat_defaults | flat_values
    known = (told or {}) | held
    fields = [
        _field(name, value, flat_defaults, told is None or name in told, name in held)
        for name, value in known.items()
        if not _is_replaced(name, flat_values)
    ]
    order = {group: place for place, group in enumerate(glossary.groups())}
    return tuple(sorted(fields, key=lambda field: (order[field.group], field.name)))


def _field(name: str, value: Any, defaults: dict[str, Any], is_stated: bool, is_held: bool) -> ConfigField:
    term = glossary.look_up(name)
    default, has_default = defaults.get(name), name in defaults
    return ConfigField(name, value, default, term.group, term.meaning, has_default, is_stated, is_held)


def _flatten(
    values: dict[str, Any], like: dict[str, Any] | None = None, prefix: str = ""
) -> Iterator[tuple[str, Any]]:
    """The keys and values, those of nested configs under dotted names.

    A dict is a nested config too where ``like`` has one in its place.
    """
    for key, value in values.items():
        other = (like or {}).get(key)
        part = other if _is_config(other) else None
        if _is_config(value) or (part is not None and isinstance(value, dict)):
            yield from _flatten(value, part, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _is_config(value: Any) -> bool:
    # transformers writes the model type into every config, nested ones too, and into nothing else.
    return isinstance(value, dict) and "model_type" in value


def _is_replaced(name: str, values: dict[str, Any]) -> bool:
    """Whether the values have a nested config where the default has none, or the other way round."""
    parts = name.split(".")
    above = any(".".join(parts[:end]) in values for end in range(1, len(parts)))
    return above or any(other.startswith(f"{name}.") for other in values)


def _plain(value: Any) -> Any:
    """The value as JSON would keep it: tuples are lists, keys are text; but true is never 1."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return (bool, value) if isinstance(value, bool) else value
