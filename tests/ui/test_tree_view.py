"""The aligned trees as lines of a table."""

from explorer.auto_class import AutoClass
from explorer.diff import diff_trees
from explorer.tree import ModuleNode, ModuleTree, TensorSpec
from ui.tree_view import MOST_ROWS, rows_of


def linear(path, rows=2, columns=3):
    return ModuleNode(path, "Linear", (TensorSpec("weight", (rows, columns)),))


def tree(model_class, backbone, *children):
    return ModuleTree(
        AutoClass("AutoModel", model_class), backbone, ModuleNode("", model_class, (), children)
    )


def layers(prefix, number, rows=2):
    paths = [f"{prefix}layer.{index}" for index in range(number)]
    return ModuleNode(f"{prefix}layer", "ModuleList", (), tuple(linear(path, rows) for path in paths))


def lines(left, right):
    rows = rows_of(diff_trees(left, right))
    return [(row.node.kind, row.depth, row.node.module.name, row.node.module.count) for row in rows]


def test_equal_numbered_layers_are_one_line():
    one = tree("Base", "", layers("", 12))
    assert lines(one, one) == [("same", 0, "", 1), ("same", 1, "layer", 1), ("same", 2, "0", 12)]


def test_layers_that_differ_are_lines_of_their_own():
    mixed = ModuleNode(
        "layer", "ModuleList", (), (linear("layer.0"), linear("layer.1"), linear("layer.2", 5))
    )
    one = tree("Base", "", mixed)
    assert [line[2:] for line in lines(one, one)][2:] == [("0", 2), ("2", 1)]


def test_a_head_is_added_and_a_pooler_is_dropped():
    base = tree("Base", "", layers("", 2), linear("pooler"))
    inside = ModuleNode("base", "Base", (), (layers("base.", 2),))
    task = tree("Task", "base", inside, linear("classifier"))
    assert lines(base, task) == [
        ("added", 0, "", 1),
        ("same", 1, "base", 1),
        ("same", 2, "layer", 1),
        ("same", 3, "0", 2),
        ("removed", 2, "pooler", 1),
        ("added", 1, "classifier", 1),
    ]


def test_the_model_around_the_backbone_is_told_apart_from_the_head():
    base = tree("Base", "", layers("", 2))
    task = tree("Task", "base", ModuleNode("base", "Base", (), (layers("base.", 2),)), linear("classifier"))
    rows = rows_of(diff_trees(base, task))
    assert [row.node.module.path for row in rows if row.is_around] == [""]


def test_a_tree_without_end_is_cut():
    many = tuple(linear(f"part{index}") for index in range(5_000))
    one = tree("Base", "", *many)
    assert len(rows_of(diff_trees(one, one))) == MOST_ROWS + 1


def test_the_lines_add_up_to_the_model():
    one = tree("Base", "", layers("", 12))
    modules = [row.node.module for row in rows_of(diff_trees(one, one))]
    leaves = [module for module in modules if not module.children]
    assert sum(module.parameter_count for module in leaves) == one.parameter_count
