"""Sums over a checkpoint, and the tensors that a reader looks for."""

from explorer.checkpoint import Checkpoint, Shard
from explorer.checkpoint_totals import folded_like, tensors_like, totals_of
from explorer.reconciliation import Difference, Reconciliation
from explorer.source import ModelSource
from explorer.tree import TensorSpec

CHECKPOINT = Checkpoint(
    ModelSource("hub", "owner/name", "v1"),
    "safetensors",
    (
        Shard(
            "a",
            99,
            (TensorSpec("h.0.Weight", (2, 3), "bfloat16"), TensorSpec("h.1.Weight", (2, 3), "bfloat16")),
        ),
        Shard("b", 99, (TensorSpec("mask", (10,), "bool"), TensorSpec("scalar", ()))),
    ),
)


def names(words: str) -> list[str]:
    return [tensor.name for _, tensor in tensors_like(CHECKPOINT, words)]


def test_files_and_dtypes_add_up_to_the_whole():
    totals = totals_of(CHECKPOINT)
    for parts in (totals.files, totals.dtypes):
        assert sum(part.tensors for part in parts) == totals.whole.tensors == 4
        assert sum(part.elements for part in parts) == totals.whole.elements == 23
        assert sum(part.nbytes for part in parts) == totals.whole.nbytes == 38
    assert [total.name for total in totals.dtypes] == ["bfloat16", "bool", "float32"]


def test_every_word_must_be_in_the_name_or_the_dtype_whatever_its_case():
    assert names("WEIGHT h.1") == ["h.1.Weight"]
    assert names("bfloat16") == ["h.0.Weight", "h.1.Weight"]
    assert names("weight mask") == []
    assert len(names("")) == len(names("  ")) == 4


def test_equal_layers_are_folded_among_those_that_are_found():
    assert [(group.name, group.count) for group in folded_like(CHECKPOINT, "weight")] == [("h.*.Weight", 2)]
    assert [(group.name, group.count) for group in folded_like(CHECKPOINT, "h.1")] == [("h.1.Weight", 1)]


def test_an_empty_checkpoint_adds_up_to_nothing():
    totals = totals_of(Checkpoint(CHECKPOINT.source, "safetensors", ()))
    assert (totals.whole.tensors, totals.files, totals.dtypes) == (0, (), ())


def test_a_figure_that_somebody_states_is_explained_by_one_difference_or_not_at_all():
    found = Reconciliation("Model", 100, 150, (Difference("scales", 20), Difference("buffers", 30)))
    assert "parameters of Model" in (found.explain(100) or "")
    assert (found.explain(130) or "").endswith("without the scales")
    assert found.explain(7) is None


def test_a_file_of_the_hub_has_an_address_at_its_revision():
    assert CHECKPOINT.source.file_url("a b.bin") == "https://huggingface.co/owner/name/blob/v1/a%20b.bin"
    assert ModelSource("folder", "/x").file_url("a") is None
