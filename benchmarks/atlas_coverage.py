"""How many (architecture, auto class) pairs are built from their default configs, and why the rest are not.

    python -m benchmarks.atlas_coverage [--verify] [--json FILE] [ARCHITECTURE ...]

One worker process at a time, with a limit on memory; a worker that dies costs one architecture.
With --verify every total is compared with a count over the parameters of ``from_config``'s model.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from explorer.heads import HeadRow

MEMORY = 8_000_000_000
SECONDS_PER_ARCHITECTURE = 90
CHUNK = 40


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--verify", action="store_true")
    arguments.add_argument("--json", type=Path)
    arguments.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    arguments.add_argument("architectures", nargs="*")
    options = arguments.parse_args()
    if options.worker:
        work(options.architectures, options.verify)
        return
    from explorer.loading.mappings import model_types

    pairs = list(survey(options.architectures or list(model_types()), options.verify))
    if options.json:
        options.json.write_text("".join(json.dumps(pair) + "\n" for pair in pairs))
    report(pairs)


def survey(architectures: list[str], verify: bool) -> Iterator[dict]:
    """What every pair became, from workers that each take some architectures."""
    waiting = list(architectures)
    while waiting:
        chunk = waiting[:CHUNK]
        flags = ["--worker"] + ["--verify"] * verify
        command = [sys.executable, "-m", "benchmarks.atlas_coverage", *flags, *chunk]
        try:
            found = subprocess.run(
                command, capture_output=True, text=True, timeout=SECONDS_PER_ARCHITECTURE * len(chunk)
            )
            output, status = found.stdout, f"exit status {found.returncode}"
        except subprocess.TimeoutExpired as expired:
            output, status = (expired.stdout or b"").decode(), "time-out"
        lines = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
        done = [line["done"] for line in lines if "done" in line]
        yield from (line for line in lines if "done" not in line)
        waiting = waiting[len(done) :]
        if len(done) < len(chunk):
            yield {"model_type": waiting.pop(0), "auto_class": "all", "error": f"The worker ended: {status}."}


def work(architectures: list[str], verify: bool) -> None:
    """Build the pairs of some architectures and print a line for each."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for model_type in architectures:
        for pair in pairs_of(model_type, verify):
            print(json.dumps({"model_type": model_type, **pair}), flush=True)
        print(json.dumps({"done": model_type}), flush=True)


def pairs_of(model_type: str, verify: bool) -> Iterator[dict]:
    """One line for every auto class of an architecture."""
    from explorer.errors import ExplorerError
    from explorer.loading.configs import load_config
    from explorer.loading.defaults import default_config
    from explorer.loading.heads import build_heads

    start = time.perf_counter()
    try:
        config = default_config(model_type)
        matrix = build_heads(config, None)
    except ExplorerError as error:
        yield {"auto_class": "all", "error": str(error)}
        return
    seconds = time.perf_counter() - start
    rows = [row for row in (matrix.backbone, *matrix.heads) if row]
    for row in rows:
        pair = {
            "auto_class": row.auto_class.name,
            "model_class": row.auto_class.model_class,
            "parameters": row.parameter_count,
            "error": row.error,
            "seconds": round(seconds / len(rows), 3),
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
        if row.head and matrix.backbone:
            pair |= facts_of(row, matrix.backbone.parameter_count)
        if verify:
            pair["expected"] = expected(load_config(config), row.auto_class.name)
        yield pair


def facts_of(row: HeadRow, backbone: int) -> dict:
    """What a head adds to a backbone of so many parameters, and whether the sum is the class."""
    kept = backbone - row.head.removed_parameter_count
    return {
        "adds_up": kept + row.head.parameter_count == row.parameter_count,
        "kept": kept,
        "added": [node.path for node in row.head.added],
        "removed": [node.path for node in row.head.removed],
    }


def expected(live, auto_class: str) -> int | str:
    """The parameters of the model that transformers makes, counted by torch."""
    import torch
    import transformers

    try:
        with torch.device("meta"):
            model = getattr(transformers, auto_class).from_config(live, trust_remote_code=False)
    except Exception as error:  # noqa: BLE001  whatever it is, it is the answer
        return f"{type(error).__name__}: {error}"[:200]
    return sum(parameter.numel() for parameter in model.parameters())


def report(pairs: list[dict]) -> None:
    """Print the share that was built, and the reasons of the rest."""
    built = [pair for pair in pairs if not pair["error"]]
    print(f"built: {len(built)} of {len(pairs)} pairs ({len(built) / len(pairs):.1%})")
    reasons = Counter(pair["error"] for pair in pairs if pair["error"])
    for reason, number in reasons.most_common():
        names = [f"{p['model_type']}/{p['auto_class']}" for p in pairs if p["error"] == reason]
        print(f"{number:4}  {reason}  [{', '.join(names[:6])}{', …' if number > 6 else ''}]")
    for pair in built:
        if "expected" in pair and pair["expected"] != pair["parameters"]:
            print(
                "total differs:", pair["model_type"], pair["auto_class"], pair["parameters"], pair["expected"]
            )
        if pair.get("adds_up") is False:
            print("head does not add up:", pair["model_type"], pair["auto_class"])
        if pair.get("kept") == 0:
            print("nothing of the backbone is kept:", pair["model_type"], pair["auto_class"])


if __name__ == "__main__":
    main()
