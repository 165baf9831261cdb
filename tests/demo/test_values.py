"""The demo checkpoints as values: which there are, and what is said of one that is not there."""

import pytest

from explorer import demo, tasks
from explorer.errors import ModelNotFoundError


def test_they_are_named_after_their_tasks():
    assert [entry.task for entry in demo.entries()] == [
        task for task in demo.TASKS if (demo.CHECKPOINTS / task).is_dir()
    ]
    assert all(entry.folder.name == entry.task for entry in demo.entries())


def test_there_is_one_for_every_task():
    assert tuple(entry.task for entry in demo.entries()) == tasks.NAMES


def test_examples_are_what_the_tasks_take():
    assert all(type(entry.example) is type(tasks.find(entry.task).example) for entry in demo.entries())


def test_one_that_is_not_there_says_which_there_are():
    with pytest.raises(ModelNotFoundError) as caught:
        demo.find("sentiment")
    assert "sentiment" in caught.value.what
    assert "demo:text-classification" in caught.value.advice


def test_the_first_paragraph_of_a_card_is_found_below_metadata_and_heading():
    card = "---\nlicense: apache-2.0\n---\n\n# demo:some\n\nA tiny BERT that\ndoes one thing.\n\nMore.\n"
    assert demo.first_sentence(card) == "A tiny BERT that does one thing."
    assert demo.first_sentence("# Only a heading\n") == ""
