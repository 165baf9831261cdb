"""The recipes: they train, what they save opens again, and held-out templates are held out."""

import pytest
from transformers import AutoConfig, AutoTokenizer

from explorer.demo.__main__ import main
from explorer.demo.training import (
    feature_extraction,
    fill_mask,
    recipe,
    text_classification,
    token_classification,
)
from explorer.demo.training.templates import Sentence, Span

ENCODERS = [text_classification, token_classification, fill_mask, feature_extraction]


@pytest.mark.parametrize("module", ENCODERS, ids=lambda module: module.TASK)
def test_a_few_steps_save_a_checkpoint_that_can_be_examined(module, tmp_path):
    module.train(tmp_path, steps=2)
    assert AutoConfig.from_pretrained(tmp_path).architectures
    assert len(AutoTokenizer.from_pretrained(tmp_path)) < 2_000
    assert (tmp_path / "model.safetensors").stat().st_size < recipe.LARGEST


def test_every_recipe_is_named_after_its_task():
    assert all(recipe.find(task).task == task for task in recipe.known())


def test_an_unknown_name_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["train", "sentiment"])
    assert "text-classification" in capsys.readouterr().err


def test_a_name_in_two_tokens_begins_once():
    sentence = Sentence("In New York", (Span("LOC", 3, 11), Span("city", 3, 11)))
    offsets = [(0, 0), (0, 2), (3, 6), (7, 11), (0, 0)]
    found = [
        token_classification.LABELS[i] if i >= 0 else ""
        for i in token_classification._labels(sentence, offsets)
    ]
    assert found == ["", "O", "B-LOC", "I-LOC", ""]


def held_out_and_training():
    """The templates of each recipe, by the recipe: those trained on, and those examined on."""
    for kind in ("plain", "negated", "contrast"):
        data = text_classification.DATA
        yield data["training"][kind], data["held_out"][kind]
    data = token_classification.DATA
    yield data["training"]["templates"], data["held_out"]["templates"]
    yield from ((relation.training, relation.held_out) for relation in fill_mask.RELATIONS)
    yield from ((meaning["training"], meaning["held_out"]) for meaning in feature_extraction.MEANINGS)


def test_no_held_out_template_is_trained_on():
    for training, held_out in held_out_and_training():
        assert held_out
        assert not set(training) & set(held_out)


def test_every_word_that_makes_a_sentence_true_is_right():
    countries = next(relation for relation in fill_mask.RELATIONS if relation.name == "countries")
    sentence = Sentence("german is spoken in austria", (Span("language", 0, 6), Span("country", 20, 27)))
    assert countries.answers(sentence, 1) == {"germany", "austria"}
    assert fill_mask.masked(sentence, [1]) == "german is spoken in [MASK]"
