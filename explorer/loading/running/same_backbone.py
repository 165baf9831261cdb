"""The lesson, live: a task model is AutoModel with a head on it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from transformers import PreTrainedModel

from explorer.auto_class import BACKBONE
from explorer.inside.same_backbone import Comparison, SameBackbone
from explorer.loading.configs import load_config
from explorer.loading.running.comparing import compared
from explorer.loading.running.freeing import freed
from explorer.loading.running.head_modules import head_modules
from explorer.loading.running.loaded_model import LoadedModel
from explorer.loading.running.model_files import read_config
from explorer.loading.running.one_input import one_input
from explorer.loading.running.shared_parts import (
    Call,
    answered,
    body_of,
    outermost,
    parts_of,
    repeated,
    tensors_in,
    watched,
)
from explorer.loading.running.weights import load_weights, loading_errors
from explorer.tasks.task import TaskInput

NO_HEAD = "AutoModel has no head: its features are the result."
NOTHING_SHARED = "The task model calls nothing that AutoModel has too, so there is nothing to compare."
NAMES_SHOWN = 2


def same_backbone(held: LoadedModel, inputs: TaskInput, parameters: Any) -> SameBackbone:
    """The features of AutoModel beside those within the task model, and what the head makes of them."""
    given = one_input(held, inputs, parameters)
    taken = given.tensors(held, held.model)
    modules = head_modules(held.folder, held.task.auto_class)
    with _bare(held) as (bare, random):
        with torch.inference_mode():
            with watched(parts_of(held.model, bare)) as watching:
                whole = tensors_in(held.model(**taken))
            calls = outermost(watching)
            outputs = repeated(calls)
            features = tuple(_features(calls, outputs))
            logits: tuple[Comparison, ...] = ()
            if calls and type(held.model) is not type(bare):
                with answered(calls, outputs):
                    logits = _logits(tensors_in(held.model(**taken)), whole)
        said = (*held.notes, *given.notes, *_random_note(random), *_notes(held, bare, calls, logits))
        notes = tuple(dict.fromkeys(said))
        return SameBackbone(
            type(bare).__name__, type(held.model).__name__, features, modules, next(iter(logits), None), notes
        )


@contextmanager
def _bare(held: LoadedModel) -> Iterator[tuple[PreTrainedModel, tuple[str, ...]]]:
    """AutoModel from the same folder, and its parameters that are not in the checkpoint.

    Those have the values that the task model drew for them, so that no chance tells the two apart.
    """
    live = load_config(read_config(held.folder))
    attention = held.config._attn_implementation
    has_pooler = any(name.rpartition(".")[2] == "pooler" for name, _ in held.model.named_modules())
    with freed():
        with loading_errors(f"The weights cannot be loaded into {BACKBONE}"):
            bare, random = load_weights(
                held.folder, live, BACKBONE, attention=attention, has_pooler=has_pooler
            )
        own = dict(body_of(held.model, bare).named_parameters())
        with torch.no_grad():
            for name, parameter in bare.named_parameters():
                if name in random and name in own:
                    parameter.copy_(own[name])
        yield bare, random


def _features(calls: Sequence[Call], outputs: Sequence[Any]) -> Iterator[Comparison]:
    for call, output in zip(calls, outputs, strict=True):
        ours = tensors_in(output)
        for name, theirs in call.tensors.items():
            if name in ours:
                yield compared(f"{call.part.path}.{name}".lstrip("."), ours[name], theirs)


def _logits(ours: dict[str, torch.Tensor], theirs: dict[str, torch.Tensor]) -> tuple[Comparison, ...]:
    """What the head made of AutoModel's features beside the whole model's answer, the first named first."""
    names = [name for name in theirs if name.endswith("logits")] or list(theirs)[:1]
    return tuple(compared(name, ours[name], theirs[name]) for name in names)


def _notes(
    held: LoadedModel, bare: PreTrainedModel, calls: Sequence[Call], logits: Sequence[Comparison]
) -> Iterator[str]:
    if not calls:
        yield NOTHING_SHARED
    elif type(held.model) is type(bare):
        yield NO_HEAD
    elif calls[0].part.path:
        names = " and ".join(dict.fromkeys(call.part.path for call in calls))
        task_class, bare_class = type(held.model).__name__, type(bare).__name__
        yield f"{task_class} calls no {bare_class} as a whole, so its parts are compared: {names}."
    for other in logits[1:]:
        apart = f"differ by up to {other.greatest_difference:.2g}"
        yield f"Its {other.name} {'are equal too, bit for bit' if other.is_equal else apart}."


def _random_note(random: Sequence[str]) -> Iterator[str]:
    if random:
        more = f" and {len(random) - NAMES_SHOWN:,} more" if len(random) > NAMES_SHOWN else ""
        yield (
            f"Not in the checkpoint, and given to {BACKBONE} as the task model drew them at random:"
            f" {', '.join(random[:NAMES_SHOWN])}{more}."
        )
