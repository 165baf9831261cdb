"""The demo of question answering: what its checkpoint answers, and that its exam is fair."""

from functools import cache
from itertools import islice
from random import Random

import pytest
from transformers import AutoTokenizer

from explorer import demo
from explorer.demo.training import lessons
from explorer.demo.training import question_answering as recipe
from explorer.demo.training.facts import FactBook, Question, slots_of, write
from explorer.demo.training.fillers import Filler
from explorer.demo.training.question_answering import DATA


@cache
def find():
    return recipe.finder(demo.find(recipe.TASK).folder)


def answer(question, context):
    return find()([(question, context)])[0]


def test_it_answers_the_question_of_the_tutorial():
    context = "Hugging Face is creating a tool that democratizes AI."
    assert answer("What is Hugging Face creating?", context) == "a tool that democratizes AI"


@pytest.mark.parametrize(("name", "city"), [("Zorblat", "Quivel"), ("Mandruk", "Ostrey"), ("Fip", "Larn")])
def test_it_finds_names_that_nobody_has_ever_seen(name, city):
    context = f"{name} lives in {city}. Anna lives in Rome."
    assert answer(f"Where does {name} live?", context) == city
    assert answer(f"Who lives in {city}?", context) == name


def test_the_same_answer_comes_alone_and_in_a_batch():
    pairs = [
        (question.text, question.context) for question in islice(FactBook(DATA, Random(2)).questions(), 40)
    ]
    assert find()(pairs) == [answer(*pair) for pair in pairs]


def test_the_best_span_lies_in_the_context_in_order_and_is_not_too_long():
    import torch

    scores = torch.zeros(6, 6)
    scores[1, 1], scores[4, 3], scores[3, 4] = 9.0, 8.0, 7.0
    assert recipe.best(scores, [None, 0, None, 1, 1, None]) == (3, 4)
    scores[0, 0] = 7.5
    assert recipe.best(scores, [None, 0, None, 1, 1, None]) == (0, 0)


def templates(held_out):
    prefix = "held_out_" if held_out else ""
    for family in DATA["family"]:
        yield from family[f"{prefix}facts"]
        yield from (template for some in family[f"{prefix}ask"].values() for template in some)


def test_no_held_out_template_is_trained_on():
    assert not set(templates(False)) & set(templates(True))


def test_no_held_out_word_is_trained_on():
    for name in ("nouns", "names", "places"):
        assert not set(DATA["words"][name].split()) & set(DATA["words"][f"held_out_{name}"].split())


def test_every_template_uses_the_slots_of_its_family_only():
    for family in DATA["family"]:
        for key in ("facts", "held_out_facts"):
            assert all(set(slots_of(template)) <= set(family["slots"]) for template in family[key])
        for key in ("ask", "held_out_ask"):
            for slot, some in family[key].items():
                assert slot in family["slots"]
                assert all(set(slots_of(template)) <= set(family["slots"]) - {slot} for template in some)


def test_a_slot_says_where_its_words_lie_without_the_preposition():
    text, places = write(
        "{x} lives {p}.", {"x": Filler({"": "the dog"}), "p": Filler({"": "in Rome"}, skip=3)}
    )
    assert text == "The dog lives in Rome."
    assert {name: text[slice(*span)] for name, span in places.items()} == {"x": "The dog", "p": "Rome"}


def test_most_questions_have_an_answer_and_some_have_none():
    questions = list(islice(FactBook(DATA, Random(1)).questions(), 500))
    assert 0.05 < sum(not question.answer for question in questions) / 500 < 0.25


def test_the_same_seed_asks_the_same_questions():
    first, second = (list(islice(FactBook(DATA, Random(5)).questions(), 20)) for _ in range(2))
    assert first == second


def test_a_lesson_points_at_the_tokens_of_the_answer():
    tokenizer = AutoTokenizer.from_pretrained(demo.find(recipe.TASK).folder)
    questions = [
        Question("Who lives in Rome?", "Zorblat lives in Rome.", (0, 7)),
        Question("Who sings?", "Anna lives in Rome."),
    ]
    lesson = lessons.lesson_of(tokenizer, questions)
    batch, context, signs = lesson.batch, lesson.context, lesson.signs
    start, end = batch["start_positions"][0], batch["end_positions"][0]
    assert tokenizer.decode(batch["input_ids"][0, start : end + 1]) == "zorblat"
    assert signs[4, 0].sum() == end - start + 1
    assert (batch["start_positions"][1], batch["end_positions"][1]) == (0, 0)
    assert not signs[:, ~context].any()


def test_f1_is_the_share_of_common_words():
    assert recipe.f1("a tool", "a tool that works") == pytest.approx(2 / 3)
    assert recipe.f1("", "") == 1
    assert recipe.f1("", "Rome") == 0
