"""The demo of text generation: the stories of its checkpoint, and the grammar that judges them."""

from functools import cache
from itertools import islice
from random import Random

import pytest

from explorer import demo
from explorer.demo.training import text_generation as recipe
from explorer.demo.training.stories import Stories, sentences, told
from explorer.demo.training.text_generation import DATA, PROMPT

KNOWN = Stories(DATA)


@cache
def teller():
    return recipe.Teller(demo.find(recipe.TASK).folder)


def test_once_upon_a_time_becomes_a_story_that_ends():
    (story,) = teller().go_on(PROMPT)
    assert story.startswith(PROMPT)
    assert story.endswith("</s>")
    assert KNOWN.accepts(story.removesuffix("</s>"))


def test_no_sentence_of_a_greedy_story_comes_twice():
    lines = sentences(teller().go_on(PROMPT)[0])
    assert len(lines) == len(set(lines))


def test_stories_told_by_chance_differ():
    assert len(set(teller().go_on(PROMPT, 20, sample=True))) > 15


def test_a_story_of_the_grammar_is_accepted():
    assert all(KNOWN.accepts(story) for story in islice(told(KNOWN, Random(1)), 100))


STORY = (
    "There once was a fox called Nina, and she was very brave. One day Nina lost her red ball. {} The end."
)
BEGIN = "opening lost search end"


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("She looked everywhere, even behind the hill.", True),
        ("Nina looked for it near the hill.", True),
        ("He looked everywhere, even behind the hill.", False),
        ("Anna looked for it near the hill.", False),
        ("The bear walked all day and came to the hill.", False),
        ("Nina was very happy.", False),
        ("She looked everywhere, even behind the hill", False),
    ],
)
def test_a_story_keeps_its_hero_and_its_plot(line, right):
    stories = Stories({**DATA, "plots": [BEGIN]})
    assert stories.accepts(STORY.format(line)) is right


def test_a_story_without_its_end_is_not_accepted():
    story = next(told(KNOWN, Random(1)))
    assert not KNOWN.accepts(" ".join(sentences(story)[:-1]))


def test_held_out_templates_and_plots_are_not_trained_on():
    for key in ("stages", "plots"):
        trained, held_out = DATA[key], DATA[f"held_out_{key}"]
        if key == "stages":
            trained, held_out = (sum(some.values(), []) for some in (trained, held_out))
        assert held_out
        assert not set(trained) & set(held_out)
    for kind in ({"held_out_stages": True}, {"held_out_plots": True}):
        assert not any(KNOWN.accepts(story) for story in islice(told(Stories(DATA, **kind), Random(1)), 50))
