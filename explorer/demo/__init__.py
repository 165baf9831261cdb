"""Tiny checkpoints that the project trained itself, one for each task, for use without the Hub."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from explorer import tasks
from explorer.errors import ModelNotFoundError
from explorer.tasks.seq2seq import Seq2SeqInput
from explorer.tasks.task import TaskInput

CHECKPOINTS = Path(__file__).parent / "checkpoints"
# In the order in which the tasks are taught.
TASKS = tasks.NAMES
# Where the task's own example is beyond a model that knows little.
_EXAMPLES: dict[str, TaskInput] = {
    "summarization": Seq2SeqInput(
        "The tower of Paris was finished in 1889. It rises 324 metres above the city. A lot of iron was"
        " needed for it."
    )
}


@dataclass(frozen=True, slots=True)
class DemoCheckpoint:
    """A committed checkpoint: the task that names it, its folder, and how its model card begins.

    ``example`` is an input that it answers rightly.
    """

    task: str
    folder: Path
    sentence: str
    example: TaskInput


@cache
def entries() -> tuple[DemoCheckpoint, ...]:
    """Every demo checkpoint that there is, in the order of the tasks."""
    folders = ((task, CHECKPOINTS / task) for task in TASKS)
    return tuple(
        DemoCheckpoint(
            task, folder, first_sentence((folder / "README.md").read_text("utf-8")), example_of(task)
        )
        for task, folder in folders
        if (folder / "model.safetensors").is_file()
    )


def find(task: str) -> DemoCheckpoint:
    """The demo checkpoint of the task; ModelNotFoundError names those that there are."""
    found = next((entry for entry in entries() if entry.task == task), None)
    if found is None:
        names = ", ".join(f"demo:{entry.task}" for entry in entries())
        raise ModelNotFoundError(f"There is no demo checkpoint {task!r}.", f"There are: {names}.")
    return found


def example_of(task: str) -> TaskInput:
    """An input that the demo checkpoint of the task answers rightly."""
    return _EXAMPLES.get(task, tasks.find(task).example)


def first_sentence(card: str) -> str:
    """The first paragraph of a model card, below its metadata and its heading."""
    body = card.split("\n---\n", 1)[-1]
    paragraphs = (part.strip() for part in body.split("\n\n"))
    return next((" ".join(part.split()) for part in paragraphs if part and not part.startswith("#")), "")
