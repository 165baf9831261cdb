"""One text through every class that the config supports, one class after the other."""

import inspect
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import torch
from transformers import PreTrainedModel

from explorer.auto_class import BACKBONE, AutoClass
from explorer.config import ModelConfig
from explorer.errors import ExplorerError, InputError
from explorer.head import head_paths
from explorer.inside.every_head import HeadAnswer
from explorer.loading.auto_classes import classes_for, model_class_of
from explorer.loading.configs import load_config
from explorer.loading.heads import build_diff
from explorer.loading.running.freeing import freed
from explorer.loading.running.head_answers import OF_CHOICES, in_words, output_of
from explorer.loading.running.loaded_model import LoadedModel, running_errors
from explorer.loading.running.model_files import read_config
from explorer.loading.running.one_input import OneInput, encoded, first_tokens
from explorer.loading.running.weights import load_weights, loading_errors
from explorer.tasks.fitting import saved_for
from explorer.tasks.parameter import Parameters
from explorer.tasks.task import TaskInput

TEXT = "input_ids"
# How many labels a head needs, whatever those are that the config has for another one.
NUMBERS = {"AutoModelForQuestionAnswering": 2}


def every_head(
    held: LoadedModel, inputs: TaskInput, parameters: Parameters, seed: int, is_cancelled: Callable[[], bool]
) -> Iterator[HeadAnswer]:
    """What each class makes of the text, AutoModel first; asked before each class whether to stop.

    What is not in the checkpoint is drawn by the seed.
    """
    with running_errors():
        given = encoded(held, inputs, parameters)
    config = read_config(held.folder)
    answers: dict[str, HeadAnswer] = {}
    classes = classes_for(load_config(config))
    for auto_class in classes:
        if is_cancelled():
            return
        # Several auto classes may give one model class.
        answer = answers.get(auto_class.model_class) or _answer(held, config, auto_class, given, seed)
        answers[auto_class.model_class] = answer
        is_own = auto_class.model_class in config.architectures
        saved = () if is_own else saved_for(config.architectures, classes)
        yield replace(answer, auto_class=auto_class.name, task=auto_class.task, saved_for=saved)


def _answer(
    held: LoadedModel, config: ModelConfig, auto_class: AutoClass, given: OneInput, seed: int
) -> HeadAnswer:
    """The answer of one class, or why there is none; of the class nothing is left in memory."""
    empty = HeadAnswer(auto_class.name, auto_class.model_class, auto_class.task)
    try:
        with freed():
            return _loaded_and_run(held, config, empty, given, seed)
    except ExplorerError as error:
        return replace(empty, error=error.what)
    except MemoryError:
        return replace(empty, error="There is not enough memory to load it beside the model.")


def _loaded_and_run(
    held: LoadedModel, config: ModelConfig, empty: HeadAnswer, given: OneInput, seed: int
) -> HeadAnswer:
    live = load_config(config)
    live.num_labels = NUMBERS.get(empty.auto_class, live.num_labels)
    _check_reads_text(model_class_of(live, empty.auto_class))
    with loading_errors(f"The weights cannot be loaded into {empty.auto_class}"):
        model, random = load_weights(held.folder, live, empty.auto_class, seed, is_strict=False)
    # What generates begins with a token of its own; other heads make their decoder read the text.
    writes = model.can_generate() or empty.auto_class == BACKBONE
    if writes and held.tokenizer.mask_token_id not in given.ids:
        given = replace(given, written=first_tokens(model))
    taken = given.tensors(held, model)
    if empty.auto_class in OF_CHOICES:
        taken = {name: _as_one_choice(value) for name, value in taken.items()}
    _follow(model, random)
    with running_errors(), torch.set_grad_enabled(bool(random)):
        start = time.perf_counter()
        outputs = model(**taken)
        seconds = time.perf_counter() - start
        output = output_of(held, model, empty.auto_class, given, outputs)
        name, answer = in_words(output)
    return replace(
        empty,
        untrained=random,
        output=name,
        shape=tuple(output.main.shape),
        answer=answer,
        seconds=seconds,
        is_backbone_random=_is_more_than_head(config, empty.auto_class, random),
        is_answer_trained=not output.is_random,
    )


def _follow(model: PreTrainedModel, random: tuple[str, ...]) -> None:
    """Have torch mark every tensor that the random parameters have a part in, by asking for gradients."""
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name in random)


def _is_more_than_head(config: ModelConfig, auto_class: str, random: tuple[str, ...]) -> bool:
    if not random or auto_class == BACKBONE:
        return False
    head = head_paths(build_diff(config, BACKBONE, auto_class))
    within = tuple(f"{path}." for path in head)
    return any(not name.startswith(within) and name not in head for name in random)


def _check_reads_text(model_class: type[PreTrainedModel]) -> None:
    """Refuse a class whose forward cannot be run on text alone."""
    parameters = inspect.signature(model_class.forward).parameters
    if TEXT not in parameters:
        named = model_class.main_input_name
        raise InputError(f"It reads no text, but {named}.", "Choose a class for text.")
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    needed = [
        name
        for name, one in parameters.items()
        if one.default is one.empty and one.kind not in kinds and name not in ("self", TEXT)
    ]
    if needed:
        raise InputError(f"It needs more than text: {', '.join(needed)}.", "Choose a class for text.")


def _as_one_choice(value: Any) -> Any:
    return value.unsqueeze(1) if isinstance(value, torch.Tensor) else value
