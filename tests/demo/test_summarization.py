"""The demo of summarization: what its checkpoint makes of reports, and that the reports are right."""

from functools import cache
from itertools import islice
from random import Random

import pytest

from explorer import demo
from explorer.demo.training import summarization as recipe
from explorer.demo.training.reports import Reports, drawn
from explorer.demo.training.summarization import DATA


@cache
def summarize():
    return recipe.writer(demo.find(recipe.TASK).folder)


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        (
            "Anna went to Rome by train. She stayed there for 5 days. She liked the food most.",
            "Anna spent 5 days in Rome and liked the food.",
        ),
        (
            "The lamp of Peter was broken. He chose the green one. It cost 12 euros.",
            "Peter bought a green lamp for 12 euros.",
        ),
        (
            "The school will have a concert on Friday. It begins at 7 o'clock. Everyone gets cake.",
            "The school has a concert with cake on Friday at 7.",
        ),
    ],
)
def test_it_sums_up(text, summary):
    assert summarize()([text]) == [summary]


def test_the_same_sum_comes_alone_and_in_a_batch():
    texts = [text for text, _ in recipe.examples(held_out=False)[:30]]
    assert summarize()(texts) == [summarize()([text])[0] for text in texts]


def test_the_example_is_answered():
    assert demo.find(recipe.TASK).example.text == DATA["tutorial"]["text"]
    assert summarize()([DATA["tutorial"]["text"]]) == [DATA["tutorial"]["summary"]]


def test_no_held_out_template_is_trained_on():
    for family in DATA["family"]:
        assert len(family["parts"]) == 3
        for part in family["parts"]:
            assert part["held_out"]
            assert not set(part["training"]) & set(part["held_out"])


def test_every_word_that_a_sum_needs_is_in_each_of_its_reports():
    """A sum that could only be guessed would teach nothing."""
    for held_out in (False, True):
        for family in DATA["family"]:
            key = "held_out" if held_out else "training"
            needed = recipe.slots_of([family["summary"]])
            for part in family["parts"]:
                own = [recipe.slots_of([line]) for line in part[key]]
                always = set.intersection(*own)
                needed -= always
            assert needed == set(), family["summary"]


def test_a_report_of_the_exam_is_summed_up_in_one_sentence():
    for text, summary in islice(drawn(Reports(DATA, Random(3), held_out=True)), 200):
        assert text.count(". ") + text.count("? ") + text.count("! ") == 2
        assert summary.endswith(".")
        assert "{" not in text + summary
