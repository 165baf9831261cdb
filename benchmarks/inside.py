"""What it costs to look inside a model, beside what its answer costs.

A masked language model of BERT-base's size with random weights: what it says does not matter here.

    python -m benchmarks.inside
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch

from benchmarks.measure import print_table
from explorer.loading import running
from explorer.loading.running import Loaded
from explorer.tasks.fill_mask import FillMaskInput, FillMaskParameters
from tests.running import models

BASE = {
    "hidden_size": 768,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "intermediate_size": 3072,
    "max_position_embeddings": 512,
}
WORDS = (8, 30)
ROUNDS = 3


def main() -> None:
    """Print the table."""
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as place:
        folder = models.bert(Path(place) / "bert", "BertForMaskedLM", models.word_pieces(512), **BASE)
        model = running.load(folder, "fill-mask")
        rows = [row(model, words) for words in WORDS]
    columns = ("tokens", "answer, ms", "walk, maps, states, lens", "and every token hidden once")
    print_table((*columns, "same backbone", "every head"), rows)


def row(model: Loaded, words: int) -> tuple[str, ...]:
    """The answer's milliseconds, and how many times as long each look inside takes."""
    inputs, settings = FillMaskInput("Paris " * words + "[MASK]"), FillMaskParameters()
    ways: tuple[Callable[[], object], ...] = (
        lambda: model.run(inputs, settings),
        lambda: model.explain(inputs, settings, None, False),
        lambda: model.explain(inputs, settings),
        lambda: model.same_backbone(inputs, settings),
        lambda: list(model.every_head(inputs, settings, 0, lambda: False)),
    )
    tokens = len(model.explain(inputs, settings, None, False).tokens)
    taken = zip(*(tuple(map(timed, ways)) for _ in range(ROUNDS)), strict=True)
    answer, *inside = map(statistics.median, taken)
    return f"{tokens}", f"{answer * 1000:.0f}", *(f"{one / answer:.1f} times" for one in inside)


def timed(way: Callable[[], object]) -> float:
    """Seconds of wall clock."""
    start = time.perf_counter()
    way()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
