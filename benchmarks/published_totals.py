"""Our parameter totals beside the published ones.

    python -m benchmarks.published_totals [--reference FILE]

FILE is JSON: {"models": [{"id", "config", "auto_class", "published_total"}, ...]}.
Exits with 1 if a total differs and nothing in the model explains the difference.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from explorer import gallery
from explorer.config import ModelConfig
from explorer.loading.jobs import build_tree
from explorer.source import ModelSource
from tests.published import explain


class Checkpoint(NamedTuple):
    """A checkpoint, and the total that is published for one class of it."""

    id: str
    config: ModelConfig
    auto_class: str
    published_total: int


def from_gallery() -> Iterator[Checkpoint]:
    """The checkpoints of the gallery whose total is published."""
    for entry in gallery.entries():
        if entry.published_total is not None:
            yield Checkpoint(entry.id, entry.config, entry.published_class, entry.published_total)


def from_file(path: Path) -> Iterator[Checkpoint]:
    """The checkpoints of a JSON file."""
    for model in json.loads(path.read_text("utf-8"))["models"]:
        config = ModelConfig.of(ModelSource("gallery", model["id"]), model["config"])
        yield Checkpoint(model["id"], config, model["auto_class"], model["published_total"])


def print_table(title: str, checkpoints: Iterator[Checkpoint]) -> int:
    """Print one line for each checkpoint, and give the number of differences without a reason."""
    print(f"\n{title}\n{'checkpoint':58} {'class':40} {'ours':>17} {'published':>17} {'difference':>13}")
    verdicts = []
    for checkpoint in checkpoints:
        tree = build_tree(checkpoint.config, checkpoint.auto_class)
        ours, published = tree.parameter_count, checkpoint.published_total
        reasons = explain(tree, published)
        verdicts.append(reasons)
        why = "UNEXPLAINED" if reasons is None else ", ".join(reasons)
        model_class = tree.auto_class.model_class
        print(
            f"{checkpoint.id:58} {model_class:40} {ours:>17,} {published:>17,} {published - ours:>13,} {why}"
        )
    equal, unexplained = verdicts.count(()), verdicts.count(None)
    explained = len(verdicts) - equal - unexplained
    print(
        f"{len(verdicts)} totals: {equal} equal, {explained} explained by what files store, {unexplained} not"
    )
    return unexplained


def main() -> int:
    """Print the tables; 1 if any difference is unexplained."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reference", type=Path, help="a JSON file of more checkpoints")
    options = parser.parse_args()
    unexplained = print_table("Gallery", from_gallery())
    if options.reference:
        unexplained += print_table(options.reference.name, from_file(options.reference))
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
