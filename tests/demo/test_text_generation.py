"""The demo of text generation: the stories of its checkpoint, and the grammar that judges them."""

from functools import cache
from itertools import islice
from random import Random

import pytest

from explorer import demo
from explorer.demo.training import text_generation as recipe
from explorer.demo.training.stories import Stories, sentences, told
from explorer.demo.training.teller import PROMPT, Teller
from explorer.demo.training.tellings import Telling, tellings
from explorer.demo.training.text_generation import DATA

KNOWN = Stories(DATA)


@cache
def teller():
    return Teller(demo.find(recipe.TASK).folder)


def test_once_upon_a_time_becomes_a_story_that_ends():
    (story,) = teller().go_on([PROMPT])
    assert story.startswith(PROMPT)
    assert story.endswith("</s>")
    assert KNOWN.accepts(story.removesuffix("</s>").rstrip())


def test_its_greedy_story_ends_within_the_usual_number_of_tokens():
    (story,) = teller().go_on([PROMPT])
    assert len(teller().tokenizer(story)["input_ids"]) <= 50


def test_no_sentence_of_a_greedy_story_comes_twice():
    lines = sentences(teller().go_on([PROMPT])[0])
    assert len(lines) == len(set(lines))


def test_stories_told_by_chance_differ_and_the_same_seed_tells_the_same():
    stories = teller().go_on([PROMPT] * 20, sample=True)
    assert len(set(stories)) > 15
    assert teller().go_on([PROMPT] * 20, sample=True) == stories


def test_a_story_of_the_grammar_is_accepted():
    assert all(KNOWN.accepts(story.text) for story in islice(told(KNOWN, Random(1)), 100))


STORY = "There once was a fox called Nina. One day she lost her red ball. {} And she slept well that night."
# A line in place of the third sentence, and whether the story is then right.
LINES = [
    ("There she found the red ball.", True),
    ("At last Nina found the red ball.", True),
    ("There he found the red ball.", False),
    ("At last Anna found the red ball.", False),
    ("There she found the blue ball.", False),
    ("There she found the red key.", False),
    ("In the end the bear found the red ball.", False),
    ("Nina was very happy.", False),
    ("There she found the red ball", False),
]


@pytest.mark.parametrize(("line", "right"), LINES)
def test_a_story_keeps_its_hero_its_thing_and_its_plot(line, right):
    stories = Stories({**DATA, "plots": ["opening lost found end"]})
    assert stories.accepts(STORY.format(line)) is right


@pytest.mark.parametrize(("line", "right"), LINES)
def test_what_follows_a_beginning_of_another_kind_keeps_to_it(line, right):
    prompt = "Have you heard of Nina, the fox? Where was her red ball?"
    stories = Stories({**DATA, "plots": ["opening lost found end"]})
    assert stories.goes_on(prompt, f"{prompt} {line} And she slept well that night.") is right


def test_a_beginning_alone_is_no_story_that_goes_on():
    prompt = "Have you heard of Nina, the fox?"
    assert not KNOWN.goes_on(prompt, prompt)


def test_a_story_without_its_end_is_not_accepted():
    story = next(told(KNOWN, Random(1)))
    assert not KNOWN.accepts(" ".join(story.lines[:-1]))


def test_held_out_templates_and_plots_are_not_trained_on():
    trained = {line for lines in DATA["stages"].values() for line in lines}
    held_out = {line for lines in DATA["held_out_stages"].values() for line in lines}
    assert held_out
    assert not trained & held_out
    assert not set(DATA["plots"]) & set(DATA["held_out_plots"])
    some = islice(told(Stories(DATA, held_out=True), Random(1)), 50)
    assert not any(KNOWN.accepts(story.text) for story in some)


def test_what_is_spoilt_is_not_taught():
    telling = Telling(("A fox.", "It odd ran.", "The end."), frozenset({1}))
    taught = "".join(
        letter if telling.teaches(place) else "-" for place, letter in enumerate(telling.text + "</s>")
    )
    assert taught == "A fox. ------------The end.</s>"


def test_a_telling_that_is_not_spoilt_is_a_story_or_the_rest_of_one():
    some = islice(tellings(KNOWN, ["bla"], Random(2)), 300)
    whole = [telling.text for telling in some if not telling.spoilt]
    assert len(whole) > 100
    assert sum(map(KNOWN.accepts, whole)) > 0.8 * len(whole)
