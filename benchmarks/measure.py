"""What the measurements share: a process with its time and memory, and a table in Markdown."""

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """A finished process: its output, wall-clock seconds, and peak resident memory in MiB."""

    output: str
    seconds: float
    memory: float


def run(arguments: Sequence[str], variables: Mapping[str, str] | None = None) -> Run:
    """Run Python with these arguments to its end, and measure that process."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        env={**os.environ, **(variables or {})},
        text=True,
    )
    assert process.stdout
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"{arguments} ended with status {status}")
    process.returncode = 0
    return Run(output, time.perf_counter() - start, usage.ru_maxrss / 1024)


def print_table(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Print a table in Markdown."""
    names = tuple(columns)
    print("| " + " | ".join(names) + " |")
    print("|" + "---|" * len(names))
    for row in rows:
        print("| " + " | ".join(map(str, row)) + " |")
