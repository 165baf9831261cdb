"""Forwards without weights: every weight is a shape, and what is small and whole is real.

Fake tensors are torch's own: a shape, a dtype and the word ``cpu``, no data. What touches a weight
is fake. Token ids and masks are real tensors, so that code that looks at their values, as that for
masks, padding and places of images does, runs as it always does.
"""

import functools
import logging
import math
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from torch._subclasses import fake_tensor
from torch._subclasses.fake_tensor import FakeTensor, FakeTensorMode
from torch.overrides import TorchFunctionMode

CPU = torch.device("cpu")
# Attributes that say which of its equals a layer is.
NUMBERING = ("idx", "index", "layer_id", "layer_number", "layer_num")
PLAIN = {int, float, str, bool, tuple, type(None)}
# Real tensors of up to so many elements are compared by their values, larger ones by identity.
MOST_COMPARED = 20_000
# What is larger is made fake, whatever may be asked of its values.
MOST_REAL_ELEMENTS = 4_000_000
MAKERS = {
    torch.arange,
    torch.empty,
    torch.full,
    torch.linspace,
    torch.ones,
    torch.rand,
    torch.randn,
    torch.zeros,
}
LISTS = (nn.ModuleList, nn.Sequential)
# What a forward raises where it asks for the data of a fake tensor.
BY_VALUES = (
    fake_tensor.DataDependentOutputException,
    fake_tensor.DynamicOutputShapeException,
    fake_tensor.UnsupportedFakeTensorException,
    fake_tensor.UnsupportedOperatorException,
)
_log = logging.getLogger(fake_tensor.__name__)


@contextmanager
def fake_models() -> Iterator["FakeModels"]:
    """Makes models of one config fake, while it lasts."""
    mode = FakeTensorMode(allow_non_fake_inputs=True)
    level = _log.level
    # Inputs are tried until some fit: what fails is raised, and need not be logged as well.
    _log.setLevel(logging.CRITICAL)
    try:
        yield FakeModels(mode)
    finally:
        _log.setLevel(level)
        # Kept for the whole process otherwise, and it grows with each shape.
        FakeTensorMode.cache_clear()


class FakeModels:
    """Models whose weights are fake; of equal layers one is run for equal inputs, in whichever model."""

    def __init__(self, mode: FakeTensorMode) -> None:
        self.mode = mode
        self._kinds: dict[Any, int] = {}
        self._answers: dict[Any, Any] = {}

    def prepare(self, model: nn.Module) -> None:
        """Make a model of meta tensors ready to be run; nothing else can be done with it afterwards."""
        kinds = _Kinds(self._kinds)
        later: set[int] = set()
        for module in model.modules():
            if isinstance(module, LISTS):
                first: set[int] = set()
                for layer in module.children():
                    kind = kinds.of(layer)
                    # An equal layer is made fake when it is run, and that is seldom.
                    if kind in first:
                        later.add(id(layer))
                    first.add(kind)
                    layer.forward = self._once(layer, kind)
        self._make_fake(model, later)

    def run(self, model: nn.Module, inputs: dict[str, Any]) -> Any:
        """What the model's forward gives back."""
        with torch.no_grad(), _RealTensors(self.mode):
            return model(**inputs)

    def tensor(self, shape: tuple[int, ...], dtype: torch.dtype) -> torch.Tensor:
        """A tensor of the shape, without data."""
        return FakeTensor(self.mode, torch.empty(shape, dtype=dtype, device="meta"), CPU)

    def _make_fake(self, module: nn.Module, later: Collection[int] = ()) -> None:
        for tensors in (module._parameters, module._buffers):
            for name, tensor in tensors.items():
                # Some models make a part of their tensors with values: these may be asked for.
                if tensor is not None and tensor.is_meta and not isinstance(tensor, FakeTensor):
                    tensors[name] = self._like(tensor)
        for child in module._modules.values():
            if child is not None and id(child) not in later:
                self._make_fake(child, later)

    def _like(self, tensor: torch.Tensor) -> Any:
        fake = FakeTensor(self.mode, tensor.detach(), CPU)
        # Each its own: a module that changes its dtype refuses to where another one has its weight.
        return nn.Parameter(fake, requires_grad=False) if isinstance(tensor, nn.Parameter) else fake

    def _once(self, layer: nn.Module, kind: int) -> Callable[..., Any]:
        """The layer's forward, which answers what an equal layer answered to equal inputs."""
        forward = layer.forward

        @functools.wraps(forward)
        def remembered(*arguments: Any, **named: Any) -> Any:
            key = kind, _key(arguments), _key(named)
            if key not in self._answers:
                self._make_fake(layer)
                # The arguments are kept too, so that no other object gets the identity of one of them.
                self._answers[key] = forward(*arguments, **named), arguments, named
            return self._answers[key][0]

        return remembered


