"""Bytes over the network for a head matrix, beside the classic way: download, load, torchinfo.

Checkpoints with the real names and shapes are served by the tests' Hub server, with zeros for data.
The classic way is run where its download is below a gigabyte; else its bytes are those of the files
that it would have to fetch.

    python -m benchmarks.network
"""

import json
import os
import subprocess
import sys
import tempfile
import time

from benchmarks.measure import print_table
from explorer.answers import Answers
from explorer.engine.local import LocalEngine
from explorer.gallery import find
from explorer.hub.settings import HubSettings
from explorer.source import ModelSource
from explorer.tree import full_name, walk
from tests.hub.contents import Content, header_bytes, sharded
from tests.hub.server import HubServer

# Checkpoint, and how many files it is published in.
MODELS = (
    ("google-bert/bert-base-uncased", 1),
    ("openai-community/gpt2", 1),
    ("meta-llama/Meta-Llama-3.1-405B", 191),
    ("Qwen/Qwen3-235B-A22B", 118),
)
RUN_BELOW = 10**9
CLASSIC = """
import sys, torchinfo, transformers
from transformers import AutoModel
summary = torchinfo.summary(AutoModel.from_pretrained(sys.argv[1]), verbose=0)
"""


def main() -> None:
    """Print the table."""
    engine = LocalEngine()
    rows = []
    for name, count in MODELS:
        with HubServer() as hub:
            rows.append(measure(Answers(engine, HubSettings(endpoint=hub.url)), hub, name, count))
    engine.close()
    print_table(
        (
            "checkpoint",
            "config + headers",
            "fetched",
            "ratio",
            "metadata",
            "seconds",
            "classic way",
            "seconds",
        ),
        rows,
    )


def measure(answers: Answers, hub: HubServer, name: str, count: int) -> tuple[str, ...]:
    """One row: what a head matrix fetched, and what the classic way fetches."""
    files = layout(answers, name, count)
    hub.add(name, files)
    shards = {file: content for file, content in files.items() if file.endswith(".safetensors")}
    least = files["config.json"].nbytes + sum(map(header_bytes, shards.values()))
    start = time.perf_counter()
    matrix = answers.heads(answers.open(ModelSource("hub", name)))
    seconds = time.perf_counter() - start
    if not all(row.report for row in matrix.heads if not row.error):
        raise RuntimeError(f"{name} has no load reports")
    fetched = hub.data_bytes
    metadata = sum(answer.nbytes for answer in hub.served if not answer.is_data)
    whole = sum(content.nbytes for content in files.values())
    classic, classic_seconds = run_classic(hub, name) if whole < RUN_BELOW else (whole, None)
    return (
        name,
        f"{least:,}",
        f"{fetched:,}",
        f"{fetched / least:.3f}",
        f"{metadata:,}",
        f"{seconds:.2f}",
        f"{classic:,}" + ("" if classic_seconds else " (not run)"),
        f"{classic_seconds:.1f}" if classic_seconds else "",
    )


def layout(answers: Answers, name: str, count: int) -> dict[str, Content]:
    """The files of a checkpoint with the names and shapes of the class that it names."""
    config = find(name)
    if config is None:
        raise LookupError(name)
    tree = answers.tree(answers.open(config.source))
    tensors = {
        full_name(node, tensor): tensor.shape
        for node in walk(tree.root)
        for tensor in node.tensors
        if tensor.kind == "parameter" and not tensor.tied_to
    }
    dtype = "F32" if count == 1 else "BF16"
    files = sharded(tensors, count, dtype)
    if count == 1:
        files = {"model.safetensors": next(iter(files.values()))}
    return {"config.json": Content.of(json.loads(config.text)), **files}


def run_classic(hub: HubServer, name: str) -> tuple[int, float]:
    """Bytes and seconds of downloading the weights and counting them in the model."""
    before = hub.data_bytes
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as home:
        variables = {"HF_ENDPOINT": hub.url, "HF_HOME": home, "HF_HUB_DISABLE_XET": "1"}
        subprocess.run([sys.executable, "-c", CLASSIC, name], check=True, env={**os.environ, **variables})
    return hub.data_bytes - before, time.perf_counter() - start


if __name__ == "__main__":
    main()
