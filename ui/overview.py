"""Everything that Home says of a model, before it is drawn."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from explorer.auto_class import AutoClass
from explorer.config import ConfigField, ModelConfig
from explorer.table import Table
from explorer.tree import ModuleTree
from ui.facts import Facts, facts_of
from ui.model_kind import kind_of

BITS = {"fp32": 32, "bf16": 16, "int8": 8, "int4": 4}


@dataclass(frozen=True, slots=True)
class Overview:
    """A model's config, its tree, its auto classes, and the facts that its config gives.

    ``kind`` is in words, None where the config does not tell. ``dtype`` is what the config says
    that the weights were saved in.
    """

    config: ModelConfig
    tree: ModuleTree
    classes: tuple[AutoClass, ...]
    facts: Facts
    kind: str | None
    dtype: str | None

    @property
    def is_saved(self) -> bool:
        """Whether the checkpoint was saved from the class of the tree."""
        return self.tree.auto_class.model_class in self.config.architectures

    @property
    def has_weights(self) -> bool:
        """Whether there are weights to load somewhere."""
        return self.config.source.kind not in ("config", "arch")


def overview_of(
    config: ModelConfig, tree: ModuleTree, fields: tuple[ConfigField, ...], classes: tuple[AutoClass, ...]
) -> Overview:
    """What the config, its tree and its auto classes tell."""
    facts, auto_class = facts_of(fields), tree.auto_class
    saved = auto_class.task if auto_class.model_class in config.architectures else None
    dtype = next((field.value for field in fields if field.name == "dtype"), None)
    kind = kind_of(fields, classes, facts, saved)
    return Overview(config, tree, classes, facts, kind, dtype if isinstance(dtype, str) else None)


def facts_table(seen: Overview) -> Table:
    """Every fact as a row."""
    return Table("Facts", ("fact", "value"), tuple(_facts(seen)))


def document_of(seen: Overview) -> dict[str, Any]:
    """The facts by name, and the auto classes."""
    source = seen.config.source
    classes = [
        {"auto_class": found.name, "model_class": found.model_class, "task": found.task}
        for found in seen.classes
    ]
    return {
        "source": source.text,
        "revision": source.revision,
        **dict(_facts(seen)),
        "auto_classes": classes,
    }


def _facts(seen: Overview) -> Iterator[tuple[str, str | int | None]]:
    tree, facts = seen.tree, seen.facts
    count = tree.parameter_count
    yield "model_type", seen.config.model_type
    yield "kind", seen.kind
    yield "auto_class", tree.auto_class.name
    yield "model_class", tree.auto_class.model_class
    yield "task", tree.auto_class.task
    yield "parameter_count", count
    yield from ((f"bytes_in_{dtype}", -(-count * bits // 8)) for dtype, bits in BITS.items())
    yield "dtype", seen.dtype
    yield "layers", facts.shape.layers
    yield "width", facts.shape.width
    yield "attention_heads", facts.shape.heads
    yield "key_value_heads", facts.key_value_heads
    yield "experts", facts.experts
    yield "experts_per_token", facts.experts_per_token
    yield "vocabulary", facts.vocabulary
    yield "context_length", facts.context
    yield "image", facts.image
    yield "patch", facts.patch
    yield "mel_bins", facts.mel_bins
