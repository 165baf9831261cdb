"""A model's config: the text that was read, and its fields with their meaning."""

import json
from dataclasses import dataclass
from typing import Any

from explorer.source import ModelSource


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """A config.json as it was read: where from, and its text in canonical JSON.

    The same text gives the same tree, so the text is what caches are keyed by. The revision
    of a Hub source is the commit that was read.
    """

    source: ModelSource
    text: str

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
    """One key of a config, dotted when nested: its value, the class default, its meaning."""

    name: str
    value: Any
    default: Any
    group: str
    meaning: str

    @property
    def is_changed(self) -> bool:
        """Whether the checkpoint's value is not the class default."""
        return bool(self.value != self.default)


def canonical_text(values: dict[str, Any]) -> str:
    """The values as JSON text that is equal for equal values."""
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
