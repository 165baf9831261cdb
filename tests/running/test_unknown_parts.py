"""What a tokenizer does not know is said of every task, and nothing where it knows all."""

import pytest

from explorer import tasks
from explorer.tasks.feature_extraction import FeatureExtractionInput
from explorer.tasks.fill_mask import FillMaskInput
from explorer.tasks.question_answering import QuestionAnsweringInput
from explorer.tasks.seq2seq import Seq2SeqInput
from explorer.tasks.text_classification import TextClassificationInput
from explorer.tasks.text_generation import TextGenerationInput
from explorer.tasks.token_classification import TokenClassificationInput
from tests.running import models

TEXT = "Paris 🎉 lies שלום at 東 the Seine"
THREE = "3 parts of the text are unknown to the tokenizer: 🎉, שלום, 東"
ENCODERS = {
    "fill-mask": ("BertForMaskedLM", FillMaskInput(f"{TEXT} [MASK]")),
    "question-answering": ("BertForQuestionAnswering", QuestionAnsweringInput("Paris 🎉?", "שלום at 東")),
    "token-classification": ("BertForTokenClassification", TokenClassificationInput(TEXT)),
    "text-classification": ("BertForSequenceClassification", TextClassificationInput((TEXT,))),
    "feature-extraction": ("BertModel", FeatureExtractionInput(("Paris 🎉", "שלום at 東"))),
}


def notes(model, task, inputs):
    return model.run(inputs, tasks.find(task).settings()).notes


def unknown_in(model, task, inputs):
    return [note for note in notes(model, task, inputs) if "unknown" in note]


@pytest.mark.parametrize("task", ENCODERS)
def test_words_that_no_word_piece_has_are_named(loaded, task):
    class_name, inputs = ENCODERS[task]
    _, model = loaded(task, models.bert, class_name)
    assert unknown_in(model, task, inputs) == [THREE]


def test_bytes_are_never_unknown(loaded):
    _, model = loaded("text-generation", models.gpt2)
    assert not unknown_in(model, "text-generation", TextGenerationInput(TEXT))
    _, model = loaded("text-classification", models.gpt2, "GPT2ForSequenceClassification", pad_token_id=0)
    assert not unknown_in(model, "text-classification", TextClassificationInput((TEXT,)))


@pytest.mark.parametrize(("make", "task"), [(models.llama, "text-generation"), (models.t5, "translation")])
def test_pieces_of_sentences_are_named_without_their_spaces(loaded, make, task):
    _, model = loaded(task, make)
    inputs = TextGenerationInput(TEXT) if task == "text-generation" else Seq2SeqInput(TEXT)
    assert unknown_in(model, task, inputs) == [THREE]


@pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")
def test_a_tokenizer_that_is_not_a_fast_one_names_them_too(loaded):
    _, model = loaded("translation", models.marian)
    assert unknown_in(model, "translation", Seq2SeqInput("Paris 🎉 lies")) == [
        "1 part of the text is unknown to the tokenizer: 🎉"
    ]


def test_of_many_unknown_parts_each_is_counted_and_some_are_named(loaded):
    _, model = loaded("fill-mask", models.bert, "BertForMaskedLM")
    inputs = FillMaskInput("[MASK] א ב ג ד ה ו א " + "ש" * 30)
    assert unknown_in(model, "fill-mask", inputs) == [
        "8 parts of the text are unknown to the tokenizer: א, ב, ג, ד, ה, …"
    ]
    inputs = FillMaskInput("[MASK] " + "ש" * 30)
    assert unknown_in(model, "fill-mask", inputs) == [
        f"1 part of the text is unknown to the tokenizer: {'ש' * 19}…"
    ]


def test_the_unknown_token_itself_is_known(loaded):
    _, model = loaded("fill-mask", models.bert, "BertForMaskedLM")
    assert not unknown_in(model, "fill-mask", FillMaskInput("Paris [UNK] [MASK]"))
