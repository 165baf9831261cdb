"""The same question to accelerate's estimate and to torchinfo: total, time, memory, and who is right.

Each tool runs in a process of its own, imports included; ours does the work of a worker. The truth
is the number of parameters with tied ones counted once, as it is published for the class.

    python -m benchmarks.peers
"""

import json
import tempfile
from pathlib import Path

from benchmarks.measure import Run, print_table, run
from explorer.gallery import GalleryEntry, entries
from tests.hub.contents import Content
from tests.hub.server import HubServer

MODELS = (
    "google-bert/bert-base-uncased",
    "openai-community/gpt2",
    "google-t5/t5-small",
    "facebook/bart-base",
    "meta-llama/Meta-Llama-3.1-405B",
    "mistralai/Mixtral-8x22B-v0.1",
    "Qwen/Qwen3-235B-A22B",
)

OURS = """
import sys
from explorer.config import ModelConfig
from explorer.loading import jobs
from explorer.source import ModelSource
text = open(sys.argv[1]).read()
print(jobs.build_tree(ModelConfig(ModelSource("config", text), text), sys.argv[2]).parameter_count)
"""
# accelerate always builds AutoModel, in fp32; its estimate is in bytes.
ACCELERATE = """
import sys
from accelerate.commands.estimate import create_empty_model
from accelerate.utils import calculate_maximum_sizes
model = create_empty_model(sys.argv[3], library_name="transformers")
print(calculate_maximum_sizes(model)[0] // 4)
"""
TORCHINFO = """
import sys, torch, torchinfo, transformers
config = transformers.AutoConfig.from_pretrained(sys.argv[1])
with torch.device("meta"):
    model = getattr(transformers, sys.argv[2]).from_config(config)
print(torchinfo.summary(model, verbose=0).total_params)
"""


def main() -> None:
    """Print the table."""
    chosen = [entry for name in MODELS for entry in entries() if entry.id == name]
    if len(chosen) != len(MODELS):
        raise LookupError("A model of this benchmark is not in the gallery")
    rows: list[tuple[str, ...]] = []
    for entry in chosen:
        with HubServer() as hub, tempfile.TemporaryDirectory() as folder:
            values = json.loads(entry.config.text)
            hub.add(entry.id, {"config.json": Content.of(values)}, facts={"config": values})
            path = Path(folder, "config.json")
            path.write_text(entry.config.text)
            rows += compare(entry, path, {"HF_ENDPOINT": hub.url, "HF_HOME": folder})
    print_table(("checkpoint", "class", "tool", "parameters", "right", "seconds", "peak MiB"), rows)


def compare(entry: GalleryEntry, path: Path, variables: dict[str, str]) -> list[tuple[str, ...]]:
    """The rows of one checkpoint: every tool on AutoModel and on the class that it names."""
    rows = []
    for auto_class in dict.fromkeys(("AutoModel", entry.auto_class)):
        arguments = (str(path), auto_class, entry.id)
        truth = run(("-c", OURS, *arguments))
        rows.append(row(entry, auto_class, "ours", truth, truth))
        if auto_class == "AutoModel":
            found = run(("-c", ACCELERATE, *arguments), variables)
            rows.append(row(entry, auto_class, "accelerate", found, truth))
        rows.append(row(entry, auto_class, "torchinfo", run(("-c", TORCHINFO, *arguments)), truth))
    return rows


def row(entry: GalleryEntry, auto_class: str, tool: str, found: Run, truth: Run) -> tuple[str, ...]:
    """One line of the table; our own total is checked against the published ones elsewhere."""
    total, right = int(found.output.split()[-1]), int(truth.output)
    verdict = "reference" if found is truth else "yes" if total == right else f"{total - right:+,}"
    return (entry.id, auto_class, tool, f"{total:,}", verdict, f"{found.seconds:.1f}", f"{found.memory:.0f}")


if __name__ == "__main__":
    main()