class _RealTensors(TorchFunctionMode):  # type: ignore[misc]
    """Keeps what is real small, and its use with fake tensors possible."""

    def __init__(self, mode: FakeTensorMode) -> None:
        super().__init__()
        self.mode = mode

    def __torch_function__(
        self, function: Any, types: Any, arguments: tuple[Any, ...] = (), named: dict[str, Any] | None = None
    ) -> Any:
        named = named or {}
        if function in MAKERS and _elements((arguments, tuple(named.values()))) > MOST_REAL_ELEMENTS:
            with self.mode:
                return function(*arguments, **named)
        if function in (torch.Tensor.__getitem__, torch.Tensor.__setitem__):
            # How many places a fake copy of a mask would choose is not known.
            arguments = (arguments[0], _places(arguments[1]), *arguments[2:])
        return function(*arguments, **named)


def _elements(sizes: Any) -> int:
    """The product of the whole numbers: at least how many elements a tensor of these sizes has."""
    if isinstance(sizes, (tuple, list)):
        return math.prod(map(_elements, sizes))
    return sizes if type(sizes) is int and sizes > 0 else 1


def _places(index: Any) -> Any:
    parts = index if isinstance(index, tuple) else (index,)
    if not any(_is_real_mask(part) for part in parts):
        return index
    return tuple(
        place for part in parts for place in (part.nonzero(as_tuple=True) if _is_real_mask(part) else (part,))
    )


def _is_real_mask(part: Any) -> bool:
    return isinstance(part, torch.Tensor) and part.dtype is torch.bool and not isinstance(part, FakeTensor)


def _key(value: Any) -> Any:
    """What an answer's shapes depend on: the shapes of fake tensors, and all else by identity or value."""
    if isinstance(value, FakeTensor):
        return value.shape, value.dtype
    if type(value) is torch.Tensor and value.device == CPU and value.numel() <= MOST_COMPARED:
        return value.shape, value.dtype, tuple(value.flatten().tolist())
    if type(value) in PLAIN and type(value) is not tuple:
        return value
    if type(value) in (tuple, list):
        return type(value), tuple(map(_key, value))
    if type(value) is dict:
        return tuple((name, _key(part)) for name, part in value.items())
    return "object", id(value)


class _Kinds:
    """A number for each kind of module: modules of one kind differ in nothing but their place."""

    def __init__(self, numbers: dict[Any, int]) -> None:
        self._by_module: dict[int, int] = {}
        self._numbers = numbers

    def of(self, module: nn.Module) -> int:
        if id(module) not in self._by_module:
            description = (
                type(module),
                _shapes(module._parameters),
                _shapes(module._buffers),
                _settings(module),
                tuple((name, self.of(child)) for name, child in module._modules.items() if child is not None),
            )
            self._by_module[id(module)] = self._numbers.setdefault(description, len(self._numbers))
        return self._by_module[id(module)]


def _shapes(tensors: dict[str, torch.Tensor | None]) -> tuple[Any, ...]:
    return tuple(
        (name, None if tensor is None else (tensor.shape, tensor.dtype)) for name, tensor in tensors.items()
    )


def _settings(module: nn.Module) -> tuple[Any, ...]:
    """The plain values that the module holds, without those that only number it."""
    return tuple(
        (name, str(value) if type(value) is tuple else value)
        for name, value in vars(module).items()
        if type(value) in PLAIN and not name.endswith(NUMBERING)
    )
