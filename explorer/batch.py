"""Many inputs of one task, and what came of each: a result, or the error of that one alone."""

from collections.abc import Iterable, Sequence
from typing import Any

from explorer.errors import ExplorerError
from explorer.results import batch_table
from explorer.table import Table
from explorer.tasks.lines import Line
from explorer.tasks.plain_inputs import texts_of
from explorer.tasks.task import TaskResult

Outcome = tuple[Line, TaskResult | ExplorerError]


def batch_tables(outcomes: Iterable[Outcome]) -> tuple[Table, ...]:
    """The results below each other, and the inputs that failed with the reason; no table is empty."""
    good: list[tuple[Line, TaskResult]] = []
    failed: list[tuple[int, str, str]] = []
    for line, found in outcomes:
        if isinstance(found, ExplorerError):
            failed.append((line.number, "\n".join(texts_of(line.inputs)), str(found)))
        else:
            good.append((line, found))
    tables = [batch_table(good)] if good else []
    if failed:
        tables.append(Table("Lines that failed", ("line", "text", "error"), tuple(failed)))
    return tuple(tables)


def batch_json(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Each line with its input and its result in the shape of the Inference API, or with its error."""
    return [
        {"line": line.number, "inputs": "\n".join(texts_of(line.inputs))}
        | ({"error": str(found)} if isinstance(found, ExplorerError) else {"result": found.json})
        for line, found in outcomes
    ]
