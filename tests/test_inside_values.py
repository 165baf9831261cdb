"""Explanations as tables, as JSON, and as an outline; no model is needed for that."""

import json
from array import array
from dataclasses import replace

import pytest

from explorer.inside.explanation import (
    AttentionMaps,
    Explanation,
    Guess,
    HiddenStates,
    LensRow,
    PlaceGuesses,
    WalkStep,
)
from explorer.inside.tables import lens_table, places_table, walk_table
from explorer.inside.walk_outline import lines_of, tree_of
from explorer.inside_json import explanation_json
from explorer.table import csv_text, records

GUESSES = (Guess(7, " Paris", 0.5), Guess(8, "=HYPERLINK()", 0.25))


def step(path, depth, class_name="Layer", part="backbone", outputs=((1, 2, 4),), seconds=0.5):
    return WalkStep(path, class_name, part, depth, ((1, 2),), outputs, seconds)


def layer(number, outputs=((1, 2, 4),)):
    return step(f"body.{number}", 2, outputs=outputs), step(f"body.{number}.norm", 3, "Norm")


WALK = (
    step("", 0, "Model", None),
    step("body", 1, "Body"),
    *layer(0),
    *layer(1),
    *layer(2, outputs=((1, 2, 4), (1, 2))),
    step("head", 1, "Linear", "head"),
)


def explanation(walk=WALK):
    # Two layers of one head, two tokens.
    maps = array("f", [1.0, 0.0, 0.5, 0.5, 0.5, 0.5, 0.25, 0.75]).tobytes()
    tokens = ("a", "b")
    return Explanation(
        "fill-mask",
        "AutoModelForMaskedLM",
        "Model",
        "Body",
        tokens,
        (),
        walk,
        (AttentionMaps("self-attention", tokens, tokens, 2, 1, maps),),
        (
            HiddenStates(
                "hidden states",
                tokens,
                4,
                ((1.0, 2.0),),
                ((1.0, 1.0),),
                (((0.0, 1.0), (0.0, -1.0)),),
                bytes(32),
                ("embeddings",),
            ),
        ),
        (PlaceGuesses(0, "a", None, ()), PlaceGuesses(1, "b", 1.5, GUESSES)),
        (LensRow(0, GUESSES, 3, 0.125), LensRow(1, GUESSES, 1, 0.5)),
        1,
        ("Something is not known.",),
        ("Something is to be known.",),
    )


def test_a_map_is_found_by_its_layer_and_head():
    (maps,) = explanation().attentions
    assert maps.of(0, 0) == [[1.0, 0.0], [0.5, 0.5]]
    assert maps.of(1, 0) == [[0.5, 0.5], [0.25, 0.75]]


def test_the_walk_is_a_table_with_a_row_for_each_call():
    rows = records(walk_table(explanation()))
    assert len(rows) == len(WALK)
    assert rows[6] == {
        "step": 6,
        "depth": 2,
        "path": "body.2",
        "class_name": "Layer",
        "part": "backbone",
        "inputs": "[1, 2]",
        "outputs": "[1, 2, 4]; [1, 2]",
        "seconds": 0.5,
    }


def test_places_and_lens_are_tables_with_empty_cells_where_there_are_no_guesses():
    first, second = records(places_table(explanation()))
    assert (first["surprisal"], first["guess_1"]) == (None, None)
    assert (second["surprisal"], second["guess_1"], second["probability_2"]) == (1.5, " Paris", 0.25)
    assert second["guess_5"] is None
    rows = records(lens_table(explanation()))
    assert [(row["layer"], row["rank"], row["probability"]) for row in rows] == [
        ("embeddings", 3, 0.125),
        ("layer 0", 1, 0.5),
    ]


def test_a_guess_that_a_spreadsheet_would_run_is_text():
    assert "'=HYPERLINK()" in csv_text(lens_table(explanation()))


def test_json_has_the_figures_and_the_mean_of_all_maps_and_no_vectors():
    found = json.loads(json.dumps(explanation_json(explanation())))
    assert found["attentions"][0]["mean"] == [[0.75, 0.25], [0.375, 0.625]]
    assert "vectors" not in found["hidden_states"][0]
    assert found["hidden_states"][0]["lengths"] == [[1.0, 2.0]]
    assert found["hidden_states"][0]["layers"] == ["embeddings"]
    assert found["walk"][0] == {
        "path": "",
        "class_name": "Model",
        "part": None,
        "depth": 0,
        "inputs": [[1, 2]],
        "outputs": [[1, 2, 4]],
        "seconds": 0.5,
    }
    assert found["places"][1]["guesses"][0] == {"token": 7, "text": " Paris", "probability": 0.5}
    assert (found["lens_position"], found["unknown"]) == (1, ["Something is not known."])


def outline(walk):
    return lines_of(tree_of(walk))


def shown(lines):
    return [(line.label, line.count, shown(line.inside)) for line in lines]


def test_layers_in_a_row_that_are_alike_are_one_line_with_the_inside_of_the_first():
    (root,) = outline(WALK)
    body, head = root.inside
    alike, other = body.inside
    norm = [("norm", 1, [])]
    first, second = ("0", 1, norm), ("1", 1, [])
    assert shown([alike]) == [("0 … 1", 2, [first, second])]
    assert alike.inside[1].alike == "0"
    assert alike.seconds == pytest.approx(1.0)
    assert shown([other, head]) == [("2", 1, norm), ("head", 1, [])]


@pytest.mark.parametrize(
    "within",
    [(), (step("body.1.norm", 3, "OtherNorm"),), (step("body.1.bias", 3, "Norm"),)],
    ids=["nothing", "another class", "another name"],
)
def test_layers_that_differ_within_are_not_one_line(within):
    (root,) = outline((*WALK[:2], *layer(0), step("body.1", 2), *within))
    assert [line.count for line in root.inside[0].inside] == [1, 1]


def test_a_first_layer_with_a_module_more_stays_by_itself_and_the_others_are_one_line():
    bias = step("body.0.bias", 3, "Embedding")
    (root,) = outline((*WALK[:2], *layer(0), bias, *layer(1), *layer(2)))
    assert [(line.label, line.count) for line in root.inside[0].inside] == [("0", 1), ("1 … 2", 2)]


def test_what_a_layer_gets_besides_its_first_tensor_ends_no_row():
    more = replace(step("body.1", 2), inputs=((1, 2), (1, 1, 2, 2)))
    (root,) = outline((*WALK[:2], step("body.0", 2), more))
    assert [line.count for line in root.inside[0].inside] == [2]


def test_a_layer_that_is_called_again_is_one_line_and_siblings_of_other_names_are_not():
    walk = (step("", 0), step("shared", 1), step("shared", 1), step("other", 1))
    (root,) = outline(walk)
    assert [(line.label, line.count) for line in root.inside] == [("shared", 2), ("other", 1)]


def test_every_step_is_in_the_outline():
    def count(line):
        if line.count > 1:
            return line.count * count(line.inside[0])
        return 1 + sum(map(count, line.inside))

    assert sum(map(count, outline(WALK))) == len(WALK)
