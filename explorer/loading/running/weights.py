"""The weights of one class, from a folder of safetensors alone."""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers import PreTrainedConfig, PreTrainedModel

from explorer.errors import CheckpointError, ExplorerError
from explorer.loading.auto_classes import model_class_of
from explorer.loading.computed_weights import is_computed
from explorer.loading.limits import module_limit
from explorer.loading.plain_words import sentence


def load_weights(
    folder: Path,
    live: PreTrainedConfig,
    auto_class: str,
    seed: int = 0,
    attention: str | None = None,
    has_pooler: bool = False,
    is_strict: bool = True,
) -> tuple[PreTrainedModel, tuple[str, ...]]:
    """The model of the auto class, ready to run, and its parameters that the seed drew at random.

    ``attention`` is the implementation of it; by default the one that transformers chooses. What the
    checkpoint has in another size is drawn at random as well, or an error where this is strict.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    options: dict[str, Any] = {"attn_implementation": attention} if attention else {}
    # A pooler that nothing reads is left out: one that is not in the checkpoint would be called untrained.
    if "add_pooling_layer" in inspect.signature(model_class_of(live, auto_class).__init__).parameters:
        options["add_pooling_layer"] = has_pooler
    # A worker writes into the terminal of the one who asks.
    transformers.logging.disable_progress_bar()
    with torch.random.fork_rng(devices=[]), module_limit():
        torch.manual_seed(seed)
        model, info = getattr(transformers, auto_class).from_pretrained(
            str(folder),
            config=live,
            dtype=torch.bfloat16 if device == "cuda" else torch.float32,
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
            output_loading_info=True,
            ignore_mismatched_sizes=not is_strict,
            **options,
        )
    absent = {*info["missing_keys"], *(name for name, *_ in info["mismatched_keys"])}
    random = tuple(sorted(name for name in absent if not is_computed(model, name)))
    return model.to(device).eval(), random


@contextmanager
def loading_errors(what: str) -> Iterator[None]:
    """What fails inside becomes an error that begins with these words."""
    try:
        yield
    except (ExplorerError, MemoryError):
        raise
    except Exception as error:
        # The config was read without fault, so that what fails here is the files.
        raise CheckpointError(f"{what}: {sentence(error)}", "Check its files, or take another.") from error
