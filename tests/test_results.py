"""Results as tables: a row for each thing found, and many runs below each other."""

import math
from array import array

import pytest

from explorer.results import batch_table, rank_of, result_table, tokens_table
from explorer.table import csv_text, records
from explorer.tasks.feature_extraction import (
    FeatureExtractionInput,
    FeatureExtractionResult,
    Matrix,
    TextFeatures,
)
from explorer.tasks.fill_mask import Filling, FillMaskInput, FillMaskResult
from explorer.tasks.lines import Line
from explorer.tasks.question_answering import Answer, QuestionAnsweringInput, QuestionAnsweringResult
from explorer.tasks.seq2seq import Seq2SeqInput, SummarizationResult, TranslationResult
from explorer.tasks.text_classification import (
    LabelScore,
    TextClassificationInput,
    TextClassificationResult,
)
from explorer.tasks.text_generation import (
    GenerationStep,
    Message,
    TextGenerationInput,
    TextGenerationResult,
    Token,
)
from explorer.tasks.token_classification import Entity, TokenClassificationInput, TokenClassificationResult

BERLIN = TokenClassificationInput("Anna lives in Berlin.")
ANNA = Entity("PER", 0.9, "Anna", 0, 4)
PLACE = Entity("LOC", 0.8, "Berlin", 14, 20)


def features(*rows: tuple[float, ...], tokens: tuple[str, ...]) -> TextFeatures:
    flat = array("f", [number for row in rows for number in row])
    return TextFeatures(tokens, Matrix(len(rows), len(rows[0]), flat.tobytes()))


def test_each_entity_is_a_row():
    table = result_table(TokenClassificationResult((ANNA, PLACE), 1), BERLIN)
    assert table.columns == ("label", "score", "word", "start", "end", "index")
    assert table.rows == (("PER", 0.9, "Anna", 0, 4, None), ("LOC", 0.8, "Berlin", 14, 20, None))


def test_a_batch_says_of_each_row_which_text_it_is_of():
    pairs = [
        (Line(1, BERLIN), TokenClassificationResult((ANNA, PLACE), 1)),
        (
            Line(3, TokenClassificationInput("Tom")),
            TokenClassificationResult((Entity("PER", 0.7, "Tom", 0, 3),), 1),
        ),
    ]
    assert [(row["line"], row["text"], row["word"]) for row in records(batch_table(pairs))] == [
        (1, "Anna lives in Berlin.", "Anna"),
        (1, "Anna lives in Berlin.", "Berlin"),
        (3, "Tom", "Tom"),
    ]


def test_a_text_of_a_batch_in_which_nothing_was_found_is_not_lost():
    pairs = [
        (Line(1, TokenClassificationInput("nobody")), TokenClassificationResult((), 1)),
        (Line(2, BERLIN), TokenClassificationResult((ANNA,), 1)),
    ]
    assert [(row["text"], row["label"]) for row in records(batch_table(pairs))] == [
        ("nobody", None),
        ("Anna lives in Berlin.", "PER"),
    ]


def test_a_batch_of_nothing_has_no_table():
    with pytest.raises(ValueError, match="no result"):
        batch_table([])


def test_a_batch_of_questions_keeps_their_contexts():
    inputs = QuestionAnsweringInput("Who?", "Anna did.")
    result = QuestionAnsweringResult((Answer(0.75, 0, 4, "Anna"),), (), 1)
    assert records(batch_table([(Line(1, inputs), result)])) == [
        {
            "line": 1,
            "question": "Who?",
            "context": "Anna did.",
            "rank": 1,
            "score": 0.75,
            "start": 0,
            "end": 4,
            "answer": "Anna",
        }
    ]


def test_several_texts_of_one_input_are_told_apart():
    result = TextClassificationResult(
        (
            (LabelScore("GOOD", 0.9), LabelScore("BAD", 0.1)),
            (LabelScore("BAD", 0.6), LabelScore("GOOD", 0.4)),
        ),
        "softmax",
    )
    table = result_table(result, TextClassificationInput(("yes", "no")))
    assert table.columns == ("text", "rank", "label", "score", "function")
    assert [row[:4] for row in table.rows] == [
        ("yes", 1, "GOOD", 0.9),
        ("yes", 2, "BAD", 0.1),
        ("no", 1, "BAD", 0.6),
        ("no", 2, "GOOD", 0.4),
    ]


