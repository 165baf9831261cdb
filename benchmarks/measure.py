"""What the measurements share: a process with its time and memory, and a table in Markdown."""

import os
import subprocess
import sys
import tempfile
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
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments], stdout=output, env={**os.environ, **(variables or {})}
        )
        # Not wait(): only this call tells what the one process used.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if status:
            raise RuntimeError(f"{arguments} ended with status {process.returncode}")
        output.seek(0)
        return Run(output.read(), seconds, usage.ru_maxrss / 1024)


def print_table(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Print a table in Markdown."""
    names = tuple(columns)
    print("| " + " | ".join(names) + " |")
    print("|" + "---|" * len(names))
    for row in rows:
        print("| " + " | ".join(map(str, row)) + " |")
