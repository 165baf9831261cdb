"""Small trees made by hand and by hypothesis."""

from hypothesis import strategies

from explorer.auto_class import AutoClass
from explorer.tree import ModuleNode, ModuleTree, TensorSpec

NAMES = ("embeddings", "encoder", "attention", "dense", "norm", "head")
CLASSES = ("Linear", "LayerNorm", "Block")


def node(path, *parts, class_name="Module"):
    """A module of tensors and of other modules, whose paths are put below its own."""
    tensors = tuple(part for part in parts if isinstance(part, TensorSpec))
    children = tuple(below(path, part) for part in parts if isinstance(part, ModuleNode))
    return ModuleNode(path, class_name, tensors, children)


def below(path, module):
    """The module and all that is in it, with their paths put below this one."""
    moved = ".".join(part for part in (path, module.path) if part)
    children = tuple(below(path, child) for child in module.children)
    return ModuleNode(moved, module.class_name, module.tensors, children)


def tensor(name, *shape, **more):
    return TensorSpec(name, shape, **more)


def tree(root, backbone="", auto_class="AutoModel"):
    return ModuleTree(AutoClass(auto_class, root.class_name), backbone, root)


shapes = strategies.lists(strategies.integers(1, 4), max_size=2).map(tuple)


@strategies.composite
def modules(draw, depth=2):
    """Any module: some tensors, children with names, and a run of equal numbered ones."""
    labels = draw(strategies.sampled_from(((), ("weight",), ("weight", "bias"))))
    kind = draw(strategies.sampled_from(("parameter", "buffer")))
    parts = [tensor(label, *draw(shapes), kind=kind) for label in labels]
    if depth:
        names = draw(strategies.sampled_from(((), NAMES[:1], NAMES[1:3], NAMES[:3], NAMES[3:])))
        layer, times = draw(modules(depth=depth - 1)), draw(strategies.integers(0, 3))
        parts += [below(name, draw(modules(depth=depth - 1))) for name in names]
        parts += [below(str(number), layer) for number in range(times)]
    return node("", *parts, class_name=draw(strategies.sampled_from(CLASSES)))


@strategies.composite
def models(draw):
    """Any module that is a whole model: of a class that none of its parts has."""
    found = draw(modules())
    return ModuleNode("", "Model", found.tensors, found.children)
