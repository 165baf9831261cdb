"""Running a model: its weights from a folder, an input as a value, a result as a value."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch

from explorer import tasks
from explorer.errors import InputError
from explorer.inside.every_head import HeadAnswer
from explorer.inside.explanation import Explanation
from explorer.inside.loaded_facts import LoadedFacts
from explorer.inside.same_backbone import SameBackbone
from explorer.loading.running.every_head import every_head
from explorer.loading.running.feature_extraction import extract
from explorer.loading.running.fill_mask import fill
from explorer.loading.running.inside.explaining import explain
from explorer.loading.running.inside.facts import facts_of
from explorer.loading.running.loaded_model import LoadedModel, load_model, running_errors
from explorer.loading.running.question_answering import answer
from explorer.loading.running.same_backbone import same_backbone
from explorer.loading.running.seq2seq import summarize, translate
from explorer.loading.running.text_classification import classify
from explorer.loading.running.text_generation import Event, generate, stream
from explorer.loading.running.token_classification import label
from explorer.tasks.parameter import Parameters
from explorer.tasks.task import TaskInput, TaskResult
from explorer.tasks.text_generation import TextGenerationInput, TextGenerationParameters

RUNNERS: dict[str, Callable[[LoadedModel, Any, Any], TaskResult]] = {
    "text-generation": generate,
    "fill-mask": fill,
    "translation": translate,
    "summarization": summarize,
    "question-answering": answer,
    "token-classification": label,
    "text-classification": classify,
    "feature-extraction": extract,
}


class Loaded:
    """A model that is loaded for a task; one thread at a time may use it."""

    def __init__(self, held: LoadedModel) -> None:
        self._held = held
        self.nbytes = held.nbytes

    def run(self, inputs: TaskInput, parameters: Parameters) -> TaskResult:
        """The result of one input."""
        self._check(inputs, parameters)
        with running_errors(), torch.inference_mode():
            return RUNNERS[self._held.task.name](self._held, inputs, parameters)

    def stream(
        self, inputs: TaskInput, parameters: Parameters, is_cancelled: Callable[[], bool]
    ) -> Iterator[Event]:
        """Of text generation, each token as it is chosen, and the result last.

        ``is_cancelled`` is asked before every token; closing the iterator ends it as well.
        """
        self._check(inputs, parameters)
        if not isinstance(inputs, TextGenerationInput):
            raise InputError(f"{self._held.task.name} has no tokens to wait for.", "Run it as a whole.")
        assert isinstance(parameters, TextGenerationParameters)  # noqa: S101
        with running_errors():
            yield from stream(self._held, inputs, parameters, is_cancelled)

    def facts(self) -> LoadedFacts:
        """What is known of the model."""
        return facts_of(self._held)

    def explain(
        self,
        inputs: TaskInput,
        parameters: Parameters,
        position: int | None = None,
        is_hiding: bool = True,
    ) -> Explanation:
        """What goes on inside the model at one input; ``position`` is where the logit lens looks.

        ``is_hiding`` lets a masked language model guess each token, which takes a pass for each.
        """
        self._check(inputs, parameters)
        with running_errors(), torch.inference_mode():
            return explain(self._held, inputs, parameters, position, is_hiding)

    def same_backbone(self, inputs: TaskInput, parameters: Parameters) -> SameBackbone:
        """AutoModel on the same input: whether its features are those within the model."""
        self._check(inputs, parameters)
        with running_errors():
            return same_backbone(self._held, inputs, parameters)

    def every_head(
        self, inputs: TaskInput, parameters: Parameters, seed: int, is_cancelled: Callable[[], bool]
    ) -> Iterator[HeadAnswer]:
        """What each class of the config makes of the input, one after the other.

        The seed draws the weights that are not in the checkpoint; ``is_cancelled`` is asked before every
        class.
        """
        self._check(inputs, parameters)
        yield from every_head(self._held, inputs, parameters, seed, is_cancelled)

    def _check(self, inputs: TaskInput, parameters: Parameters) -> None:
        task = self._held.task
        if type(inputs) is not type(task.example) or type(parameters) is not task.settings:
            raise TypeError(f"{task.name} takes {type(task.example).__name__} and {task.settings.__name__}")


def load(folder: str, task: str) -> Loaded:
    """The model in the folder, loaded for the task; ExplorerError says what is wrong with it."""
    return Loaded(load_model(Path(folder), tasks.find(task)))
