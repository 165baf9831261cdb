"""Models on the meta device, and their modules as values."""

import copy
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache

import torch
from torch import nn
from transformers import PreTrainedConfig, PreTrainedModel
from transformers.initialization import no_init_weights

from explorer.auto_class import BACKBONE, AutoClass
from explorer.config import ModelConfig
from explorer.errors import ConfigError
from explorer.loading.auto_classes import config_for, model_class_of
from explorer.loading.configs import OWN_HEAD, load_config
from explorer.loading.limits import module_limit
from explorer.loading.plain_words import config_errors
from explorer.tree import Kind, ModuleNode, ModuleTree, TensorSpec

Tensors = dict[str, torch.Tensor | None]


def build_tree(config: ModelConfig, auto_class: str) -> ModuleTree:
    """The modules of the class that the auto class gives for the config."""
    live = load_config(config)
    return tree_of(build_model(live, auto_class), auto_class, live)


def build_model(live: PreTrainedConfig, auto_class: str) -> PreTrainedModel:
    """The model on the meta device as ``from_pretrained`` makes it: no data, weights not yet tied."""
    model_class = model_class_of(live, auto_class)
    # The copy, because a model's __init__ may change its config.
    config = copy.deepcopy(config_for(live, model_class))
    with ExitStack() as stack:
        stack.enter_context(
            config_errors("The config may be incomplete for this class.", _misfit(config, model_class))
        )
        stack.enter_context(module_limit())
        for context in model_class.get_init_context(_set_dtype(config), False, False, False):
            stack.enter_context(context)
        stack.enter_context(no_init_weights())
        return model_class(config)


def _misfit(config: PreTrainedConfig, model_class: type[PreTrainedModel]) -> str | None:
    """Why a class may not fit a config: a few auto classes give one that is made for another config."""
    wanted = model_class.config_class
    if wanted is None or isinstance(config, wanted):
        return None
    return f"{model_class.__name__} is made from a {wanted.__name__}, and this is a {type(config).__name__}."


def tree_of(model: PreTrainedModel, auto_class: str, live: PreTrainedConfig) -> ModuleTree:
    """The model as values, with its weights tied as they are after loading."""
    with tied(model):
        root = _Walk().node(model, "")
    named = AutoClass(auto_class, type(model).__name__)
    return ModuleTree(named, backbone_path(model, auto_class, live), root)


@contextmanager
def tied(model: PreTrainedModel) -> Iterator[None]:
    """The model with its weights tied; untied again after, because a load report starts from untied ones."""
    ties = model.all_tied_weights_keys
    names = {name.rpartition(".")[0] for name in ties}
    modules = [model.get_submodule(name) for name in names]
    before = [(dict(vars(module)), dict(module._parameters), dict(module._buffers)) for module in modules]
    # Tying also pads a bias in place.
    data = {
        parameter: parameter.data
        for _, owned, _ in before
        for parameter in owned.values()
        if parameter is not None
    }
    try:
        model.all_tied_weights_keys = _ties_after_loading(model)
        model.tie_weights(recompute_mapping=False)
        yield
    finally:
        model.all_tied_weights_keys = ties
        for parameter, old in data.items():
            parameter.data = old
        for module, (attributes, parameters, buffers) in zip(modules, before, strict=True):
            vars(module).update(attributes, _parameters=parameters, _buffers=buffers)


def _ties_after_loading(model: PreTrainedModel) -> dict[str, str]:
    """The tied names with their owners, as they are once a checkpoint of this config is loaded.

    transformers 5 ties some heads whatever the config says, such as those of T5 1.1, and leaves them
    untied when a checkpoint holds both weights. A config that says so was saved with such a checkpoint.
    """
    ties: dict[str, str] = model.all_tied_weights_keys
    head = model.get_output_embeddings() if getattr(model.config, OWN_HEAD, False) else None
    own = {f"{path}.weight" for path, module in model.named_modules() if module is head} if head else set()
    return {name: owner for name, owner in ties.items() if name not in own}


def backbone_path(model: PreTrainedModel, auto_class: str, live: PreTrainedConfig) -> str:
    """The path of the module that AutoModel would give; ``""`` for the model itself."""
    if auto_class == BACKBONE:
        return ""
    prefix = model.base_model_prefix
    if prefix and isinstance(model._modules.get(prefix), nn.Module):
        return str(prefix)
    try:
        wanted = model_class_of(live, BACKBONE)
    except ConfigError:
        return ""
    return next((path for path, module in model.named_modules() if path and type(module) is wanted), "")


def _set_dtype(config: PreTrainedConfig) -> torch.dtype:
    """The config's dtype, set on every part of it as ``from_config`` does."""
    dtype = config.dtype or torch.get_default_dtype()
    dtype = getattr(torch, dtype, None) if isinstance(dtype, str) else dtype
    if not isinstance(dtype, torch.dtype) or not dtype.is_floating_point:
        raise ConfigError("The config's dtype is not one that a model can have.", "Use float32 or bfloat16.")
    config.dtype = dtype
    for name in config.sub_configs:
        if (part := getattr(config, name, None)) is not None:
            part.dtype = dtype
    return dtype


class _Walk:
    """One walk over a model; a tensor belongs to the first of its names."""

    def __init__(self) -> None:
        self.owners: dict[int, str] = {}

    def node(self, module: nn.Module, path: str) -> ModuleNode:
        inside = f"{path}." if path else ""
        tensors: list[TensorSpec] = []
        if module._parameters:
            tensors.extend(self._specs(module._parameters, inside, "parameter"))
        if module._buffers:
            tensors.extend(self._specs(module._buffers, inside, "buffer"))
        children = tuple(
            [self.node(child, inside + name) for name, child in module._modules.items() if child is not None]
        )
        return ModuleNode(path, type(module).__name__, tuple(tensors), children, settings=module.extra_repr())

    def _specs(self, tensors: Tensors, inside: str, kind: Kind) -> Iterator[TensorSpec]:
        for name, tensor in tensors.items():
            if tensor is not None:
                full = inside + name
                owner = self.owners.setdefault(id(tensor), full)
                yield _spec(name, tensor.shape, tensor.dtype, kind, None if owner is full else owner)


@lru_cache(maxsize=4096)
def _spec(name: str, shape: torch.Size, dtype: torch.dtype, kind: Kind, owner: str | None) -> TensorSpec:
    """Layers repeat, so most tensors of a model have one of a few specs."""
    return TensorSpec(name, tuple(shape), str(dtype).removeprefix("torch."), kind, owner)
