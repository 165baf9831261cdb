"""The demo of translation: what its checkpoint says in German, and that its grammar is right."""

from functools import cache
from itertools import islice
from random import Random

import pytest

from explorer import demo
from explorer.demo.training import translation as recipe
from explorer.demo.training.grammar import ACCUSATIVE, DATIVE, NOMINATIVE, Grammar
from explorer.demo.training.translation import DATA, new_pattern, new_triple, pairs


@cache
def translate():
    return recipe.writer(demo.find(recipe.TASK).folder)


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("Hello, how are you?", "Hallo, wie geht es dir?"),
        ("I see the dog.", "Ich sehe den Hund."),
        ("The old cat sleeps in the garden.", "Die alte Katze schläft im Garten."),
        ("Today the man buys a book.", "Heute kauft der Mann ein Buch."),
        ("Anna did not find the letter.", "Anna hat den Brief nicht gefunden."),
        ("Can you hear the horse?", "Kannst du das Pferd hören?"),
    ],
)
def test_it_translates(english, german):
    assert translate()([english]) == [german]


def test_the_same_translation_comes_alone_and_in_a_batch():
    texts = [pair.english for pair in islice(pairs(Random(3)), 30)]
    assert translate()(texts) == [translate()([text])[0] for text in texts]


@pytest.mark.parametrize(
    ("word", "case", "german"),
    [
        ("dog", NOMINATIVE, {"der Hund", "ein Hund", "mein Hund", "dein Hund"}),
        ("dog", ACCUSATIVE, {"den Hund", "einen Hund", "meinen Hund", "deinen Hund"}),
        ("cat", DATIVE, {"der Katze", "einer Katze", "meiner Katze", "deiner Katze"}),
        ("house", DATIVE, {"dem Haus", "einem Haus", "meinem Haus", "deinem Haus"}),
    ],
)
def test_articles_follow_gender_and_case(word, case, german):
    grammar = Grammar({**DATA, "adjectives": "big groß"}, Random(1))
    drawn = {grammar.noun_phrase(word, case).german for _ in range(200)}
    assert {phrase for phrase in drawn if "groß" not in phrase} == german


def test_an_adjective_ends_as_the_article_before_it_wants():
    grammar = Grammar({**DATA, "adjectives": "big groß"}, Random(1))
    drawn = {grammar.noun_phrase("dog", NOMINATIVE).german for _ in range(200)}
    assert {"der große Hund", "ein großer Hund", "mein großer Hund"} < drawn
    assert "kein großer Hund" in {
        grammar.noun_phrase("dog", NOMINATIVE, denied=True).german for _ in range(50)
    }


def test_the_training_has_neither_held_out_templates_nor_held_out_triples():
    some = list(islice(pairs(Random(4)), 2_000))
    assert not any(new_pattern(pair) or new_triple(pair) for pair in some)
    grammar = Grammar(DATA, Random(4))
    drawn = [grammar.draw() for _ in range(2_000)]
    assert 0.03 < sum(map(new_pattern, drawn)) / 2_000 < 0.3
    assert 0.03 < sum(map(new_triple, drawn)) / 2_000 < 0.3


def test_every_sentence_ends_with_its_sign_and_begins_with_a_capital_letter():
    for pair in islice(pairs(Random(5)), 500):
        for text in (pair.english, pair.german):
            assert text[0].isupper()
            assert text[-1] in ".?"
            assert "  " not in text
