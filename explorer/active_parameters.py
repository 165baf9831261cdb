"""How many parameters of a mixture of experts a token passes through."""

from dataclasses import dataclass
from typing import Any

from explorer.components import component_at
from explorer.tree import ModuleNode, ModuleTree, walk

# What configs call the number of experts of a layer, and the number that a token is sent to.
EXPERTS = ("num_local_experts", "n_routed_experts", "num_experts", "moe_num_experts")
PER_TOKEN = ("num_experts_per_tok", "moe_top_k")


@dataclass(frozen=True, slots=True)
class Routing:
    """A token is sent to ``used`` of the ``experts`` of a layer, and so passes ``active`` parameters."""

    experts: int
    used: int
    active: int


def routing_of(tree: ModuleTree, config: dict[str, Any]) -> Routing | None:
    """The routing that the config tells of; None where there are no experts, or the number is not certain.

    Of a model with parts for images or sound there is no such number: a token passes through some parts only.
    """
    numbers = _numbers(config)
    groups = [node for node in walk(tree.root) if _is_experts(node)]
    if numbers is None or not groups or not all(_has_equal_parts(node, numbers[0]) for node in groups):
        return None
    experts, used = numbers
    routed = sum(node.parameter_count for node in groups)
    return Routing(experts, used, tree.parameter_count - routed + routed * used // experts)


def _numbers(config: dict[str, Any]) -> tuple[int, int] | None:
    """The number of experts, and of those that a token is sent to, where the config says each once."""
    # A setting may be in a group of its own, but not in the config of a part.
    groups = [value for value in config.values() if isinstance(value, dict) and not value.get("model_type")]
    found = [
        tuple({group[key] for group in (config, *groups) for key in keys if type(group.get(key)) is int})
        for keys in (EXPERTS, PER_TOKEN)
    ]
    if [len(numbers) for numbers in found] != [1, 1] or not 0 < found[1][0] <= found[0][0]:
        return None
    return found[0][0], found[1][0]


def _is_experts(node: ModuleNode) -> bool:
    """Whether the module holds all experts of a layer to choose from, and not those that are always used."""
    return node.name == "experts" and component_at(node, None) == "experts" and node.parameter_count > 0


def _has_equal_parts(node: ModuleNode, experts: int) -> bool:
    """Whether the module is a list of so many experts, or holds tensors that stack so many."""
    if any(child.name.isdecimal() for child in node.children):
        return len(node.children) == experts
    shapes = (tensor.shape for part in walk(node) for tensor in part.tensors if tensor.kind == "parameter")
    return all(shape and shape[0] % experts == 0 for shape in shapes)
