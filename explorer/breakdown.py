"""Where the parameters of a model are: how many are for what, in all and in every layer."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from explorer.components import TITLES, Component, component_at, components_of
from explorer.tree import ModuleNode, ModuleTree, full_name, walk

# A component and its parameters, in the order of ``TITLES``; those without any are left out.
Parts = tuple[tuple[Component, int], ...]


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of a repeated stack; ``stack`` is the path of the list that holds it."""

    stack: str
    number: int
    parts: Parts

    @property
    def parameter_count(self) -> int:
        """Parameters of the layer, tied ones counted where they come first."""
        return sum(size for _, size in self.parts)


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A tree's parameters by component and by layer; each is in one component, and in one layer at most.

    ``head`` names the parameters of the head; None where there is no AutoModel to compare with.
    """

    tree: ModuleTree
    head: frozenset[str] | None
    parts: Parts
    layers: tuple[Layer, ...]

    @property
    def parameter_count(self) -> int:
        """Parameters of the model, tied ones counted once."""
        return self.tree.parameter_count

    @property
    def outside(self) -> Parts:
        """What lies in no layer."""
        sizes = Counter(dict(self.parts))
        for layer in self.layers:
            sizes.subtract(dict(layer.parts))
        return _parts(sizes)


def breakdown_of(tree: ModuleTree, head: frozenset[str] | None) -> Breakdown:
    """Where the parameters of the tree are, given which of them are the head's."""
    components = components_of(tree, head or frozenset())
    layers = (
        Layer(stack, int(node.name), _parts(_sizes(node, components)))
        for stack, node in _layers(tree.root, None)
    )
    return Breakdown(tree, head, _parts(_sizes(tree.root, components)), tuple(layers))


def runs_of(layers: Iterable[Layer]) -> tuple[tuple[Layer, ...], ...]:
    """The layers, those that follow each other in a stack and have equal parts together."""
    return tuple(tuple(run) for _, run in groupby(layers, lambda layer: (layer.stack, layer.parts)))


def _parts(sizes: Mapping[Component, int]) -> Parts:
    return tuple((component, size) for component in TITLES if (size := sizes.get(component, 0)))


def _sizes(module: ModuleNode, components: Mapping[str, Component]) -> Counter[Component]:
    sizes = Counter[Component]()
    for node in walk(module):
        for tensor in node.tensors:
            if tensor.kind == "parameter" and not tensor.tied_to:
                sizes[components[full_name(node, tensor)]] += tensor.size
    return sizes


def _layers(node: ModuleNode, above: Component | None) -> Iterator[tuple[str, ModuleNode]]:
    """Every layer at or below the node, with the path of its stack.

    The layers are what is repeated outermost; but where a stage holds little more than layers of its
    own, these are the layers.
    """
    component = component_at(node, above)
    if component:
        # What is of one component only, such as a list of experts, is a part of a layer.
        return
    layers = _repeated(node)
    for child in node.children:
        inner = tuple(_layers(child, component))
        if child in layers and 2 * sum(found.parameter_count for _, found in inner) <= child.parameter_count:
            yield node.path, child
        else:
            yield from inner


def _repeated(node: ModuleNode) -> tuple[ModuleNode, ...]:
    """The node's children if they are the layers of a stack: of several parts, and not of one component."""
    numbered = tuple(
        child
        for child in node.children
        if child.name.isdecimal() and child.children and not component_at(child, None)
    )
    times = Counter(child.class_name for child in numbered)
    # A model may have one layer only; a list for one module is for such layers.
    is_stack = len(numbered) > len(times) or (len(numbered) == 1 and node.class_name == "ModuleList")
    return numbered if is_stack else ()
