"""Inputs of any task that are made of text alone, and their text."""

from explorer.tasks.question_answering import QuestionAnsweringInput
from explorer.tasks.task import Task, TaskInput
from explorer.tasks.text_generation import TextGenerationInput


def input_of(task: Task, text: str, context: str = "") -> TaskInput:
    """The task's input for one text; for a question with its context. InputError where it cannot be one."""
    kind = type(task.example)
    if kind is QuestionAnsweringInput:
        return QuestionAnsweringInput(text, context)
    several = "texts" in kind.__dataclass_fields__
    return kind((text,) if several else text)  # type: ignore[arg-type, call-arg]


def texts_of(inputs: TaskInput) -> tuple[str, ...]:
    """The texts that an input holds, mostly one: of messages all in one, of a question no context."""
    if isinstance(inputs, QuestionAnsweringInput):
        return (inputs.question,)
    if isinstance(inputs, TextGenerationInput) and inputs.messages:
        return ("\n".join(f"{message.role}: {message.content}" for message in inputs.messages),)
    several: tuple[str, ...] = getattr(inputs, "texts", ())
    return several or (str(getattr(inputs, "text", "")),)
