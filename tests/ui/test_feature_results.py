"""Features as a visitor sees them, and the files of them: every number as the model gave it."""

import io
import math
from array import array
from itertools import pairwise

import numpy as np
import pytest

from explorer.table import csv_text
from explorer.tasks.feature_extraction import (
    FeatureExtractionInput,
    FeatureExtractionResult,
    Matrix,
    TextFeatures,
)
from tests.ui.app import settled, text_of
from tests.ui.drawn_results import cells, drawn, elements, of_class, words
from ui.results.similarity import similarity_table
from ui.results.vectors import all_rows, cosines, npy, project

RANDOM = np.random.default_rng(7)


def features(rows: np.ndarray, tokens: tuple[str, ...]) -> TextFeatures:
    flat = array("f", [float(number) for row in rows for number in row])
    return TextFeatures(tokens, Matrix(len(rows), len(rows[0]), flat.tobytes()))


def of_tokens(*counts: int, width: int = 8) -> FeatureExtractionResult:
    return FeatureExtractionResult(
        tuple(
            features(RANDOM.normal(size=(count, width)), tuple(f"t{number}" for number in range(count)))
            for count in counts
        ),
        "none",
    )


def pooled(rows: np.ndarray, tokens: int = 5) -> FeatureExtractionResult:
    names = tuple(f"t{number}" for number in range(tokens))
    return FeatureExtractionResult(tuple(features([row], names) for row in rows), "mean")


def texts(count: int) -> FeatureExtractionInput:
    return FeatureExtractionInput(tuple(f"text {number}" for number in range(1, count + 1)))


def sides(app) -> list[str]:
    return [words(side) for side in of_class(elements(app), "x-shape-side")]


def test_the_shape_of_token_vectors_is_told_in_words():
    assert sides(drawn(of_tokens(7, width=768), texts(1))) == [
        "1 textbatch",
        "7 tokenstokens",
        "768 numberswidth",
    ]


def test_texts_of_different_lengths_say_from_how_many_tokens_to_how_many():
    assert sides(drawn(of_tokens(3, 9, 5), texts(3)))[1] == "3 to 9 tokenstokens"


def test_pooled_vectors_have_no_side_of_tokens():
    app = drawn(pooled(RANDOM.normal(size=(4, 6))), texts(4))
    assert sides(app) == ["4 textsbatch", "6 numberswidth"]
    assert "The vector of a text is the mean of those of its tokens. The texts have 5 tokens." in words(
        elements(app)
    )


def test_the_first_numbers_and_the_length_of_each_vector_are_told():
    result = FeatureExtractionResult((features([[3.0, -4.0]], ("<s>",)),), "none")
    (table,) = of_class(elements(drawn(result, texts(1))), "x-vectors")
    assert cells(table) == [["0", "<s>", "3.0000", "−4.0000", "", "5.0000"]]


def test_another_text_can_be_chosen_to_look_at_its_tokens():
    app = drawn(of_tokens(2, 4), texts(2))
    assert len(cells(of_class(elements(app), "x-vectors")[0])) == 2
    settled(app.selectbox(key="result-text").set_value(1).run())
    assert len(cells(of_class(elements(app), "x-vectors")[0])) == 4


def test_a_long_text_is_shown_in_part_and_said_to_be():
    shown = words(elements(drawn(of_tokens(500, width=2_000), texts(1))))
    assert "Shown are 40 of 500 vectors and 1,024 of 2,000 numbers of each." in shown
    assert "The first 20 of 500 vectors are shown." in shown


def test_texts_that_are_not_pooled_are_compared_by_the_means_of_their_tokens():
    every = (
        features(np.array([[2, 0], [0, 2]]), ("a", "b")),
        features(np.array([[3, 0]]), ("c",)),
        features(np.array([[-1, 0], [-3, 0], [-5, 0]]), ("d", "e", "f")),
    )
    shown = elements(drawn(FeatureExtractionResult(every, "none"), texts(3)))
    assert cells(of_class(shown, "x-cosines")[0]) == [
        ["1 text 1", "1.00", "0.71", "−0.71"],
        ["2 text 2", "0.71", "1.00", "−1.00"],
        ["3 text 3", "−0.71", "−1.00", "1.00"],
    ]
    assert "the vector of a text is the mean of those of its tokens" in words(shown)


def test_a_file_for_numpy_holds_every_number_of_every_text():
    result = of_tokens(3, 5)
    loaded = np.load(io.BytesIO(npy(all_rows(result))), allow_pickle=False)
    assert loaded.dtype == np.float32
    assert loaded.tolist() == [row for text in result.texts for row in text.features.values]


