"""The head matrix of the largest models against the bare builds that it must do, in one warm process.

    python -m benchmarks.heads [ROUNDS]

Bare: ``with torch.device("meta"): AutoModelForX.from_config(config)`` for every auto class. Least:
our own builds, without initialising weights and once for each model class, and nothing else. The
rounds alternate, so that other work on the machine falls on all; the fastest of each is taken.
"""

import gc
import resource
import sys
import time
from collections.abc import Callable, Sequence

import torch
import transformers

from benchmarks.measure import print_table
from explorer import gallery
from explorer.config import ModelConfig
from explorer.loading import jobs
from explorer.loading.auto_classes import classes_for
from explorer.loading.configs import load_config
from explorer.loading.trees import build_model

MODELS = ("meta-llama/Llama-3.1-405B", "deepseek-ai/DeepSeek-V3")


def main() -> None:
    """Print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    jobs.warm_up()
    # As a worker does before its first job (explorer/engine/preload.py).
    gc.collect()
    gc.freeze()
    rows = [measure(name, rounds) for name in MODELS]
    print_table(("model", "classes", "bare", "least", "heads", "heads / bare", "heads / least"), rows)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nPeak memory of the process: {peak:.0f} MiB")


def measure(name: str, rounds: int) -> tuple[str, ...]:
    """One row of the table."""
    config = gallery.find(name)
    if config is None:
        raise LookupError(name)
    tasks = (lambda: build_bare(config), lambda: build_least(config), lambda: jobs.build_heads(config, None))
    bare, least, heads = seconds(tasks, rounds)
    times = (f"{figure:.3f} s" for figure in (bare, least, heads))
    count = len(jobs.auto_classes(config))
    return (name, str(count), *times, f"{heads / bare:.2f}", f"{heads / least:.2f}")


def build_bare(config: ModelConfig) -> None:
    """Every auto class as a user would build it on the meta device."""
    live = load_config(config)
    for auto_class in classes_for(live):
        with torch.device("meta"):
            getattr(transformers, auto_class.name).from_config(live)


def build_least(config: ModelConfig) -> None:
    """Every model class of the matrix once, in the quickest way that we have."""
    live = load_config(config)
    for auto_class in {found.model_class: found for found in classes_for(live)}.values():
        build_model(live, auto_class.name)


def seconds(tasks: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """CPU seconds of the fastest round of each task."""
    fastest = [float("inf")] * len(tasks)
    for _ in range(rounds):
        for number, task in enumerate(tasks):
            start = time.process_time()
            task()
            fastest[number] = min(fastest[number], time.process_time() - start)
    return fastest


if __name__ == "__main__":
    main()
