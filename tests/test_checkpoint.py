"""A checkpoint's sums, and the verdict of a load report."""

import pytest

from explorer.auto_class import AutoClass
from explorer.checkpoint import Checkpoint, LoadReport, Mismatch, Shard
from explorer.heads import HeadRow
from explorer.source import ModelSource
from explorer.tree import TensorSpec

TASK = AutoClass("AutoModelForSequenceClassification", "BertForSequenceClassification")
HEAD = ("classifier",)
WEIGHT = Mismatch("classifier.weight", (2, 8), (3, 8))


def test_the_elements_of_a_checkpoint_are_those_of_all_its_files():
    first = Shard("model-1.safetensors", 96, (TensorSpec("a", (4, 4)), TensorSpec("b", (8,), "bfloat16")))
    second = Shard("model-2.safetensors", 8, (TensorSpec("c", (2,)),))
    checkpoint = Checkpoint(ModelSource("hub", "owner/name"), "safetensors", (first, second))
    assert checkpoint.element_count == 26
    assert checkpoint.elements_by_dtype == {"float32": 18, "bfloat16": 8}
    assert [tensor.name for tensor in checkpoint.tensors] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("report", "verdict"),
    [
        (LoadReport(TASK, 5), "ready"),
        (LoadReport(TASK, 5, unexpected=("pooler.weight",)), "ready"),
        (LoadReport(TASK, 5, tied=("decoder.weight",)), "ready"),
        (LoadReport(TASK, 5, missing=("classifier.weight",), head=HEAD), "untrained head"),
        (LoadReport(TASK, 5, mismatched=(WEIGHT,), head=HEAD), "untrained head"),
        (LoadReport(TASK, 5, missing=("classifier_of_another.weight",), head=HEAD), "wrong checkpoint"),
        (LoadReport(TASK, 5, missing=("layer.weight",), head=HEAD), "wrong checkpoint"),
        (LoadReport(TASK, 0, missing=("classifier.weight",), head=HEAD), "wrong checkpoint"),
        (LoadReport(TASK, 5, missing=("positions",), computed=("positions",)), "ready"),
        (LoadReport(TASK, 5, missing=("layer", "positions"), computed=("positions",)), "wrong checkpoint"),
        (LoadReport(TASK, 5, conversion_errors=("experts: one is missing",)), "wrong checkpoint"),
    ],
)
def test_the_verdict_follows_from_what_would_be_random(report, verdict):
    assert report.verdict == verdict
    assert HeadRow(TASK, report=report).verdict == verdict


def test_without_a_checkpoint_the_verdict_is_unknown():
    assert HeadRow(TASK).verdict == "unknown"
