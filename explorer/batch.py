"""Many inputs of one task, and what came of each: a result, or the error of that one alone."""

from collections.abc import Iterable, Sequence
from typing import Any

from explorer.errors import ExplorerError
from explorer.results import batch_table
from explorer.table import Table
from explorer.tasks.feature_extraction import FeatureExtractionInput
from explorer.tasks.lines import Line
from explorer.tasks.question_answering import QuestionAnsweringInput
from explorer.tasks.task import TaskInput, TaskResult
from explorer.tasks.text_classification import TextClassificationInput
from explorer.tasks.text_generation import TextGenerationInput

Outcome = tuple[Line, TaskResult | ExplorerError]


def batch_tables(outcomes: Iterable[Outcome]) -> tuple[Table, ...]:
    """The results below each other, and the inputs that failed with the reason; no table is empty."""
    good: list[tuple[Line, TaskResult]] = []
    failed: list[tuple[int, str, str]] = []
    for line, found in outcomes:
        if isinstance(found, ExplorerError):
            failed.append((line.number, text_of(line.inputs), str(found)))
        else:
            good.append((line, found))
    tables = [batch_table(good)] if good else []
    if failed:
        tables.append(Table("Lines that failed", ("line", "text", "error"), tuple(failed)))
    return tuple(tables)


def batch_json(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Each line with its input and its result in the shape of the Inference API, or with its error."""
    return [
        {"line": line.number, "inputs": text_of(line.inputs)}
        | ({"error": str(found)} if isinstance(found, ExplorerError) else {"result": found.json})
        for line, found in outcomes
    ]


def text_of(inputs: TaskInput) -> str:
    """What was given, as one text; a question without its context."""
    if isinstance(inputs, QuestionAnsweringInput):
        return inputs.question
    if isinstance(inputs, TextGenerationInput) and inputs.messages:
        return "\n".join(f"{message.role}: {message.content}" for message in inputs.messages)
    if isinstance(inputs, TextClassificationInput | FeatureExtractionInput):
        return "\n".join(inputs.texts)
    return inputs.text
