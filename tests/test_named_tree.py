"""The tree of an architecture that nobody knows, from its tensors' names."""

from explorer.checkpoint import Checkpoint, Shard
from explorer.folding import fold
from explorer.named_tree import tree_from_names
from explorer.source import ModelSource
from explorer.tree import TensorSpec, find


def checkpoint(**shapes: tuple[int, ...]) -> Checkpoint:
    tensors = tuple(TensorSpec(name.replace("__", "."), shape) for name, shape in shapes.items())
    return Checkpoint(
        ModelSource("hub", "owner/name"), "safetensors", (Shard("model.safetensors", 0, tensors),)
    )


def test_dotted_names_become_modules_with_exact_sums():
    tree = tree_from_names(checkpoint(wte__weight=(10, 4), h__0__attn__weight=(4, 4), scale=(1,)))
    assert tree.parameter_count == 40 + 16 + 1
    assert find(tree.root, "h.0.attn").tensors[0].name == "weight"


def test_numbered_modules_are_ordered_by_number_and_fold():
    shapes = {f"h__{number}__weight": (4,) for number in (0, 10, 2, 1, 9, 8, 3, 4, 5, 6, 7)}
    tree = tree_from_names(checkpoint(**shapes))
    layers = find(tree.root, "h")
    assert [layer.name for layer in layers.children] == [str(number) for number in range(11)]
    assert fold(tree).root.children[0].children[0].count == 11


def test_what_is_not_known_is_said_to_be_unknown():
    tree = tree_from_names(checkpoint(weight=(2, 2)))
    assert (tree.auto_class.name, tree.root.class_name) == ("unknown", "unknown")
