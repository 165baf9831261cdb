"""For how many (architecture, auto class) pairs that can be built the output shapes are known, and why not.

    python -m benchmarks.output_shapes [--json FILE] [ARCHITECTURE ...]

One worker process at a time, with a limit on memory; a worker that dies costs one architecture.
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

MEMORY = 8_000_000_000
SECONDS_PER_ARCHITECTURE = 60
CHUNK = 20


def main() -> None:
    """Print the share that is known, and the reasons of the rest."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--json", type=Path)
    arguments.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    arguments.add_argument("architectures", nargs="*")
    options = arguments.parse_args()
    if options.worker:
        work(options.architectures)
        return
    from explorer.loading.mappings import model_types

    pairs = []
    for pair in survey(options.architectures or list(model_types())):
        pairs.append(pair)
        if options.json:
            with options.json.open("a") as file:
                file.write(json.dumps(pair) + "\n")
    report(pairs)


def survey(architectures: list[str]) -> Iterator[dict]:
    """What every pair became, from workers that each take some architectures."""
    waiting = list(architectures)
    while waiting:
        chunk = waiting[:CHUNK]
        done = []
        status = "it ended"
        command = [sys.executable, "-m", "benchmarks.output_shapes", "--worker", *chunk]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as worker:
            for line in worker.stdout:
                found = json.loads(line) if line.startswith("{") else {}
                if "done" in found:
                    done.append(found["done"])
                elif found:
                    yield found
            if worker.wait():
                status = f"exit status {worker.returncode}"
        waiting = waiting[len(done) :]
        if len(done) < len(chunk):
            yield {"model_type": waiting.pop(0), "auto_class": "all", "error": f"The worker ended: {status}."}


def work(architectures: list[str]) -> None:
    """Measure the shapes of some architectures and print a line for each pair."""
    import signal

    from explorer.loading import jobs

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    jobs.warm_up()
    for model_type in architectures:
        # The signal's default is to end the process: a forward cannot catch that.
        signal.alarm(SECONDS_PER_ARCHITECTURE)
        for pair in pairs_of(model_type):
            print(json.dumps({"model_type": model_type, **pair}), flush=True)
        print(json.dumps({"done": model_type}), flush=True)
    signal.alarm(0)


def pairs_of(model_type: str) -> Iterator[dict]:
    """One line for every auto class of an architecture that can be built."""
    from explorer.errors import ExplorerError
    from explorer.loading.defaults import default_config
    from explorer.loading.heads import build_heads
    from explorer.loading.output_shapes import output_shapes

    try:
        config = default_config(model_type)
        matrix = build_heads(config, None)
        start = time.process_time()
        found = output_shapes(config)
    except ExplorerError as error:
        yield {"auto_class": "all", "error": str(error)}
        return
    seconds = time.process_time() - start
    built = {row.auto_class.name for row in (matrix.backbone, *matrix.heads) if row and not row.error}
    for head in found:
        if head.auto_class.name in built:
            yield {
                "auto_class": head.auto_class.name,
                "model_class": head.auto_class.model_class,
                "outputs": [str(output) for output in head.outputs],
                "error": head.error,
                "seconds": round(seconds, 3),
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }


def report(pairs: list[dict]) -> None:
    """Print the share that is known, and the reasons of the rest."""
    known = [pair for pair in pairs if not pair["error"]]
    print(f"known: {len(known)} of {len(pairs)} pairs ({len(known) / len(pairs):.1%})")
    if known:
        report_costs(known)
    for reason, number in Counter(group(pair["error"]) for pair in pairs if pair["error"]).most_common():
        names = [
            f"{p['model_type']}/{p['auto_class']}"
            for p in pairs
            if p["error"] and group(p["error"]) == reason
        ]
        print(f"{number:4}  {reason}  [{', '.join(names[:6])}{', …' if number > 6 else ''}]")


def report_costs(known: list[dict]) -> None:
    """Print what the measuring took, and where a dimension has no form that was found."""
    vague = [pair for pair in known if any("varies" in output for output in pair["outputs"])]
    print(f"with a dimension of unknown form: {len(vague)}")
    seconds = sorted({pair["model_type"]: pair["seconds"] for pair in known}.values())
    print(f"CPU seconds of an architecture: median {seconds[len(seconds) // 2]}, slowest {seconds[-1]}")
    print(f"peak memory: {max(pair['peak_mb'] for pair in known)} MB")


def group(error: str) -> str:
    """The reason without what only one model says."""
    return error.partition(":")[0]


if __name__ == "__main__":
    main()
