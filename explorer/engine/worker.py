"""The worker's side of the engine: its limits, and the call of one job."""

import contextlib
import ctypes
import os
import resource
import signal
import sys
from pathlib import Path
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


def held_memory() -> int:
    """The bytes that this process holds already, as its limit counts them; 0 where nobody tells."""
    try:
        status = Path("/proc/self/status").read_text("ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmData")), 0)


def die_before_the_server() -> None:
    """When the machine's memory is full, let the system end this process and not the server."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500", "ascii")


def call(job: str, arguments: tuple[Any, ...]) -> Any:
    """The result of one job of explorer.loading.jobs."""
    from explorer.loading import jobs

    if job not in jobs.__all__:
        raise ValueError(f"No job {job!r}")
    return getattr(jobs, job)(*arguments)


def _refuse_network(event: str, _: tuple[Any, ...]) -> None:
    if event in REFUSED:
        raise PermissionError("A worker has no network.")