def test_fillings_say_which_mask_they_fill():
    first, second = Filling(0.5, 7, "a", "a [MASK]"), Filling(0.4, 8, "b", "[MASK] b")
    table = result_table(FillMaskResult(((first,), (second,))), FillMaskInput("[MASK] [MASK]"))
    assert table.rows == ((1, 1, 0.5, 7, "a", "a [MASK]"), (2, 1, 0.4, 8, "b", "[MASK] b"))


@pytest.mark.parametrize(
    ("result", "column"),
    [
        (TranslationResult("Hallo.", 3, 2), "translation_text"),
        (SummarizationResult("Hallo.", 3, 2), "summary_text"),
    ],
)
def test_a_text_made_of_a_text_is_one_row(result, column):
    table = result_table(result, Seq2SeqInput("Hello."))
    assert records(table) == [{column: "Hallo.", "input_tokens": 3, "output_tokens": 2}]


def test_a_vector_for_each_token_has_its_token_and_all_its_numbers():
    result = FeatureExtractionResult((features((1.5, -2.0), (0.25, 4.0), tokens=("[CLS]", "hi")),), "none")
    table = result_table(result, FeatureExtractionInput(("hi",)))
    assert table.columns == ("text", "row", "0", "1")
    assert table.rows == (("hi", "[CLS]", 1.5, -2.0), ("hi", "hi", 0.25, 4.0))


def test_a_pooled_vector_is_named_after_the_pooling():
    texts = (features((1.0, 2.0), tokens=("a", "b")), features((3.0, 4.0), tokens=("c",)))
    table = result_table(FeatureExtractionResult(texts, "mean"), FeatureExtractionInput(("a b", "c")))
    assert table.rows == (("a b", "mean", 1.0, 2.0), ("c", "mean", 3.0, 4.0))


def step(index: int, token: Token, *alternatives: Token) -> GenerationStep:
    return GenerationStep(index, token, alternatives, token.text)


LIKELY, RARE = Token(4, " a", 0.9, 1.0, False), Token(9, " zebra", 0.01, 1.0, False)


def test_a_generated_text_is_one_row_and_its_tokens_are_another_table():
    steps = (step(0, LIKELY, LIKELY, RARE), step(1, RARE, LIKELY))
    result = TextGenerationResult("Once", 1, " a zebra", steps, "length", 3)
    assert result_table(result, TextGenerationInput("Once")).rows == ((" a zebra", 1, 2, "length", 3),)
    assert tokens_table(result).rows == (
        (1, 4, " a", 0.9, 1.0, 1, False),
        (2, 9, " zebra", 0.01, 1.0, None, False),
    )


def test_a_rank_is_the_place_among_the_most_probable():
    assert rank_of(step(0, RARE, LIKELY, RARE)) == 2


def test_a_conversation_is_told_with_its_roles():
    inputs = TextGenerationInput(messages=(Message("system", "Be kind."), Message("user", "Hi")))
    table = batch_table([(Line(1, inputs), TextGenerationResult("", 4, "Hello", (), "eos_token", 0))])
    assert table.rows[0][1] == "system: Be kind.\nuser: Hi"


def test_what_a_spreadsheet_would_run_is_only_text_in_a_file():
    result = TranslationResult('=HYPERLINK("x")', 1, 1)
    assert "'=HYPERLINK" in csv_text(batch_table([(Line(1, Seq2SeqInput("@cmd")), result)]))


def test_numbers_of_a_file_keep_every_digit():
    third = array("f", [1 / 3])[0]
    result = FeatureExtractionResult((features((1 / 3,), tokens=("a",)),), "cls")
    last = csv_text(result_table(result, FeatureExtractionInput(("a",)))).splitlines()[-1]
    assert math.isclose(float(last.rsplit(",", 1)[1]), third, rel_tol=0)
