"""A model and its tokenizer, loaded for one task."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer, PreTrainedConfig, PreTrainedModel

from explorer.auto_class import BACKBONE
from explorer.errors import ExplorerError, InputError, WorkerError
from explorer.loading.auto_classes import classes_for
from explorer.loading.configs import load_config
from explorer.loading.plain_words import sentence
from explorer.loading.running.generation_settings import safe_generation_config
from explorer.loading.running.model_files import read_config
from explorer.loading.running.token_limit import token_limit_of
from explorer.loading.running.weights import load_weights, loading_errors
from explorer.tasks import Task
from explorer.tasks.fitting import check_class, saved_for

NAMES_SHOWN = 4


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """What every runner works with.

    ``token_limit`` is how many tokens the model can read at once; None where nothing limits them.
    ``notes`` say what the reader must know of every answer, such as that the head was never trained.
    ``folder`` is where it was loaded from.
    """

    task: Task
    model: PreTrainedModel
    tokenizer: Any
    token_limit: int | None
    notes: tuple[str, ...]
    folder: Path

    @property
    def config(self) -> PreTrainedConfig:
        """The model's config."""
        return self.model.config

    @property
    def nbytes(self) -> int:
        """Bytes of all parameters and buffers, a tied one counted once."""
        tensors = {id(tensor): tensor for tensor in (*self.model.parameters(), *self.model.buffers())}
        return sum(tensor.numel() * tensor.element_size() for tensor in tensors.values())


def load_model(folder: Path, task: Task) -> LoadedModel:
    """The model of the task's auto class and its tokenizer, from a folder of safetensors alone."""
    live = load_config(read_config(folder))
    architectures, classes = tuple(live.architectures or ()), classes_for(live)
    check_class(task, live.model_type, architectures, classes)
    tokenizer = _load_tokenizer(folder, live)
    with loading_errors(f"The weights cannot be loaded into {task.auto_class}"):
        model, random = load_weights(folder, live, task.auto_class)
        model.generation_config = safe_generation_config(model)
    limit = token_limit_of(model, tokenizer)
    saved = saved_for(architectures, classes)
    notes = (*_untrained(random), *_saved_for_another(task, saved, random))
    return LoadedModel(task, model, tokenizer, limit, notes, folder)


def _load_tokenizer(folder: Path, live: PreTrainedConfig) -> Any:
    with loading_errors("The tokenizer cannot be loaded"), warnings.catch_warnings():
        # They recommend packages, on the terminal of the one who asks.
        warnings.simplefilter("ignore")
        return AutoTokenizer.from_pretrained(
            str(folder), config=live, local_files_only=True, trust_remote_code=False
        )


def _untrained(random: tuple[str, ...]) -> Iterator[str]:
    if random:
        more = f" and {len(random) - NAMES_SHOWN:,} more" if len(random) > NAMES_SHOWN else ""
        yield (
            f"Not in the checkpoint, and set at random: {', '.join(random[:NAMES_SHOWN])}{more}."
            " The answer is noise."
        )


def _saved_for_another(task: Task, saved: tuple[str, ...], random: tuple[str, ...]) -> Iterator[str]:
    """That the checkpoint was saved for another task, where no missing weight says so already."""
    is_other = saved and task.name not in saved and task.auto_class != BACKBONE
    if is_other and not random:
        yield f"This checkpoint was saved for {' and '.join(saved)}, and may do {task.name} badly."


@contextmanager
def running_errors() -> Iterator[None]:
    """What a model raises at a text becomes an error with what to do."""
    try:
        yield
    except (ExplorerError, MemoryError):
        raise
    except Exception as error:
        if isinstance(error, torch.OutOfMemoryError) or "allocate memory" in str(error):
            raise WorkerError(
                "There is not enough memory to run the model on this text.", "Give a shorter one."
            ) from error
        raise InputError(
            f"The model cannot be run on this text: {sentence(error)}",
            "It may need other inputs than text, or a tokenizer that fits it.",
        ) from error
