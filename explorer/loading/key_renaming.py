"""What transformers renames a checkpoint's keys to, without asking it about every single key.

A transform looks for its pattern with a regular expression. When no expression tells two digits
apart, two keys that differ in those digits only are matched by the same transforms. So the
transforms are asked once for each outline of a key, and only those that match are run on the
other keys of the outline: a checkpoint of 45,000 expert weights has some dozens of outlines.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from transformers import PreTrainedModel
from transformers.conversion_mapping import get_model_conversion_mapping
from transformers.core_model_loading import (
    PrefixChange,
    WeightConverter,
    WeightRenaming,
    WeightTransform,
    rename_source_key,
)

DIGITS = "0123456789"
# Parts of an expression that match all digits alike, whatever digits they are written with.
ALIKE = re.compile(r"\\d|\[0-9\]")
# Parts that may tell digits apart without writing them: ranges, escapes by code, back references.
UNCLEAR = re.compile(r"\d-|-\d|\\[0-9xuUN]|\(\?P=")
# These match a key for its own sake. Others keep state, or count: they are asked about every key.
STATELESS = (WeightRenaming, WeightConverter, PrefixChange)


class KeyRenaming:
    """The renamings of one model class, and the converters that its keys go to.

    ``transforms`` are transformers' own, ``names`` those of the model's tensors, and ``prefix``
    is what the names of its backbone begin with.
    """

    def __init__(self, transforms: Sequence[WeightTransform], prefix: str, names: Iterable[str]) -> None:
        self.renamings = [transform for transform in transforms if isinstance(transform, WeightRenaming)]
        self.converters = [transform for transform in transforms if isinstance(transform, WeightConverter)]
        self.converter_of = {pattern: made for made in self.converters for pattern in made.source_patterns}
        self.is_stateless = all(type(transform) in STATELESS for transform in transforms)
        self._names = frozenset(names)
        self._prefix = prefix
        self._strip = re.compile(f"^{prefix}.")
        self._outline = outline_table(transforms)
        self._matching: dict[str, tuple[tuple[Any, str], ...]] = {}

    def rename(self, key: str) -> tuple[str, str | None]:
        """The model's name for a key, and the pattern of the converter that it goes to."""
        renamed, pattern = self._transform(key)
        renamed = self._with_prefix(renamed)
        if renamed not in self._names and key in self._names:
            # The key has the model's name already, so it was not one of the old names.
            return self._with_prefix(key), None
        return renamed, pattern

    def _transform(self, key: str) -> tuple[str, str | None]:
        if not self.is_stateless:
            return self._ask(key)
        outline = key.translate(self._outline)
        matching = self._matching.get(outline)
        if matching is None:
            matching = self._matching[outline] = self._trace(key)
        renamed, pattern = key, None
        for transform, after in matching:
            renamed, pattern = transform.rename_source_key(renamed)
            if renamed.translate(self._outline) != after:
                # A transform replaces the first text equal to its match: here that was another one.
                return self._ask(key)
            pattern = pattern if isinstance(transform, WeightConverter) else None
        return renamed, pattern

    def _trace(self, key: str) -> tuple[tuple[Any, str], ...]:
        """The transforms that match the key, each with the outline of what it makes of it."""
        matching = []
        for transform in self.renamings:
            key, pattern = transform.rename_source_key(key)
            if pattern is not None:
                matching.append((transform, key.translate(self._outline)))
        for converter in self.converters:
            key, pattern = converter.rename_source_key(key)
            if pattern is not None:
                matching.append((converter, key.translate(self._outline)))
                break
        return tuple(matching)

    def _ask(self, key: str) -> tuple[str, str | None]:
        renamed: tuple[str, str | None] = rename_source_key(key, self.renamings, self.converters)
        return renamed

    def _with_prefix(self, key: str) -> str:
        """The key with the backbone's prefix added or removed, where that gives a name of the model."""
        if key.startswith(self._prefix) and (stripped := self._strip.sub("", key, count=1)) in self._names:
            return stripped
        prefixed = f"{self._prefix}.{key}"
        return prefixed if prefixed in self._names else key


def renaming_of(model: PreTrainedModel) -> KeyRenaming:
    """The renaming of checkpoints that are loaded into the model."""
    return KeyRenaming(get_model_conversion_mapping(model), model.base_model_prefix, model.state_dict())


def outline_table(transforms: Iterable[WeightTransform]) -> Mapping[int, str]:
    """The table for str.translate that writes digits which no transform tells apart as one."""
    told_apart: set[str] = set()
    for transform in transforms:
        prefixes = f"{transform.scope_prefix or ''}{transform.base_model_prefix or ''}"
        expression = ALIKE.sub("", transform.compiled_sources.pattern)
        # The groups are named g0, g1, ... by transformers.
        expression = re.sub(r"\(\?P<g\d+>", "(", expression)
        told_apart.update(DIGITS if UNCLEAR.search(expression) else set(DIGITS) & set(expression + prefixes))
    alike = [digit for digit in DIGITS if digit not in told_apart]
    return {ord(digit): alike[0] for digit in alike}
