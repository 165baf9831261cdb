"""Encoders by torch, as the explorer runs them, beside OpenVINO, ONNX Runtime, and oneDNN within torch.

The models have random weights. Each way takes torch's place within our runner, so that all get the
same tensors; they take turns. Needs packages that the explorer does without.

    pip install openvino onnxruntime onnx onnxscript
    python -m benchmarks.encoders
"""

import importlib.util
import json
import resource
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import torch
import transformers

from benchmarks.encoder_runtimes import COMPILE, CONVERT, ONNX, OPENVINO, in_place_of, text, with_onednn
from benchmarks.measure import print_table, run
from explorer import tasks
from explorer.loading.running import Loaded
from explorer.loading.running.loaded_model import LoadedModel, load_model
from explorer.tasks.feature_extraction import FeatureExtractionInput, FeatureExtractionParameters

PACKAGES = ("openvino", "onnxruntime", "onnx", "onnxscript")
# Threads that wait do not spin, as in the explorer. Without CI, importing openvino tells its maker.
VARIABLES = {"GOMP_SPINCOUNT": "0", "CI": "true", "TRANSFORMERS_VERBOSITY": "error"}
WAYS = ("torch", "oneDNN", "oneDNN, packed", OPENVINO, ONNX)
MODELS = {
    "BERT-base": (transformers.BertModel, transformers.BertConfig()),
    "DistilBERT": (transformers.DistilBertModel, transformers.DistilBertConfig()),
}
WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *(f"word{number}" for number in range(200)))
LINES = tuple((length,) for length in range(9, 73, 2))
# Rounds, and the texts by their numbers of tokens: each tuple is one call.
CELLS: dict[str, tuple[int, tuple[tuple[int, ...], ...]]] = {
    "32 lines, lengths that are new": (1, LINES),
    "32 lines, of 9 to 71 tokens": (4, LINES),
    "16 tokens": (30, ((16,),)),
    "64 tokens": (20, ((64,),)),
    "256 tokens": (8, ((256,),)),
    "8 texts of 64 tokens": (6, ((64,) * 8,)),
}
# Seconds of wall clock, and of processor time of all threads.
Taken = tuple[float, float]


def main() -> None:
    """Print the tables."""
    if absent := [name for name in PACKAGES if importlib.util.find_spec(name) is None]:
        print(f"Nothing was measured: {' and '.join(absent)} cannot be imported (see this file's beginning).")
        return
    with tempfile.TemporaryDirectory() as place:
        for name in MODELS:
            folder = save(name, Path(place) / name)
            costs = [asked("conversion", folder, way) for way in (OPENVINO, ONNX)]
            print(f"\n{name}, to come from torch to another:\n")
            print_table(("", OPENVINO, ONNX), ((what, *(cost[what] for cost in costs)) for what in costs[0]))
            for threads in ("1", "2"):
                for what, (columns, *rows) in asked("turns", folder, threads).items():
                    print(f"\n{name}, threads: {threads}, {what}:\n")
                    print_table(columns, rows)


def asked(*arguments: str) -> Any:
    """What one of the functions below finds out in a process of its own."""
    return json.loads(run(["-m", "benchmarks.encoders", *arguments], VARIABLES).output.splitlines()[-1])


def save(name: str, folder: Path) -> str:
    """The folder of a checkpoint with random weights, and of a tokenizer that knows a few words."""
    model_class, config = MODELS[name]
    torch.manual_seed(0)
    model_class(config).save_pretrained(folder)
    vocabulary = {word: number for number, word in enumerate(WORDS)}
    transformers.BertTokenizer(vocab=vocabulary, model_max_length=512).save_pretrained(folder)
    return str(folder)


def load(folder: str) -> LoadedModel:
    """The model as the explorer loads it."""
    return load_model(Path(folder), tasks.find("feature-extraction"))


