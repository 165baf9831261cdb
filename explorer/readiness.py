"""Whether a checkpoint is ready for a task, in one sentence, before anything of it is run."""

from collections.abc import Sequence
from dataclasses import dataclass

from explorer.auto_class import BACKBONE
from explorer.checkpoint import LoadReport, Verdict
from explorer.tasks import Task

# A longer list of names is not read.
MOST_NAMED = 4
# What no task here reads of a backbone, so that it is not loaded where it can be left out.
UNREAD = "pooler"


@dataclass(frozen=True, slots=True)
class Readiness:
    """What loading a checkpoint for a task comes to."""

    kind: Verdict
    sentence: str


def readiness(report: LoadReport, task: Task, saved: Sequence[str] = ()) -> Readiness:
    """The report as the task's own run would meet it: there a tensor of another size is an error.

    ``saved`` are the tasks that the checkpoint was saved for.
    """
    auto_class, name = task.auto_class, report.auto_class.model_class
    total = f"{report.total:,} tensors of {name}"
    if report.mismatched or report.conversion_errors:
        return Readiness(
            "wrong checkpoint", f"This checkpoint cannot be loaded into {auto_class}: {_why(report)}."
        )
    if not report.loaded:
        said = f"Not one of the {total} is in this checkpoint: it belongs to another model."
        return Readiness("wrong checkpoint", f"{said} The answer is noise.")
    random = _read(report.untrained, task)
    if not random:
        trained = _trained(task, saved)
        # A pooler that is not there is left out, and positions made of sines are in no file.
        absent = len(report.untrained) + len(report.computed)
        count = f"{report.total - absent:,} tensors of {name}"
        which = f"{count} that are read" if absent else count
        return Readiness("ready", f"All {which} get their values from the checkpoint: {trained}.")
    would = f"Loading this checkpoint into {auto_class} would initialise"
    if report.verdict == "untrained head":
        return Readiness(report.verdict, f"{would} {_joined(random)} at random: the answer is noise.")
    said = f"{would} {len(random):,} of the {total} at random, and not in the head only: the answer is noise."
    return Readiness("wrong checkpoint", said)


def _trained(task: Task, saved: Sequence[str]) -> str:
    if task.auto_class == BACKBONE:
        return "the backbone is trained"
    if saved and task.name not in saved:
        return f"the head's weights are there, but they were trained for {' and '.join(saved)}"
    return "the head is trained"


def _read(names: Sequence[str], task: Task) -> tuple[str, ...]:
    is_bare = task.auto_class == BACKBONE
    return tuple(name for name in names if not (is_bare and UNREAD in name.split(".")))


def _why(report: LoadReport) -> str:
    if report.conversion_errors:
        count = len(report.conversion_errors)
        return f"{count:,} tensor{'s' * (count > 1)} cannot be converted to what it needs"
    first = report.mismatched[0]
    stored, expected = (" × ".join(f"{size:,}" for size in shape) for shape in (first.stored, first.expected))
    return f"{first.name} is stored as {stored or 'one number'}, needed as {expected or 'one number'}"


def _joined(names: Sequence[str]) -> str:
    """The names as a list in a sentence."""
    more = len(names) - MOST_NAMED
    words = [*names[:MOST_NAMED], f"{more:,} more tensors"] if more > 1 else list(names)
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
