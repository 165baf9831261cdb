"""Running a model through a process of its own, beside calling transformers directly.

The models have random weights: what they say does not matter here. Both ways take turns, so that
whatever else the machine does slows both.

    python -m benchmarks.running
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import torch
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification, AutoTokenizer

from benchmarks.measure import print_table
from explorer.engine.running import ModelProcesses
from explorer.engine.settings import RunningSettings
from explorer.loading import running
from explorer.tasks.text_classification import TextClassificationInput, TextClassificationParameters
from explorer.tasks.text_generation import TextGenerationInput, TextGenerationParameters
from tests.engine.folders import classifier, generator

CLASSIFY, GENERATE = "text-classification", "text-generation"
TEXT = "the cat sat on the mat and the dog ran"
TOKENS = 20
COLUMNS = (
    "least (median)",
    "transformers",
    "our runner",
    "through a process",
    "process − runner",
    "process − transformers",
)
# Seconds of wall clock, and of processor time of all processes together.
Taken = tuple[float, float]
Way = Callable[[], Taken]
_pids: list[int] = []


def main() -> None:
    """Print the tables."""
    settings = RunningSettings(model_memory=4096, model_threads=1)
    torch.set_num_threads(settings.model_threads)
    processes = ModelProcesses(settings)
    with tempfile.TemporaryDirectory() as place, torch.inference_mode():
        folder = Path(place)
        tiny, small, large = (
            classifier(folder / "bert"),
            generator(folder / "gpt2"),
            generator(folder / "full", 12, 768),
        )
        rows = [
            measured(processes, "BERT 2×32, one text", 300, *classifications(processes, tiny)),
            measured(processes, "GPT-2 2×32, first token", 100, *firsts(processes, small)),
            measured(processes, f"GPT-2 2×32, {TOKENS} tokens", 60, *generations(processes, small)),
            measured(processes, "GPT-2 12×768, first token", 15, *firsts(processes, large)),
            measured(processes, f"GPT-2 12×768, {TOKENS} tokens", 8, *generations(processes, large)),
        ]
        for which, what in enumerate(("wall-clock ms", "processor ms")):
            print(f"{what}:\n")
            print_table(COLUMNS, [row(name, taken, which) for name, taken in rows])
            print()
        print_table(("", "s or MiB"), starts(processes, tiny, large))
    processes.close()


def classifications(processes: ModelProcesses, folder: str) -> tuple[Way, Way, Way]:
    """One text: transformers' tokenizer and model, our runner here, and our runner in its process."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    call = TextClassificationInput((TEXT,)), TextClassificationParameters()

    def direct() -> Taken:
        return timed(lambda: model(**tokenizer([TEXT], return_tensors="pt")).logits.softmax(-1).tolist())

    runner = running.load(folder, CLASSIFY)
    return (
        direct,
        lambda: timed(lambda: runner.run(*call)),
        lambda: timed(lambda: processes.run(folder, CLASSIFY, *call)),
    )


def generations(processes: ModelProcesses, folder: str) -> tuple[Way, Way, Way]:
    """A whole text: generate(), and ours, which tells every token's alternatives besides."""
    generate, call, runner = generator_of(folder), asked(TOKENS), running.load(folder, GENERATE)
    return (
        lambda: timed(lambda: generate(TOKENS)),
        lambda: timed(lambda: list(runner.stream(*call, lambda: False))),
        lambda: timed(lambda: list(processes.stream(folder, GENERATE, *call))),
    )


def firsts(processes: ModelProcesses, folder: str) -> tuple[Way, Way, Way]:
    """The first token: generate() with one token, and ours until the first event of a long text."""
    generate, call, runner = generator_of(folder), asked(TOKENS), running.load(folder, GENERATE)

    def here() -> Taken:
        stream = runner.stream(*call, lambda: False)
        taken = timed(lambda: next(stream))
        stream.close()
        return taken

    def ours() -> Taken:
        stream = processes.stream(folder, GENERATE, *call)
        taken = timed(lambda: next(stream))
        stream.close()
        # The model is free again when it answers, so that the next round does not wait for this one.
        list(processes.stream(folder, GENERATE, *asked(1)))
        return taken

    return lambda: timed(lambda: generate(1)), here, ours


def generator_of(folder: str) -> Callable[[int], object]:
    """transformers' own generate() for the text."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder).eval()
    return lambda tokens: tokenizer.decode(
        model.generate(
            **tokenizer([TEXT], return_tensors="pt"),
            min_new_tokens=tokens,
            max_new_tokens=tokens,
            do_sample=False,
            pad_token_id=0,
        )[0]
    )


def asked(tokens: int) -> tuple[TextGenerationInput, TextGenerationParameters]:
    """The same text for ours."""
    return TextGenerationInput(TEXT), TextGenerationParameters(max_new_tokens=tokens)


def starts(processes: ModelProcesses, tiny: str, large: str) -> list[tuple[str, str]]:
    """What a process costs: its start with a model, its memory, and what its end gives back."""
    processes.close()
    _pids.clear()
    fresh = ModelProcesses(processes.settings)
    call = TextClassificationInput((TEXT,)), TextClassificationParameters()
    first, _ = timed(lambda: fresh.run(tiny, CLASSIFY, *call))
    second, _ = timed(lambda: list(fresh.stream(large, GENERATE, *asked(1))))
    private = [psutil.Process(model.pid).memory_full_info().uss / 2**20 for model in fresh.models]
    free = psutil.virtual_memory().available
    ended, _ = timed(fresh.close)
    given_back = (psutil.virtual_memory().available - free) / 2**20
    return [
        ("first answer of a tiny model that is not loaded", f"{first:.2f} s"),
        ("first token of GPT-2 12×768 that is not loaded", f"{second:.2f} s"),
        ("memory of their processes that is not shared", " and ".join(f"{size:.0f} MiB" for size in private)),
        ("both end, and give back", f"{ended:.2f} s, {given_back:.0f} MiB"),
    ]


def measured(
    processes: ModelProcesses, name: str, rounds: int, *ways: Way
) -> tuple[str, list[tuple[Taken, ...]]]:
    """What each way took in every round."""
    for way in ways:
        way()
    _pids[:] = [model.pid for model in processes.models if model.pid]
    return name, list(zip(*(tuple(way() for way in ways) for _ in range(rounds)), strict=True))


def row(name: str, taken: list[tuple[Taken, ...]], which: int) -> tuple[str, ...]:
    """The least and the median of every way, and how much more the last takes than the others."""
    times = [[one[which] * 1000 for one in way] for way in taken]
    direct, here, ours = map(min, times)
    return (
        name,
        *(f"{min(way):.2f} ({statistics.median(way):.2f})" for way in times),
        *(f"{ours - other:+.2f} ({(ours - other) / other:+.0%})" for other in (here, direct)),
    )


def timed(work: Callable[[], object]) -> Taken:
    """What the work takes."""
    wall, processor = time.perf_counter(), processor_seconds()
    work()
    return time.perf_counter() - wall, processor_seconds() - processor


def processor_seconds() -> float:
    """The processor time of this process and of those that hold models."""
    # How Linux numbers the clock of another process.
    clocks = (time.clock_gettime((~pid << 3) | 2) for pid in _pids)
    return time.process_time() + sum(clocks)


if __name__ == "__main__":
    main()
