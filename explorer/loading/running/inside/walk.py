"""The walk through a model's modules, seen by hooks that are gone when it ends."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch
from torch import nn
from transformers.utils import ModelOutput

from explorer.inside.explanation import Shape, WalkStep
from explorer.loading.running.inside.parts import Parts


@dataclass(slots=True)
class Call:
    """One call of a module: it becomes a step when it has ended."""

    path: str
    class_name: str
    depth: int
    inputs: tuple[Shape, ...]
    began: float
    outputs: tuple[Shape, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class LayerCall:
    """What a layer was given and what it gave; ``turn`` counts the calls of this module from 0."""

    path: str
    turn: int
    given: torch.Tensor
    gave: torch.Tensor


@dataclass(slots=True)
class Walked:
    """The calls in the order in which they began, and those of layers in the order in which they ended.

    A layer is a module in a list of modules.
    """

    calls: list[Call] = field(default_factory=list)
    layers: list[LayerCall] = field(default_factory=list)
    _open: list[Call] = field(default_factory=list)

    def steps(self, parts: Parts) -> tuple[WalkStep, ...]:
        """The calls as values."""
        return tuple(
            WalkStep(
                call.path,
                call.class_name,
                parts.of(call.path),
                call.depth,
                call.inputs,
                call.outputs,
                call.seconds,
            )
            for call in self.calls
        )

    def begin(self, path: str, module: nn.Module, args: Any, kwargs: Any) -> None:
        """A module is called."""
        given = tuple(tuple(tensor.shape) for tensor in tensors_in((args, kwargs)))
        call = Call(path, type(module).__name__, len(self._open), given, _now())
        self.calls.append(call)
        self._open.append(call)

    def end(self, path: str, is_layer: bool, module: nn.Module, args: Any, kwargs: Any, output: Any) -> None:
        """A module has answered."""
        call = self._open.pop()
        # A module that raised within another one that went on never came here.
        while call.path != path:
            call = self._open.pop()
        call.seconds = _now() - call.began
        gave = list(tensors_in(output))
        call.outputs = tuple(tuple(tensor.shape) for tensor in gave)
        given = next(tensors_in((args, kwargs)), None) if is_layer else None
        if given is not None and gave:
            turn = sum(layer.path == path for layer in self.layers)
            self.layers.append(LayerCall(path, turn, given, gave[0]))


@contextmanager
def walking(model: nn.Module) -> Iterator[Walked]:
    """What happens in the model's modules meanwhile."""
    walked, handles = Walked(), []
    in_lists = {
        id(child)
        for module in model.modules()
        if isinstance(module, nn.ModuleList)
        for child in module.children()
    }
    try:
        for path, module in model.named_modules():
            begin, end = partial(walked.begin, path), partial(walked.end, path, id(module) in in_lists)
            handles.append(module.register_forward_pre_hook(begin, with_kwargs=True))
            handles.append(module.register_forward_hook(end, with_kwargs=True))
        yield walked
    finally:
        for handle in handles:
            handle.remove()


def tensors_in(found: Any) -> Iterator[torch.Tensor]:
    """The tensors of what a module takes or gives, however deep in tuples and mappings.

    Of a model's output only its own tensors: the states and maps of all layers come because this
    explanation asks for them.
    """
    if isinstance(found, torch.Tensor):
        yield found
    elif isinstance(found, ModelOutput):
        yield from (part for part in found.values() if isinstance(part, torch.Tensor))
    elif isinstance(found, Mapping):
        for part in found.values():
            yield from tensors_in(part)
    elif isinstance(found, list | tuple):
        for part in found:
            yield from tensors_in(part)


def _now() -> float:
    # A GPU works on after the call has returned.
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter()
