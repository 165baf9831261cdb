"""Every flat table has the rows of the JSON of the same value."""

from explorer import export
from explorer.auto_class import AutoClass
from explorer.checkpoint import Checkpoint, LoadReport, Mismatch, Shard
from explorer.config import fields_of
from explorer.diff import diff_trees
from explorer.head import head_of
from explorer.heads import HeadMatrix, HeadRow
from explorer.reconciliation import Difference, Reconciliation
from explorer.source import ModelSource
from explorer.table import records
from explorer.tables import (
    classes_table,
    diff_table,
    fields_table,
    files_table,
    heads_table,
    load_table,
    reconciliation_table,
    tensors_table,
    tree_table,
)
from explorer.tree import TensorSpec, walk
from tests.trees import node, tensor, tree

BACKBONE = tree(node("", node("embed", tensor("weight", 10, 4)), node("pool", tensor("weight", 4, 4))))
TASK = tree(
    node(
        "",
        node("model", node("embed", tensor("weight", 10, 4))),
        node("head", tensor("weight", 10, 4, tied_to="model.embed.weight"), tensor("bias", 10)),
        class_name="Task",
    ),
    backbone="model",
    auto_class="AutoModelForMaskedLM",
)
SOURCE = ModelSource("hub", "owner/name")
FILES = Checkpoint(
    SOURCE,
    "safetensors",
    (Shard("a.safetensors", 99, (TensorSpec("x", (2, 3), "bfloat16"), TensorSpec("y", ()))),),
)


def only(keys, items):
    return [{key: item[key] for key in keys} for item in items]


def test_every_key_of_a_config_is_a_row():
    fields = fields_of(
        {"hidden_size": 4, "id2label": {"0": "a"}, "x": [1, 2]}, {"hidden_size": 8, "act": "gelu"}
    )
    rows = {row["name"]: row for row in records(fields_table(fields))}
    assert [*rows] == [field.name for field in fields]
    assert (rows["hidden_size"]["value"], rows["hidden_size"]["default"]) == (4, 8)
    assert (rows["id2label"]["value"], rows["x"]["value"]) == ('{"0": "a"}', "[1, 2]")
    assert (rows["hidden_size"]["is_changed"], rows["act"]["is_changed"]) == (True, False)


def test_every_module_is_a_row_with_the_figures_of_the_tree():
    rows = records(tree_table(TASK))
    assert [(row["path"], row["class_name"], row["parameter_count"]) for row in rows] == [
        (module.path, module.class_name, module.parameter_count) for module in walk(TASK.root)
    ]
    head = rows[-1]
    assert head["tensors"] == "weight [10, 4] float32; bias [10] float32"
    assert head["tied_to"] == "model.embed.weight"
    assert (head["parameter_count"], head["share"]) == (10, 10 / 50)


def test_a_tree_without_parameters_has_no_shares_to_divide():
    assert records(tree_table(tree(node(""))))[0]["share"] == 0


def test_a_buffer_is_called_one():
    rows = records(tree_table(tree(node("", tensor("mask", 2, kind="buffer")))))
    assert rows[0]["tensors"] == "mask [2] float32 buffer"


def test_the_rows_of_a_diff_that_differ_are_those_of_its_json():
    diff = diff_trees(BACKBONE, TASK)
    rows = [row for row in records(diff_table(diff)) if row["kind"] != "same"]
    nodes = export.diff_json(diff)["nodes"]
    assert [row["kind"] for row in rows] == [found["kind"] for found in nodes]
    for side in ("left", "right"):
        for row, found in zip(rows, nodes, strict=True):
            told = found[side] or {}
            for key in ("path", "class_name", "parameter_count"):
                assert row[f"{side}_{key}"] == told.get(key)


def test_the_heads_are_those_of_their_json():
    head = HeadRow(TASK.auto_class, 50, head_of(diff_trees(BACKBONE, TASK)))
    broken = HeadRow(AutoClass("AutoModelForCTC", "TaskForCTC"), error="It lacks a key.")
    matrix = HeadMatrix(SOURCE, HeadRow(BACKBONE.auto_class, 56), (head, broken))
    document = export.heads_json(matrix)
    first, *rows = records(heads_table(matrix))
    keys = ("model_class", "parameter_count", "verdict", "error")
    assert only(keys, [first]) == only(keys, [document["backbone"]])
    for row, found in zip(rows, document["heads"], strict=True):
        for name in ("added", "removed"):
            found[name] = None if found[name] is None else "; ".join(found[name])
        assert row == found


def test_the_files_and_tensors_are_those_of_their_json():
    document = export.checkpoint_json(FILES, None, None)
    assert records(files_table(FILES)) == document["files"]
    rows = [row | {"shape": str(row["shape"])} for row in document["tensors"]]
    assert records(tensors_table(FILES)) == rows


def test_every_name_of_a_load_report_is_a_row():
    report = LoadReport(
        TASK.auto_class,
        loaded=3,
        missing=("a",),
        unexpected=("b",),
        mismatched=(Mismatch("c", (2,), (3,)),),
        tied=("d",),
        ignored_missing=("e",),
        ignored_unexpected=("f",),
        conversion_errors=("g: why",),
    )
    document, table = export.load_json(report), load_table(report)
    rows = records(table)
    for fate in ("missing", "unexpected", "tied", "ignored_missing", "ignored_unexpected"):
        assert [row["name"] for row in rows if row["fate"] == fate] == document[fate]
    assert {"name": "c", "fate": "mismatched", "stored": "[2]", "expected": "[3]"} in rows
    assert len(rows) == 7
    assert "3 tensors loaded" in table.title


def test_the_steps_from_the_config_to_the_files_add_up():
    found = Reconciliation("Task", 50, 62, (Difference("stored twice", 40), Difference("not stored", -28)))
    *steps, last = [row["elements"] for row in records(reconciliation_table(found))]
    assert sum(steps) == last


def test_every_auto_class_is_a_row():
    table = classes_table((BACKBONE.auto_class, TASK.auto_class))
    assert records(table)[1] == {
        "task": "fill-mask",
        "auto_class": "AutoModelForMaskedLM",
        "model_class": "Task",
    }
