"""Text becomes the input of any task, and an input gives its text back."""

import pytest

from explorer import tasks
from explorer.errors import InputError
from explorer.tasks.fill_mask import FillMaskInput
from explorer.tasks.plain_inputs import input_of, texts_of
from explorer.tasks.question_answering import QuestionAnsweringInput
from explorer.tasks.text_classification import TextClassificationInput
from explorer.tasks.text_generation import Message, TextGenerationInput


@pytest.mark.parametrize("task", tasks.TASKS, ids=lambda task: task.name)
def test_every_task_takes_text_and_gives_it_back(task):
    made = input_of(task, "Where is it?", "It is here.")
    assert type(made) is type(task.example)
    assert texts_of(made) == ("Where is it?",)


def test_a_question_needs_its_context():
    answers = tasks.find("question-answering")
    assert input_of(answers, "Where?", "Here.") == QuestionAnsweringInput("Where?", "Here.")
    with pytest.raises(InputError, match="There is no context"):
        input_of(answers, "Where?")


def test_every_input_has_a_text():
    assert texts_of(FillMaskInput("a [MASK]")) == ("a [MASK]",)
    assert texts_of(TextClassificationInput(("one", "two"))) == ("one", "two")
    assert texts_of(QuestionAnsweringInput("Who?", "Ada.")) == ("Who?",)
    assert texts_of(TextGenerationInput(messages=(Message("user", "Hi"),))) == ("user: Hi",)
