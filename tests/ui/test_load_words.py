"""Load reports in words."""

import pytest

from explorer.auto_class import AutoClass
from explorer.checkpoint import LoadReport, Mismatch
from ui.load_parts import parts_of
from ui.load_words import fewer_than_stored, hints_of, places, verdict_of, whole_layers

CLASS = AutoClass("AutoModelForMaskedLM", "BertForMaskedLM")


def told(report: LoadReport) -> str:
    return " ".join((*verdict_of(report), *hints_of(report)))


def test_a_ready_class_has_all_its_tensors_and_unused_ones_are_normal():
    report = LoadReport(CLASS, 197, tied=("a", "b"), unexpected=("pooler.weight",), unused_stored=1)
    assert verdict_of(report)[0] == (
        "All 199 tensors of BertForMaskedLM get their values."
        " 1 tensor of the files is not used: that is the normal case."
    )
    assert not hints_of(report)


def test_an_untrained_head_is_named_and_has_to_be_trained():
    report = LoadReport(CLASS, 8, missing=("cls.bias", "cls.weight"), head=("cls",))
    assert "8 of the 10 tensors" in told(report)
    assert "(cls)" in told(report)
    assert "Train the head" in told(report)


def test_a_checkpoint_of_another_model_is_said_to_be_one():
    assert "another model" in told(LoadReport(CLASS, 0, missing=("a.weight",)))


def test_a_file_with_an_encoder_only_says_that_all_of_the_decoder_is_missing():
    names = tuple(f"decoder.block.{number}.{part}" for number in range(6) for part in ("a", "b"))
    assert "All that is missing is in decoder.block" in told(LoadReport(CLASS, 50, missing=names))


def test_a_config_that_is_deeper_than_the_files_is_told_from_one_that_is_shallower():
    names = tuple(f"h.{number}.{part}" for number in (2, 3) for part in ("a", "b"))
    assert "asks for 2 more layers in h (2 to 3)" in told(LoadReport(CLASS, 9, missing=names))
    assert "more than the config asks for" in told(LoadReport(CLASS, 9, unexpected=names))
    assert "multi-token prediction" in told(LoadReport(CLASS, 9, ignored_unexpected=names))


def test_sizes_that_differ_are_shown_by_the_first_of_them():
    report = LoadReport(CLASS, 9, mismatched=(Mismatch("wte.weight", (31, 8), (30, 8)),))
    assert "31 × 8 is stored where 30 × 8 is needed" in told(report)


def test_what_cannot_be_converted_ends_the_load():
    assert "the load fails" in told(LoadReport(CLASS, 9, conversion_errors=("x: y",)))


@pytest.mark.parametrize(
    "names", [(), ("h.0.a", "h.0.b"), ("h.3.mask",), ("a.1.x", "b.1.x", "b.1.y"), ("x",)]
)
def test_what_is_no_whole_layer_is_not_called_one(names):
    assert whole_layers(names) is None


def test_places_are_few_whatever_the_names_are():
    assert places(["a.b.c", "a.b.d"]) == ("a.b",)
    assert places(["bias"]) == ("bias",)
    assert len(places([f"m{number}.weight" for number in range(50)])) == 4
    assert places([]) == ()


def test_places_are_the_lists_of_layers_and_none_lies_within_another():
    names = [f"decoder.block.{number}.layer.{part}.weight" for number in range(6) for part in (0, 1)]
    bias = "decoder.block.0.layer.0.relative_attention_bias.weight"
    assert places([*names, bias, "decoder.norm.weight"]) == ("decoder.block", "decoder.norm")
    assert places([f"model.layers.61.{part}.weight" for part in ("a.b", "c", "d.e", "f")]) == (
        "model.layers.61",
    )


def test_a_class_with_fewer_tensors_than_the_files_says_how_that_can_be():
    report = LoadReport(CLASS, 10, unexpected=("u",), unused_stored=1)
    assert "stacked" in (fewer_than_stored(report, 40) or "")
    assert fewer_than_stored(report, 11) is None


def test_what_is_not_used_is_counted_as_in_the_files_by_the_sentence_and_by_the_note():
    report = LoadReport(CLASS, 967, ignored_unexpected=tuple(map(str, range(22))), unused_stored=1_564)
    unused = "1,564 tensors of the files, which would make 22 of a model, are not used"
    assert unused in verdict_of(report)[0]
    note = fewer_than_stored(report, 91_991) or ""
    assert "Of the 91,991 tensors in the files, 90,427 make 967 tensors of the class" in note
    assert "1,564 are not used" in note


def test_every_fate_says_what_it_is_and_equal_layers_are_one_line():
    report = LoadReport(CLASS, 5, missing=("h.0.a", "h.1.a"), tied=("t",), unexpected=("u",))
    parts = {part.fate: part for part in parts_of(report)}
    assert list(parts) == ["loaded", "tied", "lost", "unused"]
    assert [(line.name, line.count) for line in parts["lost"].lines] == [("h.*.a", 2)]
    assert all(part.sign and part.meaning for part in parts.values())


def test_what_is_missing_is_normal_in_a_head_and_bad_in_a_backbone():
    head = LoadReport(CLASS, 5, missing=("cls.a",), head=("cls",))
    assert [part.fate for part in parts_of(head)] == ["loaded", "missing"]
