"""A model and its tokenizer, loaded for one task."""

import inspect
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers import AutoTokenizer, PreTrainedConfig, PreTrainedModel

from explorer.auto_class import BACKBONE
from explorer.errors import CheckpointError, ExplorerError, InputError, WorkerError
from explorer.loading.auto_classes import classes_for, model_class_of
from explorer.loading.configs import load_config
from explorer.loading.limits import module_limit
from explorer.loading.plain_words import sentence
from explorer.loading.running.generation_settings import safe_generation_config
from explorer.loading.running.model_files import read_config
from explorer.loading.running.token_limit import token_limit_of
from explorer.tasks import Task
from explorer.tasks.fitting import check_class, saved_for

NAMES_SHOWN = 4


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """What every runner works with.

    ``token_limit`` is how many tokens the model can read at once; None where nothing limits them.
    ``notes`` say what the reader must know of every answer, such as that the head was never trained.
    """

    task: Task
    model: PreTrainedModel
    tokenizer: Any
    token_limit: int | None
    notes: tuple[str, ...]

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
    with _loading_errors(f"The weights cannot be loaded into {task.auto_class}"):
        model, info = _load_weights(folder, live, task)
        model.generation_config = safe_generation_config(model)
    limit = token_limit_of(model, tokenizer)
    saved = saved_for(architectures, classes)
    notes = (*_untrained(info), *_saved_for_another(task, saved, info))
    return LoadedModel(task, model, tokenizer, limit, notes)


def _load_tokenizer(folder: Path, live: PreTrainedConfig) -> Any:
    with _loading_errors("The tokenizer cannot be loaded"), warnings.catch_warnings():
        # They recommend packages, on the terminal of the one who asks.
        warnings.simplefilter("ignore")
        return AutoTokenizer.from_pretrained(
            str(folder), config=live, local_files_only=True, trust_remote_code=False
        )


def _load_weights(folder: Path, live: PreTrainedConfig, task: Task) -> tuple[PreTrainedModel, dict[str, Any]]:
    device = "cuda" if torch.cuda.is_available() else "cpu"
    options: dict[str, Any] = {}
    # Nothing reads a pooler here, and one that is not in the checkpoint would be called untrained.
    if "add_pooling_layer" in inspect.signature(model_class_of(live, task.auto_class).__init__).parameters:
        options["add_pooling_layer"] = False
    # A worker writes into the terminal of the one who asks.
    transformers.logging.disable_progress_bar()
    # What is missing from the checkpoint is drawn at random: the same at every load.
    with torch.random.fork_rng(devices=[]), module_limit():
        torch.manual_seed(0)
        model, info = getattr(transformers, task.auto_class).from_pretrained(
            str(folder),
            config=live,
            dtype=torch.bfloat16 if device == "cuda" else torch.float32,
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
            output_loading_info=True,
            **options,
        )
    return model.to(device).eval(), info


def _untrained(info: dict[str, Any]) -> Iterator[str]:
    missing = sorted(info["missing_keys"])
    if missing:
        more = f" and {len(missing) - NAMES_SHOWN:,} more" if len(missing) > NAMES_SHOWN else ""
        yield (
            f"Not in the checkpoint, and set at random: {', '.join(missing[:NAMES_SHOWN])}{more}."
            " The answer is noise."
        )


def _saved_for_another(task: Task, saved: tuple[str, ...], info: dict[str, Any]) -> Iterator[str]:
    """That the checkpoint was saved for another task, where no missing weight says so already."""
    is_other = saved and task.name not in saved and task.auto_class != BACKBONE
    if is_other and not info["missing_keys"]:
        yield f"This checkpoint was saved for {' and '.join(saved)}, and may do {task.name} badly."


@contextmanager
def _loading_errors(what: str) -> Iterator[None]:
    try:
        yield
    except (ExplorerError, MemoryError):
        raise
    except Exception as error:
        # The config was read without fault, so that what fails here is the files.
        raise CheckpointError(f"{what}: {sentence(error)}", "Check its files, or take another.") from error


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
