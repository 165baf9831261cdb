from explorer.tree import find, full_name, walk
from tests.trees import node, tensor


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