def conversion(folder: str, way: str) -> dict[str, str]:
    """What it takes to convert a model that torch has run, and to run it elsewhere for the first time."""
    held, memory = load(folder), psutil.Process().memory_info
    answer(Loaded(held), ((64,),))
    before = memory().rss
    _, imported = timed(importlib.import_module, "openvino" if way == OPENVINO else "onnxruntime")
    _, converted = timed(CONVERT[way], held, folder)
    compute, compiled = timed(COMPILE[way], folder, 1)
    _, first = timed(answer, in_place_of(held, compute), ((64,),))
    steps = {"import": imported, "convert and save": converted, "compile": compiled, "first text": first}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {
        **{f"{step}, s of CPU (clock)": f"{cpu:.1f} ({clock:.1f})" for step, (clock, cpu) in steps.items()},
        "together, s of CPU": f"{sum(cpu for _, cpu in steps.values()):.1f}",
        "most memory besides torch's, MiB": f"{(peak - before) / 2**20:.0f}",
    }


def turns(folder: str, threads: str) -> dict[str, list[list[str]]]:
    """The times of each kind of input in every way, and how far the answers are from torch's."""
    torch.set_num_threads(int(threads))
    held = load(folder)
    ways = [
        Loaded(held),
        *(with_onednn(load(folder), is_packed) for is_packed in (False, True)),
        *(in_place_of(held, make(folder, int(threads))) for make in COMPILE.values()),
    ]
    for way in ways:
        answer(way, ((5,),))
    found = {name: measured(ways, rounds, calls) for name, (rounds, calls) in CELLS.items()}
    tables = ("ms of the clock", "ms of CPU")
    return {
        **{
            what: [["", *WAYS], *([name, *figures(times, which)] for name, (times, _) in found.items())]
            for which, what in enumerate(tables)
        },
        "greatest difference from torch": [
            ["", *WAYS[1:]],
            *([name, *(f"{difference:.0e}" for difference in far)] for name, (_, far) in found.items()),
        ],
    }


def measured(
    ways: list[Loaded], rounds: int, calls: tuple[tuple[int, ...], ...]
) -> tuple[list[list[Taken]], list[float]]:
    """What each way takes in every round, and how far each answer is from the first way's."""
    taken: list[list[Taken]] = [[] for _ in ways]
    for _ in range(rounds):
        answers = []
        for way, times in zip(ways, taken, strict=True):
            found, took = timed(answer, way, calls)
            answers.append(found)
            times.append(took)
    return taken, [float(np.abs(other - answers[0]).max()) for other in answers[1:]]


def figures(taken: list[list[Taken]], which: int) -> list[str]:
    """The least and the median, and how many times as fast as the first way."""
    ways = [[1000 * one[which] for one in times] for times in taken]
    texts = [f"{min(times):.1f} ({statistics.median(times):.1f})" for times in ways]
    ratios = [f" {min(ways[0]) / min(times):.2f}×" for times in ways[1:]]
    return [text + ratio for text, ratio in zip(texts, ["", *ratios], strict=True)]


def answer(way: Loaded, calls: tuple[tuple[int, ...], ...]) -> np.ndarray:
    """The features of every token of all texts."""
    found = [
        features.features.data
        for lengths in calls
        # Two tokens are the tokenizer's own.
        for features in way.run(
            FeatureExtractionInput(tuple(text(length - 2) for length in lengths)),
            FeatureExtractionParameters(),
        ).texts
    ]
    return np.frombuffer(b"".join(found), dtype=np.float32)


def timed(work: Callable[..., Any], *arguments: Any) -> tuple[Any, Taken]:
    """What the work gives, and what it takes."""
    clock, cpu = time.perf_counter(), time.process_time()
    found = work(*arguments)
    return found, (time.perf_counter() - clock, time.process_time() - cpu)


if __name__ == "__main__":
    # Both converters warn of what they do not follow; the differences tell whether it mattered.
    warnings.simplefilter("ignore")
    if what := sys.argv[1:]:
        print(json.dumps({"conversion": conversion, "turns": turns}[what[0]](*what[1:])))
    else:
        main()
