import pytest
from hypothesis import given, settings

from explorer.diff import diff_trees
from explorer.folding import fold, fold_diff, fold_node, label_of
from explorer.tree import ModuleNode, walk
from tests.trees import below, modules, node, tensor, tree


def test_equal_numbered_siblings_fold_into_one_that_counts_them():
    layers = [node(str(number), tensor("weight", 2, 2), class_name="Layer") for number in range(12)]
    folded = fold_node(node("", *layers))
    assert [(child.path, child.count, child.parameter_count) for child in folded.children] == [("0", 12, 48)]


def test_siblings_that_differ_do_not_fold():
    layers = [node(str(number), tensor("weight", 2 + number // 2)) for number in range(4)]
    assert [child.count for child in fold_node(node("", *layers)).children] == [2, 2]


def test_equal_siblings_with_names_of_their_own_do_not_fold():
    parts = node("", node("query", tensor("weight", 2)), node("key", tensor("weight", 2)))
    assert [child.path for child in fold_node(parts).children] == ["query", "key"]


def test_equal_siblings_that_share_a_name_and_a_number_fold():
    experts = [node(f"expert_{number}", tensor("weight", 2)) for number in range(8)]
    assert [(child.path, child.count) for child in fold_node(node("", *experts)).children] == [
        ("expert_0", 8)
    ]


def test_a_pair_of_parts_with_numbers_in_their_names_does_not_fold():
    parts = node("", node("linear1", tensor("weight", 2)), node("linear2", tensor("weight", 2)))
    assert [child.path for child in fold_node(parts).children] == ["linear1", "linear2"]


def test_siblings_tied_to_the_same_tensor_fold():
    owner = node("shared", tensor("weight", 4))
    layers = [node(str(number), tensor("weight", 4, tied_to="shared.weight")) for number in range(3)]
    assert [child.count for child in fold_node(node("", owner, *layers)).children] == [1, 3]


def test_a_sibling_tied_to_the_one_before_it_does_not_fold():
    layers = [node("0", tensor("weight", 4)), node("1", tensor("weight", 4, tied_to="0.weight"))]
    assert len(fold_node(node("", *layers)).children) == 2


def test_siblings_between_which_a_number_is_left_out_do_not_fold():
    layers = [node(number, tensor("weight", 2)) for number in ("0", "1", "3")]
    assert [(child.path, child.count) for child in fold_node(node("", *layers)).children] == [
        ("0", 2),
        ("3", 1),
    ]


def test_siblings_of_two_names_that_take_turns_do_not_fold():
    parts = [
        node(f"{name}_{number}", tensor("weight", 2)) for number in range(3) for name in ("norm", "scale")
    ]
    assert [child.count for child in fold_node(node("", *parts)).children] == [1] * 6


@pytest.mark.parametrize(("first", "shown"), [("0", "0–7"), ("expert_0", "expert_0–7"), ("dense", "dense")])
def test_a_label_tells_the_first_and_the_last_of_a_run(first, shown):
    stem = first.removesuffix("0")
    run = (
        [node(f"{stem}{number}", tensor("weight", 2)) for number in range(8)]
        if stem != first
        else [node(first)]
    )
    assert [label_of(child) for child in fold_node(node("", *run)).children] == [shown]


def test_a_module_without_a_name_is_left_as_it_is():
    parts = node("", ModuleNode("", "Module"), ModuleNode("", "Module"))
    assert fold_node(parts) == parts


@settings(max_examples=50)
@given(modules())
def test_folding_keeps_the_counts(root):
    folded = fold(tree(root)).root
    assert (folded.parameter_count, folded.buffer_count) == (root.parameter_count, root.buffer_count)


@settings(max_examples=50)
@given(modules())
def test_folding_twice_is_folding_once(root):
    assert fold_node(fold_node(root)) == fold_node(root)


@settings(max_examples=50)
@given(modules())
def test_what_is_folded_away_is_in_the_counts(root):
    assert sum(_modules_in(fold_node(root))) == sum(1 for _ in walk(root))


@settings(max_examples=50)
@given(modules(depth=2))
def test_a_run_of_copies_folds_whatever_they_are(layer):
    run = node("", *(below(str(number), layer) for number in range(5)))
    assert [child.count for child in fold_node(run).children] == [5]


def _modules_in(module, copies=1):
    """How many modules of the whole tree each node of a folded one stands for."""
    yield copies * module.count
    for child in module.children:
        yield from _modules_in(child, copies * module.count)


def test_a_diff_folds_where_both_sides_do():
    layers = [node(str(number), tensor("weight", 2)) for number in range(4)]
    wider = [*layers[:3], node("3", tensor("weight", 5))]
    both = fold_diff(diff_trees(tree(node("", *layers)), tree(node("", *layers)))).root
    one = fold_diff(diff_trees(tree(node("", *layers)), tree(node("", *wider)))).root
    assert [(child.kind, child.module.count) for child in both.children] == [("same", 4)]
    assert [(child.kind, child.module.count) for child in one.children] == [("same", 3), ("resized", 1)]


def test_layers_that_one_side_lacks_fold_by_themselves():
    layers = [node(str(number), tensor("weight", 2)) for number in range(6)]
    found = fold_diff(diff_trees(tree(node("", *layers[:4])), tree(node("", *layers)))).root
    assert [(child.kind, child.module.count) for child in found.children] == [("same", 4), ("added", 2)]
