"""The head matrix of the largest models against the bare builds that it must do, in one warm process.

    python -m benchmarks.heads [ROUNDS]

Bare: ``with torch.device("meta"): AutoModelForX.from_config(config)`` for every auto class. The
rounds alternate, so that other work on the machine falls on both; the fastest of each is taken.
"""

import resource
import sys
import time
from collections.abc import Callable

import torch
import transformers

from explorer import gallery
from explorer.config import ModelConfig
from explorer.loading import jobs
from explorer.loading.configs import load_config

MODELS = ("meta-llama/Llama-3.1-405B", "deepseek-ai/DeepSeek-V3")


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    jobs.warm_up()
    print(f"{'model':32} classes  bare      heads     ratio")
    for name in MODELS:
        config = gallery.find(name)
        names = [found.name for found in jobs.auto_classes(config)]
        bare, heads = seconds(
            lambda c=config, n=names: build_bare(c, n), lambda c=config: jobs.build_heads(c, None), rounds
        )
        print(f"{name:32} {len(names):7}  {bare:.3f} s   {heads:.3f} s   {heads / bare:.2f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of the process: {peak:.0f} MiB")


def build_bare(config: ModelConfig, auto_classes: list[str]) -> None:
    """Every model that the matrix is about, and nothing else."""
    live = load_config(config)
    for name in auto_classes:
        with torch.device("meta"):
            getattr(transformers, name).from_config(live)


def seconds(first: Callable[[], object], second: Callable[[], object], rounds: int) -> tuple[float, float]:
    """CPU seconds of the fastest round of each."""
    fastest = [float("inf"), float("inf")]
    for _ in range(rounds):
        for number, task in enumerate((first, second)):
            start = time.process_time()
            task()
            fastest[number] = min(fastest[number], time.process_time() - start)
    return fastest[0], fastest[1]


if __name__ == "__main__":
    main()
