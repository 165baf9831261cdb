"""What the recipes share: templates, tokenizers, the training loop, figures and cards."""

from random import Random

import pytest
import torch

from explorer.demo.training import made_up
from explorer.demo.training.card import Card, card_text
from explorer.demo.training.figures import Figure, score
from explorer.demo.training.loop import fit, seeded
from explorer.demo.training.templates import fill, sample, split, words_of
from explorer.demo.training.tokenizer import CHARACTERS, build_tokenizer


def test_every_span_lies_where_its_words_are():
    slots = {"who": ["{first} Smith"], "first": ["Anna"], "where": ["Rome"]}
    sentence = fill("{who} lives in {where}.", slots, Random(0))
    assert sentence.text == "Anna Smith lives in Rome."
    found = [(span.slot, sentence.text[span.start : span.end]) for span in sentence.spans]
    assert found == [("who", "Anna Smith"), ("first", "Anna"), ("where", "Rome")]
    assert sentence.word("where") == "Rome"


def test_a_slot_that_comes_twice_gets_two_words():
    texts = {fill("{a} and {a}", {"a": ["x", "y"]}, Random(seed)).text for seed in range(20)}
    assert texts == {"x and y", "y and x"}


def test_a_sample_takes_templates_in_turn_and_repeats_with_its_seed():
    templates, slots = ("one {a}", "two {a}"), {"a": ["x", "y", "z"]}
    first = [sentence.text for sentence in sample(templates, slots, 6, Random(1))]
    assert first == [sentence.text for sentence in sample(templates, slots, 6, Random(1))]
    assert [text.split()[0] for text in first] == ["one", "two"] * 3


def test_a_split_has_every_template_once():
    templates = [f"template {number}" for number in range(10)]
    training, held_out = split(templates, 0.2, Random(0))
    assert sorted((*training, *held_out)) == sorted(templates)
    assert len(held_out) == 2


def test_words_are_told_from_signs_and_slots():
    assert words_of(["the {thing} wasn't bad, was it?"]) == (
        "the",
        "wasn",
        "'",
        "t",
        "bad",
        ",",
        "was",
        "it",
        "?",
    )


def test_a_tokenizer_of_words_marks_what_it_does_not_know():
    tokenizer = build_tokenizer(["the", "movie", "was", "good"])
    tokens = tokenizer.convert_ids_to_tokens(tokenizer("The MOVIE was odd")["input_ids"])
    assert tokens == ["[CLS]", "the", "movie", "was", "[UNK]", "[SEP]"]


def test_a_tokenizer_with_characters_spells_what_it_does_not_know():
    tokenizer = build_tokenizer(["the", "Rome"], characters=CHARACTERS, lower=False)
    encoded = tokenizer("Romes Zoë", return_offsets_mapping=True)
    tokens = tokenizer.convert_ids_to_tokens(encoded["input_ids"])
    assert tokens == ["[CLS]", "Rome", "##s", "Z", "##o", "##e", "[SEP]"]
    assert encoded["offset_mapping"][1:-1] == [(0, 4), (4, 5), (6, 7), (7, 8), (8, 9)]
    assert tokenizer.decode(encoded["input_ids"], skip_special_tokens=True) == "Romes Zoe"


def test_a_tokenizer_of_pairs_tells_the_texts_apart():
    tokenizer = build_tokenizer(["who", "she"])
    assert tokenizer("who", "she")["token_type_ids"] == [0, 0, 0, 1, 1]
    assert "token_type_ids" not in build_tokenizer(["who"], pair=None)("who")


def test_training_learns_and_the_same_seed_learns_the_same():
    def trained():
        seeded(3)
        model = torch.nn.Linear(2, 1)
        inputs = torch.randn(64, 2)
        wanted = inputs.sum(-1, keepdim=True)
        last = fit(
            model,
            lambda: inputs,
            steps=60,
            rate=0.1,
            loss_of=lambda model, batch: torch.nn.functional.mse_loss(model(batch), wanted),
        )
        return last, model.weight.tolist()

    threads = torch.get_num_threads()
    first = trained()
    assert first[0] < 0.05
    assert trained() == first
    torch.set_num_threads(threads)


def test_a_figure_keeps_a_few_mistakes_and_knows_its_gate():
    figure = score("Doubling", [(number, 2 * number) for number in range(10)], lambda n: min(2 * n, 10), 0.5)
    assert (figure.right, figure.total, figure.share) == (6, 10, 0.6)
    assert figure.passes
    assert figure.mistakes[0] == "6 gives 10, not 12"
    assert not Figure("Doubling", 6, 10, 0.7).passes


def test_a_card_has_the_figures_and_the_mistakes():
    card = Card("A tiny thing.", "Ten numbers.", ("It knows no letters.",), 'use("PATH")')
    text = card_text("fill-mask", card, [Figure("Exam", 6, 10, 0.5, ("6 gives 10",))], 1234, 5000)
    assert "| Exam | 6 of 10 | 60.0% | at least 50% |" in text
    assert "* It knows no letters.\n* A mistake in exam: 6 gives 10." in text
    assert 'use("explorer/demo/checkpoints/fill-mask")' in text
    assert "1,234 parameters, in 5 kB" in text


@pytest.mark.parametrize("seed", range(5))
def test_made_up_words_are_letters(seed):
    random = Random(seed)
    assert made_up.word(random).islower()
    assert made_up.name(random).istitle()
    assert 2 <= len(made_up.initials(random)) <= 5
