"""What a task model and AutoModel both have, watched and replaced while the task model runs."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import nn
from transformers import PreTrainedModel


@dataclass(frozen=True, slots=True)
class Part:
    """A module of the task model and AutoModel's own; ``path`` is where AutoModel has it."""

    path: str
    theirs: nn.Module
    ours: nn.Module


@dataclass(frozen=True, slots=True)
class Call:
    """What the task model gave to a part of its own, and the tensors that came out."""

    part: Part
    arguments: tuple[Any, ...]
    named: dict[str, Any]
    output: Any
    tensors: dict[str, torch.Tensor]


def body_of(model: PreTrainedModel, bare: PreTrainedModel) -> nn.Module:
    """The module of the task model that holds what AutoModel holds; it may be the model itself."""
    same = next((module for module in model.modules() if type(module) is type(bare)), None)
    named: nn.Module | None = getattr(model, model.base_model_prefix, None)
    return same or (named if isinstance(named, nn.Module) else model)


def parts_of(model: PreTrainedModel, bare: PreTrainedModel) -> tuple[Part, ...]:
    """The backbone as a whole, where the task model has one of AutoModel's class, then its parts."""
    body = body_of(model, bare)
    whole = [Part("", body, bare)] if type(body) is type(bare) else []
    own = dict(body.named_children())
    return (
        *whole,
        *(
            Part(name, own[name], child)
            for name, child in bare.named_children()
            if type(own.get(name)) is type(child)
        ),
    )


@contextmanager
def watched(parts: Sequence[Part]) -> Iterator[list[Call]]:
    """The calls of the task model's own parts, in the order in which they end."""
    calls: list[Call] = []

    def note(part: Part, _: nn.Module, arguments: Any, named: Any, output: Any) -> None:
        # A copy: the head may change in place what it is given.
        calls.append(Call(part, arguments, named, output, tensors_in(output, copy=True)))

    with ExitStack() as stack:
        for part in parts:
            handle = part.theirs.register_forward_hook(partial(note, part), with_kwargs=True)
            stack.callback(handle.remove)
        yield calls


def outermost(calls: Sequence[Call]) -> list[Call]:
    """The calls of the backbone as a whole; of its parts where no call went through the whole.

    Some heads pass by the module that holds their backbone, and call what is in it.
    """
    whole = [call for call in calls if not call.part.path]
    return whole or [call for call in calls if call.tensors]


def repeated(calls: Sequence[Call]) -> list[Any]:
    """What AutoModel's own parts give when they are called in the same way.

    Where a part was given what another one gave, it gets what AutoModel's other part gave.
    """
    outputs: list[Any] = []
    instead: dict[int, torch.Tensor] = {}
    for call in calls:
        arguments = tuple(_exchanged(value, instead) for value in call.arguments)
        named = {name: _exchanged(value, instead) for name, value in call.named.items()}
        output = call.part.ours(*arguments, **named)
        before, after = tensors_in(call.output), tensors_in(output)
        instead.update({id(before[name]): after[name] for name in before.keys() & after.keys()})
        outputs.append(output)
    return outputs


@contextmanager
def answered(calls: Sequence[Call], outputs: Sequence[Any]) -> Iterator[None]:
    """For a while, the parts of the task model do not compute: they give these outputs, one at each call."""
    waiting: dict[nn.Module, list[Any]] = {}
    for call, output in zip(calls, outputs, strict=True):
        waiting.setdefault(call.part.theirs, []).append(output)
    before = {module: vars(module).get("forward") for module in waiting}
    try:
        for module, answers in waiting.items():
            module.forward = partial(_next, iter(answers))
        yield
    finally:
        for module, forward in before.items():
            if forward is not None:
                module.forward = forward
            else:
                vars(module).pop("forward", None)


def tensors_in(output: Any, copy: bool = False) -> dict[str, torch.Tensor]:
    """The tensors of a model's output by name; none where it has no names."""
    named = output if isinstance(output, Mapping) else {}
    found = {name: value for name, value in named.items() if isinstance(value, torch.Tensor)}
    return {name: value.clone() for name, value in found.items()} if copy else found


def _exchanged(value: Any, instead: dict[int, torch.Tensor]) -> Any:
    return instead.get(id(value), value)


def _next(answers: Iterator[Any], *_: Any, **__: Any) -> Any:
    return next(answers)
