"""The tasks that a model can be run for: plain values, apart from the code that runs them."""

from explorer.errors import InputError
from explorer.tasks.task import TASKS, Task

__all__ = ["NAMES", "TASKS", "Task", "find"]

NAMES = tuple(task.name for task in TASKS)


def find(name: str) -> Task:
    """The task of this name; InputError names those that there are."""
    found = next((task for task in TASKS if task.name == name), None)
    if found is None:
        raise InputError(f"There is no task {name[:80]!r}.", f"There are: {', '.join(NAMES)}.")
    return found
