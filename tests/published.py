"""Why a published total is not the number of parameters: what else the files hold."""

from collections import Counter
from itertools import combinations
from math import prod

from explorer.tree import ModuleTree, walk

# With more kinds at once, almost any difference could be put together by chance.
MOST_KINDS = 2


def stored_beyond_parameters(tree: ModuleTree) -> tuple[tuple[str, int], ...]:
    """Elements that files may hold besides the parameters: copies of tied weights, and buffers by name."""
    copies: list[tuple[str, int]] = []
    buffers: Counter[str] = Counter()
    for node in walk(tree.root):
        for tensor in node.tensors:
            if tensor.tied_to:
                copies.append((f"copy of {tensor.tied_to}", node.count * prod(tensor.shape)))
            elif tensor.kind == "buffer":
                buffers[f"buffers {tensor.name}"] += node.count * prod(tensor.shape)
    return (*copies, *buffers.items())


def explain(tree: ModuleTree, published_total: int) -> tuple[str, ...] | None:
    """What the published total counts besides the parameters: nothing, or the fewest kinds that fit.

    None if nothing explains it: then the config, the class or the total is wrong.
    """
    difference = published_total - tree.parameter_count
    extras = stored_beyond_parameters(tree)
    for number in range(MOST_KINDS + 1):
        for chosen in combinations(extras, number):
            if sum(elements for _, elements in chosen) == difference:
                return tuple(name for name, _ in chosen)
    return None
