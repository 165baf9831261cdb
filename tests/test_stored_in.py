"""Names that are folded, and what is said of a tensor's origin."""

import pytest

from explorer.name_folding import common_name, fold_names
from explorer.stored_in import FATES, STEPS, Origin, count_fates, fold_stored
from explorer.tree import TensorSpec

WEIGHT = TensorSpec("h.0.weight", (2, 3))


def test_only_the_numbers_that_differ_become_stars():
    assert common_name(["h.3.experts.0.w", "h.3.experts.12.w"]) == "h.3.experts.*.w"
    assert common_name(["0.1", "1.1"]) == "*.1"


def test_digits_within_a_name_are_no_numbers():
    assert [name for name, _ in fold_names(["conv1", "conv2", "w.1a", "w.2a"])] == [
        "conv1",
        "conv2",
        "w.1a",
        "w.2a",
    ]


@pytest.mark.parametrize("names", [[""], ["", ""], ["."], ["1..2", "2..2"], ["*.0", "*.1"], ["²", "³"]])
def test_strange_names_are_folded_without_losing_any(names):
    assert sum(len(same) for _, same in fold_names(names)) == len(names)


def test_tensors_of_equal_layers_are_one_when_shape_and_dtype_are_equal_too():
    stored = [
        ("a", TensorSpec("h.0.weight", (2, 3))),
        ("b", TensorSpec("h.1.weight", (2, 3))),
        ("b", TensorSpec("h.2.weight", (9, 3))),
        ("b", TensorSpec("h.3.weight", (2, 3), "bfloat16")),
    ]
    found = [(group.name, group.count, group.shards) for group in fold_stored(stored)]
    assert found == [("h.*.weight", 2, ("a", "b")), ("h.2.weight", 1, ("b",)), ("h.3.weight", 1, ("b",))]


def test_a_sentence_says_what_is_done_to_a_tensor():
    assert Origin(WEIGHT, "loaded").sentence == "Taken as it is."
    assert Origin(WEIGHT, "loaded", steps=("stacked", "joined")).sentence == (
        f"Several tensors stacked into one; {STEPS['joined']}."
    )
    assert "wte.weight" in Origin(WEIGHT, "tied", tied_to="wte.weight").sentence
    assert Origin(WEIGHT, "failed", problem="Sizes differ.").sentence.endswith("Sizes differ.")
    assert all(Origin(WEIGHT, fate).sentence for fate in FATES)


def test_fates_are_counted_in_the_order_in_which_they_are_told():
    assert count_fates(["new", "loaded", "new"]) == (("loaded", 1), ("new", 2))
