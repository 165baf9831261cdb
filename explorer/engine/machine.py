"""How much of this machine the process may use, inside a container too."""

import os
from pathlib import Path

_GROUP = Path("/sys/fs/cgroup")


def cores() -> int:
    """The processor cores that this process may run on, at least one."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota, _, period = _line("cpu.max").partition(" ")
    if quota.isdigit() and period.isdigit() and int(period):
        available = min(available, -(-int(quota) // int(period)))
    return max(1, available)


def memory() -> int:
    """The bytes of memory that this process and its children may fill."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limits = [_line("memory.max"), _line("memory/memory.limit_in_bytes")]
    return min([whole, *(int(limit) for limit in limits if limit.isdigit())])


def _line(name: str) -> str:
    try:
        return (_GROUP / name).read_text("ascii").strip()
    except OSError:
        return ""
