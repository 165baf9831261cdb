"""What a task page gives to take along: the answer, the inside, and the Python that does the same."""

from collections.abc import Callable
from functools import partial

from explorer.inside.explanation import Explanation
from explorer.inside.tables import lens_table, places_table, walk_table
from explorer.inside_json import explanation_json
from explorer.opening import OpenedModel
from explorer.results import result_table, tokens_table
from explorer.run_snippets import run_code
from explorer.table import Table
from explorer.tasks import Task
from explorer.tasks.task import TaskResult
from explorer.tasks.text_generation import TextGenerationResult
from ui import exports
from ui.task_run import Asked


def draw_answer_exports(model: OpenedModel, task: Task, asked: Asked, result: TaskResult) -> None:
    """The answer as files, and the code that gives it."""
    tables = {"Answer": partial(result_table, result, asked.inputs)}
    if isinstance(result, TextGenerationResult):
        tables["Tokens"] = partial(tokens_table, result)
    code = run_code(model.source, task, asked.inputs, asked.parameters)
    exports.draw_exports(task.name, tables, lambda: result.json, code)


def draw_inside_exports(task: Task, explanation: Explanation) -> None:
    """The explanation as files: its figures, without the maps and vectors."""
    tables: dict[str, Callable[[], Table]] = {"Walk": partial(walk_table, explanation)}
    if explanation.places:
        tables["Tokens"] = partial(places_table, explanation)
    if explanation.lens:
        tables["Logit lens"] = partial(lens_table, explanation)
    exports.draw_exports(f"{task.name}-inside", tables, lambda: explanation_json(explanation))
