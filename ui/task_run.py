"""A task done for a visitor: what was asked, and what came of it."""

from dataclasses import dataclass

from explorer.inside.loaded_facts import LoadedFacts
from explorer.opening import OpenedModel
from explorer.source import ModelSource
from explorer.tasks import Task
from explorer.tasks.parameter import Parameters
from explorer.tasks.task import TaskInput, TaskResult
from explorer.tasks.text_generation import TextGenerationInput, TextGenerationResult
from ui.runs import Run


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run is asked for; equal for the same question to the same model."""

    model: ModelSource
    task: str
    inputs: TaskInput
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of it, and what is known of the model since it is loaded.

    ``result`` is None where the run was stopped before there was anything.
    """

    result: TaskResult | None
    facts: LoadedFacts | None


def answer(run: Run, model: OpenedModel, task: Task, asked: Asked) -> Answered:
    """The work of a run: first the model's files, then its answer; tokens are the run's parts."""
    folder = run.folder(model, task)
    if not isinstance(asked.inputs, TextGenerationInput):
        result = run.ask(folder, task, "run", asked.inputs, asked.parameters)
        return Answered(result, run.ask(folder, task, "facts"))
    result = None
    for event in run.follow(folder, task, "stream", asked.inputs, asked.parameters):
        if isinstance(event, TextGenerationResult):
            result = event
        else:
            run.parts.append(event)
    return Answered(result, None if run.is_cancelled() else run.ask(folder, task, "facts"))


def facts_of(run: Run | None, model: OpenedModel) -> LoadedFacts | None:
    """What is known of the model since a run has loaded it; None before."""
    if run is None or not run.is_good or run.asked.model != model.source:
        return None
    answered: Answered = run.result()
    return answered.facts
