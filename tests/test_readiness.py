"""What is said of a checkpoint before it is run for a task."""

import pytest

from explorer import tasks
from explorer.auto_class import AutoClass
from explorer.checkpoint import LoadReport, Mismatch
from explorer.readiness import readiness

CLASSIFY = tasks.find("text-classification")
FEATURES = tasks.find("feature-extraction")
HEADED = AutoClass("AutoModelForSequenceClassification", "BertForSequenceClassification")
BARE = AutoClass("AutoModel", "BertModel")
HEAD = ("classifier", "bert.pooler")
POOLER = ("pooler.dense.weight", "pooler.dense.bias")
INTO = "Loading this checkpoint into AutoModelForSequenceClassification would initialise"


def test_a_trained_head_is_ready_with_all_its_tensors_counted():
    found = readiness(LoadReport(HEADED, 1199, tied=("cls.decoder.weight",)), CLASSIFY)
    assert found.kind == "ready"
    assert found.sentence == (
        "All 1,200 tensors of BertForSequenceClassification get their values from the checkpoint:"
        " the head is trained."
    )


def test_a_head_of_another_task_is_not_called_trained():
    found = readiness(LoadReport(HEADED, 1200), CLASSIFY, ("token-classification",))
    assert found.kind == "ready"
    assert found.sentence.endswith(
        ": the head's weights are there, but they were trained for token-classification."
    )
    assert readiness(LoadReport(HEADED, 9), CLASSIFY, (CLASSIFY.name,)).sentence.endswith("head is trained.")


def test_an_untrained_head_is_named_by_its_tensors():
    missing = ("classifier.weight", "classifier.bias")
    found = readiness(LoadReport(HEADED, 199, missing=missing, head=HEAD), CLASSIFY)
    assert found.kind == "untrained head"
    assert found.sentence == f"{INTO} classifier.weight and classifier.bias at random: the answer is noise."


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "classifier.0"),
        (4, "classifier.0, classifier.1, classifier.2 and classifier.3"),
        (5, "classifier.0, classifier.1, classifier.2, classifier.3 and classifier.4"),
        (6, "classifier.0, classifier.1, classifier.2, classifier.3 and 2 more tensors"),
    ],
)
def test_of_many_tensors_the_first_are_named(count, words):
    missing = tuple(f"classifier.{number}" for number in range(count))
    found = readiness(LoadReport(HEADED, 199, missing=missing, head=HEAD), CLASSIFY)
    assert found.sentence == f"{INTO} {words} at random: the answer is noise."


def test_a_backbone_that_is_not_all_there_is_the_wrong_checkpoint():
    missing = ("bert.encoder.layer.0.weight", "classifier.bias")
    found = readiness(LoadReport(HEADED, 198, missing=missing, head=HEAD), CLASSIFY)
    assert found.kind == "wrong checkpoint"
    assert found.sentence == (
        f"{INTO} 2 of the 200 tensors of BertForSequenceClassification at random, and not in the head only:"
        " the answer is noise."
    )


def test_a_checkpoint_of_another_model_has_nothing_for_the_class():
    found = readiness(LoadReport(HEADED, 0, missing=("a", "b", "c")), CLASSIFY)
    assert found.kind == "wrong checkpoint"
    assert found.sentence.startswith("Not one of the 3 tensors of BertForSequenceClassification is in this")


def test_a_tensor_of_another_size_cannot_be_loaded():
    other = Mismatch("classifier.weight", (3, 64), (2, 64))
    found = readiness(LoadReport(HEADED, 199, mismatched=(other,), head=HEAD), CLASSIFY)
    assert found.kind == "wrong checkpoint"
    assert found.sentence == (
        "This checkpoint cannot be loaded into AutoModelForSequenceClassification:"
        " classifier.weight is stored as 3 × 64, needed as 2 × 64."
    )


def test_tensors_that_cannot_be_converted_cannot_be_loaded():
    found = readiness(LoadReport(HEADED, 199, conversion_errors=("experts: one is missing",)), CLASSIFY)
    assert found.kind == "wrong checkpoint"
    assert "1 tensor cannot be converted" in found.sentence


def test_a_pooler_that_no_features_come_from_is_not_missed():
    report = LoadReport(BARE, 197, missing=POOLER, head=("pooler",))
    assert report.verdict == "untrained head"
    found = readiness(report, FEATURES)
    assert found.kind == "ready"
    assert found.sentence == (
        "All 197 tensors of BertModel that are read get their values from the checkpoint:"
        " the backbone is trained."
    )


def test_a_last_norm_of_a_backbone_is_missed():
    found = readiness(
        LoadReport(BARE, 197, missing=("norm.weight", *POOLER), head=("norm", "pooler")), FEATURES
    )
    assert found.kind == "untrained head"
    assert found.sentence == (
        "Loading this checkpoint into AutoModel would initialise norm.weight at random: the answer is noise."
    )


def test_a_pooler_within_a_head_is_missed():
    found = readiness(LoadReport(HEADED, 199, missing=("bert.pooler.dense.bias",), head=HEAD), CLASSIFY)
    assert found.kind == "untrained head"


def test_positions_that_the_class_computes_are_in_no_file_and_not_missed():
    found = readiness(LoadReport(BARE, 197, missing=("positions",), computed=("positions",)), FEATURES)
    assert found.kind == "ready"
    assert found.sentence.startswith("All 197 tensors of BertModel that are read get their values")
