"""One pass of a model that keeps what it usually forgets."""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from transformers import PreTrainedConfig, PreTrainedModel

from explorer.loading.running.inside.walk import Walked, walking


@dataclass(frozen=True, slots=True)
class Pass:
    """What the model gave, and how it came about.

    ``decoder_ids`` are the tokens that a decoder read; None where there is none.
    """

    outputs: Any
    walked: Walked
    decoder_ids: list[int] | None


def look(whole: PreTrainedModel, model: PreTrainedModel, inputs: dict[str, torch.Tensor]) -> Pass:
    """One eager pass of the model, which is the whole one or its encoder."""
    with eager(whole), _ids_read_by_decoder(model) as read, walking(whole) as walked:
        wanted = _taken(model, {"output_attentions": True, "output_hidden_states": True})
        outputs = model(**inputs, **forward_settings(model), **wanted)
    return Pass(outputs, walked, read[0] if read else None)


def forward_settings(model: Any) -> dict[str, Any]:
    """Nothing is to be kept for a next token, and the output has names."""
    return _taken(model, {"use_cache": False, "return_dict": True})


def _taken(model: Any, settings: dict[str, Any]) -> dict[str, Any]:
    """Those of the settings that the model's forward knows."""
    parameters = inspect.signature(model.forward).parameters
    takes_any = any(one.kind is one.VAR_KEYWORD for one in parameters.values())
    return {name: value for name, value in settings.items() if takes_any or name in parameters}


@contextmanager
def eager(model: PreTrainedModel) -> Iterator[None]:
    """The model with attention that computes its maps, and as it was afterwards.

    Fast attention never has the weights as a whole. A model that cannot be changed stays as it is.
    """
    before = [(config, config._attn_implementation_internal) for config in _configs(model)]
    try:
        model.set_attn_implementation("eager")
        yield
    finally:
        # By transformers' own setter a part that has no attention would get one.
        for config, implementation in before:
            config._attn_implementation_internal = implementation


def _configs(model: PreTrainedModel) -> list[PreTrainedConfig]:
    """The config of each part of the model, and those within it: a part may have a copy of its own."""
    found = [module.config for module in model.modules() if isinstance(module, PreTrainedModel)]
    for config in found:
        # The list grows meanwhile: these have parts of their own.
        found += filter(None, (getattr(config, name, None) for name in config.sub_configs))
    return found


@contextmanager
def _ids_read_by_decoder(model: PreTrainedModel) -> Iterator[list[list[int]]]:
    """The tokens of each call of the decoder: some models make them of what the encoder reads."""
    read: list[list[int]] = []

    def hook(_: Any, args: Any, kwargs: Any) -> None:
        ids = kwargs.get("input_ids", args[0] if args else None)
        if isinstance(ids, torch.Tensor) and ids.dim() == 2:
            read.append(ids[0].tolist())

    if not getattr(model.config, "is_encoder_decoder", False):
        yield read
        return
    handle = model.get_decoder().register_forward_pre_hook(hook, with_kwargs=True)
    try:
        yield read
    finally:
        handle.remove()
