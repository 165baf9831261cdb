"""The fields of a config as a reader goes through them: part by part, group by group."""

from collections.abc import Iterable
from dataclasses import dataclass

from explorer import glossary, value_text
from explorer.config import ConfigField


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """The fields of one group, the best known first."""

    name: str
    fields: tuple[ConfigField, ...]

    @property
    def changed(self) -> tuple[ConfigField, ...]:
        """Those that differ from the class default."""
        return tuple(field for field in self.fields if field.is_changed)


@dataclass(frozen=True, slots=True)
class ConfigPart:
    """The config of one part of a model by its dotted name; that of the whole has the name ``""``."""

    name: str
    groups: tuple[FieldGroup, ...]

    @property
    def fields(self) -> tuple[ConfigField, ...]:
        """The fields of all groups."""
        return tuple(field for group in self.groups for field in group.fields)

    @property
    def meaning(self) -> str:
        """What the part does in the model, as the glossary says it."""
        return glossary.look_up(self.name).meaning


def parts_of(fields: Iterable[ConfigField]) -> tuple[ConfigPart, ...]:
    """The whole first, then its parts in the order in which they come; groups as in the glossary."""
    parts: dict[str, dict[str, list[ConfigField]]] = {}
    for field in fields:
        parts.setdefault(part_name(field), {}).setdefault(field.group, []).append(field)
    return tuple(
        ConfigPart(name, tuple(_group(group, parts[name][group]) for group in _in_order(parts[name])))
        for name in sorted(parts, key=lambda name: (name != "", name.count(".")))
    )


def part_name(field: ConfigField) -> str:
    """The dotted name of the part that the field belongs to."""
    return field.name.rpartition(".")[0]


def key_of(field: ConfigField) -> str:
    """The name of the field within its part."""
    return field.name.rpartition(".")[2]


def matching(fields: Iterable[ConfigField], text: str) -> tuple[ConfigField, ...]:
    """The fields whose name, group, meaning or value has every word of the text."""
    words = text.casefold().split()
    return tuple(field for field in fields if all(word in _searched(field) for word in words))


def _searched(field: ConfigField) -> str:
    return f"{field.name}\n{field.group}\n{field.meaning}\n{value_text.whole(field.value)}".casefold()


def _group(name: str, fields: list[ConfigField]) -> FieldGroup:
    return FieldGroup(name, tuple(sorted(fields, key=lambda field: (glossary.place(field.name), field.name))))


def _in_order(groups: Iterable[str]) -> list[str]:
    return sorted(groups, key=glossary.groups().index)
