"""Why a class does not use a tensor of the files, told from the class itself."""

import re
from collections.abc import Collection

from torch import nn
from transformers import PreTrainedModel

from explorer.reconciliation import BUFFERS, LAYERS, UNUSED

_NUMBERED = re.compile(r"(?P<list>.*?)\.(?P<number>[0-9]+)\.")
# No weight is stored in these.
_NO_WEIGHTS = ("bool", "int64")


class UnusedReasons:
    """The reasons of one class; ``by_design`` are the names that it is made to do without."""

    def __init__(self, model: PreTrainedModel, by_design: Collection[str]) -> None:
        self._by_design = frozenset(by_design)
        self._prefix = f"{model.base_model_prefix}."
        modules = dict(model.named_modules())
        self._modules = frozenset(modules)
        self._depths = {
            path: len(found) for path, found in modules.items() if isinstance(found, nn.ModuleList)
        }
        # Of buffers that are not saved any more, and may have moved to another module.
        buffers = {name.rpartition(".")[2] for name, _ in model.named_buffers()}
        self._buffers = buffers - {name.rpartition(".")[2] for name, _ in model.named_parameters()}

    def reason(self, name: str, shape: tuple[int, ...], dtype: str) -> str:
        """Why the tensor, which has this name for the model, is not used."""
        if self._is_in_a_further_layer(name):
            return LAYERS
        return BUFFERS if self._is_buffer(name, shape, dtype) else UNUSED

    def _is_in_a_further_layer(self, name: str) -> bool:
        if not (found := _NUMBERED.match(name)):
            return False
        depths = [self._depths[path] for path in self._paths(found["list"]) if path in self._depths]
        # By length first: a file may give a number with more digits than Python converts.
        return bool(depths) and len(found["number"]) < 10 and int(found["number"]) >= max(depths)

    def _is_buffer(self, name: str, shape: tuple[int, ...], dtype: str) -> bool:
        """Whether it is state that older versions saved, and no weight.

        A weight that a class does not use is in a module that the class does not have, or is a
        single number of the whole model, such as a scale between its towers.
        """
        owner, _, last = name.rpartition(".")
        if last in self._buffers:
            return True
        if not owner or not any(path in self._modules for path in self._paths(owner)):
            return False
        return name in self._by_design or dtype in _NO_WEIGHTS or _is_mask(shape)

    def _paths(self, path: str) -> tuple[str, ...]:
        """The paths that the class may have for this one: with the backbone's prefix, and without."""
        return path, f"{self._prefix}{path}", path.removeprefix(self._prefix)


def _is_mask(shape: tuple[int, ...]) -> bool:
    """Whether it is the square mask of an attention, for all examples and heads, or the number behind it."""
    return shape == () or (len(shape) == 4 and shape[:2] == (1, 1) and shape[2] == shape[3])
