from hypothesis import given, settings

from explorer.tree import find, fold, fold_node, full_name, walk
from tests.trees import below, modules, node, tensor, tree


def test_a_tied_weight_is_counted_once():
    embedding = node("embed", tensor("weight", 10, 4))
    lm_head = node("lm_head", tensor("weight", 10, 4, tied_to="embed.weight"))
    assert node("", embedding, lm_head).parameter_count == 40


def test_buffers_are_counted_apart_from_parameters():
    module = node("", tensor("weight", 3), tensor("mask", 5, kind="buffer"))
    assert (module.parameter_count, module.buffer_count) == (3, 5)


def test_bytes_follow_the_dtype():
    assert tensor("weight", 8, dtype="bfloat16").nbytes == 16
    assert tensor("weight", 8, dtype="float32", tied_to="other").nbytes == 0


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


def test_a_module_is_found_by_its_path():
    root = node("", node("layers", node("1", node("norm")), node("10")))
    assert find(root, "layers.10").path == "layers.10"
    assert find(root, "layers.2") is None


def test_the_full_name_is_the_one_in_the_state_dict():
    root = node("", tensor("scale"), node("norm", tensor("weight", 2)))
    assert [full_name(found, spec) for found in walk(root) for spec in found.tensors] == [
        "scale",
        "norm.weight",
    ]


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