def test_cosines_are_those_of_the_formula():
    rows = RANDOM.normal(size=(5, 12)).astype(np.float32)
    found = cosines(rows)
    for one in range(5):
        for other in range(5):
            product = sum(a * b for a, b in zip(rows[one].tolist(), rows[other].tolist(), strict=True))
            lengths = math.hypot(*rows[one].tolist()) * math.hypot(*rows[other].tolist())
            assert found[one, other] == pytest.approx(product / lengths, abs=1e-9)


def test_a_vector_of_zeros_is_like_no_other():
    assert cosines(np.array([[0, 0], [1, 0]], np.float32)).tolist() == [[0, 0], [0, 1]]


def test_the_similarities_are_a_table_of_every_text_with_every_other():
    shown = elements(drawn(pooled(np.array([[1, 0], [1, 1], [-1, 0]])), texts(3)))
    assert cells(of_class(shown, "x-cosines")[0]) == [
        ["1 text 1", "1.00", "0.71", "−1.00"],
        ["2 text 2", "0.71", "1.00", "−0.71"],
        ["3 text 3", "−1.00", "−0.71", "1.00"],
    ]


def test_opposite_texts_are_marked_by_more_than_their_colour():
    shown = elements(drawn(pooled(np.array([[1, 0], [-1, 0]])), texts(2)))
    assert [words(cell) for cell in of_class(shown, "x-opposite")] == ["−1.00", "−1.00"]


def test_all_similarities_are_in_the_file_though_few_are_on_the_page():
    rows = RANDOM.normal(size=(30, 4)).astype(np.float32)
    shown = elements(drawn(pooled(rows), texts(30)))
    assert len(cells(of_class(shown, "x-cosines")[0])) == 14
    assert "The first 14 of 30 texts are shown." in words(shown)
    lines = csv_text(similarity_table(cosines(rows), texts(30).texts)).splitlines()
    assert [len(line.split(",")) for line in lines] == [31] * 31


def test_a_projection_shows_as_much_as_the_two_largest_principal_components():
    rows = RANDOM.normal(size=(20, 6)) @ np.diag([5, 3, 1, 1, 1, 1])
    largest = np.linalg.eigvalsh(np.cov(rows.astype(np.float32).T.astype(np.float64)))[::-1]
    projection = project(rows.astype(np.float32))
    assert projection is not None
    assert projection.shares == pytest.approx(largest[:2] / largest.sum())


def test_vectors_that_lie_in_a_plane_keep_their_distances():
    plane = RANDOM.normal(size=(6, 2))
    rows = plane @ np.linalg.qr(RANDOM.normal(size=(9, 9)))[0][:2]
    projection = project(rows.astype(np.float32))
    assert projection is not None
    for (one, other), (there, then) in zip(pairwise(projection.places), pairwise(plane), strict=True):
        assert math.dist(one, other) == pytest.approx(math.dist(there, then), abs=1e-5)


def test_a_projection_does_not_depend_on_the_sign_that_an_axis_happens_to_have():
    rows = RANDOM.normal(size=(7, 5)).astype(np.float32)
    projection = project(rows)
    assert projection is not None
    assert all(max(axis, key=abs) > 0 for axis in zip(*projection.places, strict=True))


def test_texts_with_the_same_vector_are_not_spread_out():
    app = drawn(pooled(np.ones((3, 4))), texts(3))
    assert "All texts have the same vector." in text_of(app)


def test_two_texts_are_compared_but_not_projected():
    app = drawn(pooled(RANDOM.normal(size=(2, 4))), texts(2))
    assert "give three or more" in text_of(app)
    assert of_class(elements(app), "x-cosines")


def test_it_is_said_how_much_of_the_variance_is_seen():
    rows = np.array([[3, 0, 0], [-3, 0, 0], [0, 2, 0], [0, -2, 0], [0, 0, 1], [0, 0, -1]])
    assert f"show {100 * (9 + 4) / 14:.0f} % of how they differ" in text_of(drawn(pooled(rows), texts(6)))


def test_hostile_texts_and_tokens_are_only_text():
    hostile = "<script>%{x}$"
    result = FeatureExtractionResult((features([[1.0, 2.0]] * 2, (hostile, "b")),), "none")
    shown = elements(drawn(result, FeatureExtractionInput((hostile,))))
    assert cells(of_class(shown, "x-vectors")[0])[0][1] == hostile
