"""What is refused before any model sees it."""

import pytest

from explorer import tasks
from explorer.auto_class import TASKS, AutoClass
from explorer.errors import InputError
from explorer.tasks.fitting import check_class
from explorer.tasks.text import LONGEST, MOST_TEXTS
from explorer.tasks.text_classification import TextClassificationInput
from explorer.tasks.text_generation import Message, TextGenerationInput


def inputs(task, text):
    kind = type(task.example)
    names = list(kind.__dataclass_fields__)
    if "texts" in names:
        return kind((text,))
    return kind("Who?", text) if "context" in names else kind(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "There is no"),
        (" \n\t", "There is no"),
        ("a" * 1_000_000, "has 1,000,000 characters"),
        ("half \ud83d", "half of a character at position 5"),
    ],
    ids=["empty", "blank", "a million", "half a letter"],
)
@pytest.mark.parametrize("task", tasks.TASKS, ids=lambda task: task.name)
def test_a_text_that_is_none_is_refused(task, text, said):
    with pytest.raises(InputError, match=said):
        inputs(task, text)


@pytest.mark.parametrize("text", ["a" * LONGEST, "🎉", "שלום", "<b>&'\"", "\x00"])
@pytest.mark.parametrize("task", tasks.TASKS, ids=lambda task: task.name)
def test_every_other_text_is_taken_as_it_is(task, text):
    made = inputs(task, text)
    held = [getattr(made, name) for name in made.__dataclass_fields__]
    assert text in held or (text,) in held


def test_a_batch_has_a_text_at_least_and_not_too_many():
    for texts in ((), ("a",) * (MOST_TEXTS + 1), ("a", " ")):
        with pytest.raises(InputError):
            TextClassificationInput(texts)


def test_a_text_to_go_on_from_is_no_conversation():
    with pytest.raises(InputError, match="Give one of them"):
        TextGenerationInput("Hi", (Message("user", "Hi"),))
    with pytest.raises(InputError, match="There is no message"):
        Message("user", "")


@pytest.mark.parametrize("task", tasks.TASKS, ids=lambda task: task.name)
def test_every_task_has_an_auto_class_and_is_found_by_name(task):
    assert tasks.find(task.name) is task
    if task.auto_class != "AutoModelForSeq2SeqLM":
        assert TASKS[task.auto_class] == task.name


def test_a_model_of_another_task_is_told_what_it_can_do():
    classes = (AutoClass("AutoModel", "T5Model"), AutoClass("AutoModelForSeq2SeqLM", "T5ForX"))
    check_class(tasks.find("summarization"), "t5", ("T5ForX",), classes)
    with pytest.raises(InputError) as caught:
        check_class(tasks.find("fill-mask"), "t5", ("T5ForX",), classes)
    assert caught.value.what == (
        "t5 has no AutoModelForMaskedLM, so it cannot do fill-mask."
        " It was saved for translation and summarization."
    )
    assert caught.value.advice == "It can do: translation, summarization, feature-extraction."
