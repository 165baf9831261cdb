"""A load of names and shapes, as transformers loads tensors: renamed, converted, placed."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from transformers import PreTrainedModel
from transformers.core_model_loading import (
    Concatenate,
    ConversionOps,
    MergeModulelist,
    SkipParameters,
    WeightRenaming,
)
from transformers.utils.loading_report import LoadStateDictInfo

from explorer.loading.key_order import natural_order
from explorer.loading.key_renaming import renaming_of
from explorer.loading.quantised import LogicalTensors, Shape

# A key of the checkpoint, and the pattern of the converter that it goes to.
Entry = tuple[str, str | None]
# What transformers' own code may raise of names and shapes that it was not made for.
FAILURES = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError, re.error)


@dataclass(frozen=True, slots=True)
class Making:
    """What one tensor of a model is made of: keys of the checkpoint, and the operations on them."""

    keys: tuple[str, ...]
    operations: tuple[type[ConversionOps], ...] = ()


def load_shapes(model: PreTrainedModel, stored: LogicalTensors) -> "ShapeLoad":
    """A load of tensors of these names and shapes, before transformers ties any."""
    load = ShapeLoad(model, stored)
    load.run()
    return load


@contextmanager
def recorded(info: LoadStateDictInfo, name: str) -> Iterator[None]:
    """What ends a real load with an exception becomes a line of the report."""
    try:
        yield
    except FAILURES as error:
        info.conversion_errors[name] = f"{type(error).__name__}: {error}"


class ShapeLoad:
    """One load; ``info`` is the record that transformers keeps of it, ``makings`` what it made of what.

    ``unused`` has the keys of the checkpoint behind each name that the model does not have.
    """

    def __init__(self, model: PreTrainedModel, stored: LogicalTensors) -> None:
        self._model = model
        self._stored = stored
        self._expected: dict[str, Shape] = {
            name: tuple(getattr(tensor, "shape", ())) for name, tensor in model.state_dict().items()
        }
        self._renaming = renaming_of(model)
        self._made: dict[tuple[tuple[str | None, Shape | None], ...], Shape] = {}
        self.makings: dict[str, Making] = {}
        self.unused: dict[str, list[str]] = {}
        self.info = LoadStateDictInfo(
            missing_keys=set(self._expected),
            unexpected_keys=set(),
            mismatched_keys=set(),
            error_msgs=[],
            conversion_errors={},
            skipped_pp_keys=set(),
        )

    def run(self) -> None:
        """Every key of the checkpoint to its place, in the order in which transformers takes them."""
        for target, entries in self._entries_by_target().items():
            if all(pattern is None for _, pattern in entries):
                # Of several keys for one tensor transformers loads the first.
                first, _ = entries[0]
                self.makings[target] = Making((first,))
                self._place(target, self._stored.shapes[first], first in self._stored.transposable)
                continue
            with recorded(self.info, target):
                self._convert(target, entries)

    def stored_behind(self, names: Iterable[str]) -> int:
        """How many tensors of the files stand behind these names that the model does not have."""
        keys = {key for name in names for key in self.unused.get(name, (name,))}
        return sum(len(self._stored.parts.get(key, (key,))) for key in keys)

    def _entries_by_target(self) -> dict[str, list[Entry]]:
        found: dict[str, list[Entry]] = {}
        keys: Iterable[str] = self._stored.shapes
        if not self._renaming.is_stateless:
            keys = sorted(keys, key=natural_order)
        for key in keys:
            try:
                renamed, pattern = self._renaming.rename(key)
            except FAILURES as error:
                self.info.conversion_errors[key] = f"{type(error).__name__}: {error}"
                continue
            if renamed in self._expected:
                found.setdefault(renamed, []).append((key, pattern))
            else:
                targets = self._targets(renamed, pattern)
                self.info.unexpected_keys.update(targets)
                for target in targets:
                    self.unused.setdefault(target, []).append(key)
        for entries in found.values():
            if len(entries) > 1:
                entries.sort(key=lambda entry: natural_order(entry[0]))
        return found

    def _targets(self, renamed: str, pattern: str | None) -> list[str]:
        """Every name that a key stands for: a converter names its first target only."""
        if pattern is None:
            return [renamed]
        targets = self._renaming.converter_of[pattern].target_patterns
        return [renamed.replace(targets[0], target) for target in targets]

    def _convert(self, target: str, entries: list[Entry]) -> None:
        """The tensors that a converter makes of these keys, each to its place."""
        making = Making(tuple([key for key, _ in entries]), self._operations(entries))
        for name, shape in self._made_of(target, entries).items():
            self.makings[name] = making
            self._place(name, shape)

    def _operations(self, entries: list[Entry]) -> tuple[type[ConversionOps], ...]:
        pattern = next(filter(None, [pattern for _, pattern in entries]))
        return tuple([type(operation) for operation in self._renaming.converter_of[pattern].operations])

    def _made_of(self, target: str, entries: list[Entry]) -> dict[str, Shape | None]:
        """The names and shapes that a converter makes of these keys; None where it is not told."""
        if any(self._stored.shapes[key] is None for key, _ in entries):
            return dict.fromkeys(self._expanded(target, entries))
        # A layer of experts is like the last one: what 768 shapes become is found out once.
        sources = tuple((pattern, self._stored.shapes[key]) for key, pattern in entries)
        made = self._made.get(sources)
        if made is not None and self._makes_only(target, entries):
            return {target: made}
        shapes = self._converted_shapes(target, entries)
        if list(shapes) == [target] and self._makes_only(target, entries):
            self._made[sources] = shapes[target]
        return dict(shapes)

    def _makes_only(self, target: str, entries: list[Entry]) -> bool:
        """Whether the converter makes this tensor only, and of nothing but the tensors it is given."""
        patterns = {pattern for _, pattern in entries}
        converters = [self._renaming.converter_of.get(pattern or "") for pattern in patterns]
        converter = converters[0]
        if converter is None or any(other is not converter for other in converters):
            return False
        operations = converter.operations
        return converter.target_patterns[0] in target and all(map(_sees_tensors_only, operations))

    def _converted_shapes(self, target: str, entries: list[Entry]) -> dict[str, Shape]:
        first, pattern = entries[0]
        transform: Any = (
            WeightRenaming(first, target)
            if pattern is None
            else deepcopy(self._renaming.converter_of[pattern])
        )
        for key, pattern in entries:
            shape = self._stored.shapes[key]
            transform.collected_tensors[pattern or key].append(_meta_tensor(shape or ()))
        try:
            made = transform.convert(
                target, model=self._model, config=self._model.config, loading_info=self.info
            )
        except SkipParameters:
            return {}
        firsts = {name: found[0] if isinstance(found, list) else found for name, found in made.items()}
        return {name: tuple(tensor.shape) for name, tensor in firsts.items()}

    def _expanded(self, target: str, entries: list[Entry]) -> set[str]:
        """The model's tensors that the entries' converters would make; a ``*`` counts up."""
        names = {name for _, pattern in entries for name in self._targets(target, pattern)}
        shown = [re.compile(re.escape(name).replace(r"\*", r"\d+")) for name in names]
        return {name for name in self._expected if any(pattern.fullmatch(name) for pattern in shown)}

    def _place(self, name: str, shape: Shape | None, is_transposable: bool = False) -> None:
        """Record that a tensor of this shape is loaded under this name of the model."""
        expected = self._expected.get(name)
        if expected is None:
            expected = self._shape_beside_the_state_dict(name)
            if expected is None:
                return
        self.info.missing_keys.discard(name)
        if shape is None or shape == expected or (is_transposable and shape[::-1] == expected):
            return
        self.info.mismatched_keys.add((name, shape, expected))

    def _shape_beside_the_state_dict(self, name: str) -> Shape | None:
        """The shape of a buffer that is not saved; None where transformers would find nothing."""
        owner, _, last = name.rpartition(".")
        try:
            found = getattr(self._model.get_submodule(owner), last)
        except AttributeError:
            self.info.conversion_errors[name] = f"The model has no {name}."
            return None
        if found is None:
            self.info.unexpected_keys.add(name)
            return None
        return tuple(found.shape)


def _sees_tensors_only(operation: ConversionOps) -> bool:
    """Whether the operation depends on neither the model nor its config."""
    kind = type(operation)
    return kind is MergeModulelist or (kind is Concatenate and operation.num_shards_attribute is None)


@lru_cache(maxsize=4096)
def _meta_tensor(shape: Shape) -> torch.Tensor:
    """One tensor without data for all that have this shape."""
    return torch.empty(shape, device="meta")
