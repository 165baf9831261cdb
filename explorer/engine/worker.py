"""The worker's side of the engine: its limits, and the call of one job."""

import ctypes
import os
import resource
import signal
import sys
from typing import Any

PARENT_DEATH_SIGNAL = 1
REFUSED = frozenset({"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"})


def start(memory: int) -> None:
    """Make this process a worker: torch at hand, memory limited (in MiB), no network."""
    from explorer.engine import preload

    _die_with_parent()
    # Its parent may have died before that; where there was no forkserver, this process imported all itself.
    if preload.IMPORTED_BY not in (os.getppid(), os.getpid()):
        os._exit(1)
    limit = memory * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(_refuse_network)


def _die_with_parent() -> None:
    """Nobody would hear of this worker's results without the process that forked it."""
    if prctl := getattr(ctypes.CDLL(None), "prctl", None):  # Linux has it.
        prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)


def call(job: str, arguments: tuple[Any, ...]) -> Any:
    """The result of one job of explorer.loading.jobs."""
    from explorer.loading import jobs

    if job not in jobs.__all__:
        raise ValueError(f"No job {job!r}")
    return getattr(jobs, job)(*arguments)


def _refuse_network(event: str, _: tuple[Any, ...]) -> None:
    if event in REFUSED:
        raise PermissionError("A worker has no network.")
