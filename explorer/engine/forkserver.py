"""The process that imports torch once, and from which every worker is forked."""

import multiprocessing
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import forkserver
from pathlib import Path

CONTEXT = multiprocessing.get_context("forkserver")
# Held while a process is started: multiprocessing's own list of children is not made for threads.
STARTING = threading.RLock()


def start_forkserver() -> None:
    """Start it, unless it runs; its imports go on in the background."""
    with STARTING, _environment(PYTHONPATH=_python_path()):
        CONTEXT.set_forkserver_preload(["explorer.engine.preload"])
        forkserver.ensure_running()


def _python_path() -> str:
    """The folder of this package first: the forkserver knows only the working directory."""
    package_parent = str(Path(__file__).parents[2])
    return os.pathsep.join([package_parent, *filter(None, [os.environ.get("PYTHONPATH")])])


@contextmanager
def _environment(**variables: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
