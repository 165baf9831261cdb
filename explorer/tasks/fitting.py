"""Whether a model has the auto class of a task, and which tasks it can do."""

from explorer.auto_class import BACKBONE, AutoClass, class_of_checkpoint
from explorer.errors import InputError
from explorer.tasks.task import TASKS, Task


def check_class(
    task: Task, model_type: str | None, architectures: tuple[str, ...], classes: tuple[AutoClass, ...]
) -> None:
    """Refuse a model without the task's auto class; InputError says what it can do instead."""
    names = {found.name for found in classes}
    if task.auto_class in names:
        return
    saved = saved_for(architectures, classes)
    able = [other.name for other in TASKS if other.auto_class in names]
    raise InputError(
        f"{model_type} has no {task.auto_class}, so it cannot do {task.name}."
        + (f" It was saved for {' and '.join(saved)}." if saved else ""),
        f"It can do: {', '.join(able)}." if able else "None of the tasks here suits it.",
    )


def saved_for(architectures: tuple[str, ...], classes: tuple[AutoClass, ...]) -> tuple[str, ...]:
    """The tasks of the class that the checkpoint was saved from; none where it was saved without a head."""
    own = class_of_checkpoint(architectures, classes)
    return tuple(task.name for task in TASKS if task.auto_class == own != BACKBONE)
