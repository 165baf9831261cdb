"""Runs the Python that the pages print, as it is printed."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

# Runs each snippet by itself; tells what each printed, and its features in full.
RUNNER = """
import contextlib, io, json, sys
said = {}
for name, code in json.load(sys.stdin).items():
    names = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(code, name, "exec"), names)
    said[name] = [out.getvalue(), [rows.tolist() for rows in names.get("features", ())]]
print(json.dumps(said))
"""


class Said(NamedTuple):
    """What a snippet printed, and the numbers of what it called ``features``."""

    printed: str
    features: list[list[float]]


def run(codes: Mapping[str, str], folder: Path, **environment: str) -> dict[str, Said]:
    """What each snippet says, all of them run in one Python in the folder."""
    # One thread: those of two processes would wait for each other.
    quiet = {"HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", RUNNER],
        input=json.dumps(codes),
        env=os.environ | quiet | environment,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return {name: Said(*said) for name, said in json.loads(done.stdout).items()}
