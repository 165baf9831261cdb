"""Text classification: the same scores as transformers' pipeline, for one text and for many."""

import pytest
from transformers import pipeline

from explorer.tasks.text_classification import TextClassificationInput, TextClassificationParameters
from tests.running import models

TEXTS = (
    "I love using transformers!",
    "It was terrible, wasn't it?",
    "مرحبا بالعالم 🎉 שלום",
    "Paris",
    "I love using transformers!",
)
MULTIPLE = {"problem_type": "multi_label_classification", "num_labels": 3}


def rows(result):
    return [[(one["label"], pytest.approx(one["score"], abs=1e-5)) for one in labels] for labels in result]


@pytest.mark.parametrize(
    "settings",
    [{}, {"num_labels": 4}, {"num_labels": 1}, {"num_labels": 1, "problem_type": "regression"}, MULTIPLE],
    ids=["two labels", "four labels", "one label", "regression", "multi-label"],
)
@pytest.mark.parametrize("function", [None, "softmax", "sigmoid", "none"])
def test_the_scores_are_those_of_the_pipeline(loaded, settings, function):
    folder, model = loaded("text-classification", models.bert, "BertForSequenceClassification", **settings)
    pipe = pipeline("text-classification", folder, device="cpu")
    chosen = {} if function is None else {"function_to_apply": function}
    theirs = pipe(list(TEXTS), top_k=None, **chosen)
    ours = model.run(TextClassificationInput(TEXTS), TextClassificationParameters(**chosen)).json
    assert rows(theirs) == [[(one["label"], one["score"]) for one in labels] for labels in ours]


def test_a_model_without_a_padding_token_takes_several_texts(loaded):
    folder, model = loaded("text-classification", models.gpt2, "GPT2ForSequenceClassification")
    pipe = pipeline("text-classification", folder, device="cpu")
    theirs = [pipe(text, top_k=None) for text in TEXTS]
    ours = model.run(TextClassificationInput(TEXTS), TextClassificationParameters()).json
    assert rows(theirs) == [[(one["label"], one["score"]) for one in labels] for labels in ours]


def test_the_best_labels_come_first_and_only_as_many_as_asked_for(loaded):
    _, model = loaded("text-classification", models.bert, "BertForSequenceClassification", num_labels=4)
    every = model.run(TextClassificationInput(TEXTS), TextClassificationParameters()).texts
    best = model.run(TextClassificationInput(TEXTS), TextClassificationParameters(top_k=2)).texts
    assert best == tuple(labels[:2] for labels in every)
    assert all(labels[0].score >= labels[1].score for labels in best)


def test_the_other_texts_change_nothing_of_an_answer(loaded):
    _, model = loaded("text-classification", models.bert, "BertForSequenceClassification")
    together = model.run(TextClassificationInput(TEXTS), TextClassificationParameters()).texts
    alone = [
        model.run(TextClassificationInput((text,)), TextClassificationParameters()).texts[0] for text in TEXTS
    ]
    for one, other in zip(together, alone, strict=True):
        assert [(label.label, pytest.approx(label.score, abs=1e-4)) for label in one] == [
            (label.label, label.score) for label in other
        ]
