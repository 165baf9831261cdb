"""A recipe: how one demo checkpoint is trained, examined and described."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from safetensors import safe_open

from explorer.demo import TASKS
from explorer.demo.training.card import Card, card_text
from explorer.demo.training.figures import Figure

LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a checkpoint is made: ``train`` saves it and its tokenizer, ``measure`` examines them."""

    task: str
    card: Card
    train: Callable[[Path], None]
    measure: Callable[[Path], tuple[Figure, ...]]


def known() -> tuple[str, ...]:
    """The tasks that have a recipe."""
    return tuple(task for task in TASKS if find_spec(_module(task)))


def find(task: str) -> Recipe:
    """The recipe of the task, from the module that is named after it."""
    found: Recipe = import_module(_module(task)).RECIPE
    return found


def make(recipe: Recipe, folder: Path) -> bool:
    """Train into the folder, write the model card, and say whether the checkpoint passes its gates."""
    folder.mkdir(parents=True, exist_ok=True)
    start = time.process_time()
    recipe.train(folder)
    print(f"{recipe.task}: trained in {time.process_time() - start:.0f} s of one processor")
    return _report(recipe, folder, write=True)


def examine(recipe: Recipe, folder: Path) -> bool:
    """Print the figures of the checkpoint in the folder, and say whether it passes its gates."""
    return _report(recipe, folder, write=False)


def _report(recipe: Recipe, folder: Path, *, write: bool) -> bool:
    figures = recipe.measure(folder)
    weights = folder / "model.safetensors"
    nbytes = weights.stat().st_size
    if write:
        text = card_text(recipe.task, recipe.card, figures, _parameters(weights), nbytes)
        (folder / "README.md").write_text(text, "utf-8")
    for figure in figures:
        mark = "" if figure.passes else f"  BELOW {figure.least:.0%}"
        print(f"  {figure.name}: {figure.right} of {figure.total} ({figure.share:.1%}){mark}")
        for mistake in figure.mistakes:
            print(f"    {mistake}")
    print(f"  {nbytes:,} bytes{'' if nbytes < LARGEST else '  TOO LARGE'}")
    return nbytes < LARGEST and all(figure.passes for figure in figures)


def _parameters(weights: Path) -> int:
    with safe_open(weights, "pt") as file:
        return sum(math.prod(file.get_slice(name).get_shape()) for name in file.keys())  # noqa: SIM118


def _module(task: str) -> str:
    return f"explorer.demo.training.{task.replace('-', '_')}"
