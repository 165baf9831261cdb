import pytest

from explorer.stored_tensor import LONGEST_NAME, is_size, is_tensor_name


@pytest.mark.parametrize("name", ["weight", "model.layers.0.mlp.gate proj.weight", "x" * LONGEST_NAME])
def test_a_tensor_can_have_a_name_of_printable_ascii(name):
    assert is_tensor_name(name)


@pytest.mark.parametrize("name", ["", "a\nb", "wéight", "\ufffd", "x" * (LONGEST_NAME + 1)])
def test_no_tensor_has_a_name_that_is_empty_endless_or_unseen(name):
    assert not is_tensor_name(name)


@pytest.mark.parametrize("value", [0, 1, 2**63 - 1])
def test_a_size_is_a_whole_number_that_64_bits_hold(value):
    assert is_size(value)


@pytest.mark.parametrize("value", [-1, 2**63, True, 1.0, "1", None])
def test_what_only_looks_like_a_number_is_no_size(value):
    assert not is_size(value)
