"""What a process that holds a model may touch: its folder to read, its scratch folder to write.

This keeps transformers from following a name in a strange config to another file or program. It is
no wall against foreign machine code, and none is ever run: no remote code, no pickles.
"""

import os
import sys
import tempfile
from typing import Any

_READS = frozenset({"open", "os.listdir", "os.scandir"})
_CHANGES = frozenset(
    {
        "os.chmod",
        "os.chown",
        "os.link",
        "os.mkdir",
        "os.remove",
        "os.rename",
        "os.rmdir",
        "os.symlink",
        "os.truncate",
        "os.utime",
    }
)
_STARTS = frozenset({"subprocess.Popen", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.system"})
_OF_THE_SYSTEM = ("/proc", "/sys", "/dev")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def confine(folder: str, scratch: str) -> None:
    """From now on, read the folder and Python's own files only, write the scratch only, start nothing."""
    tempfile.tempdir = scratch
    sys.dont_write_bytecode = True
    pythons = (sys.prefix, sys.base_prefix, *filter(None, sys.path))
    readable = _below(folder, scratch, *_OF_THE_SYSTEM, *pythons)
    writable = _below(scratch, os.devnull)

    def check(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _READS:
            flags = arguments[2] if event == "open" else 0
            is_write = isinstance(flags, int) and flags & _WRITING
            _check_place(arguments[0], writable if is_write else readable)
        elif event in _CHANGES:
            for path in arguments[: 2 if event in ("os.link", "os.rename", "os.symlink") else 1]:
                _check_place(path, writable)
        elif event in _STARTS:
            raise PermissionError("A process that holds a model starts no other.")

    sys.addaudithook(check)


def _below(*folders: str) -> tuple[str, ...]:
    return tuple({os.path.join(os.path.abspath(folder), "") for folder in folders})


def _check_place(path: Any, folders: tuple[str, ...]) -> None:
    # A number is a file that is open already; None is the working directory.
    if isinstance(path, int):
        return
    place = os.path.join(os.path.abspath(os.fsdecode(path if path is not None else ".")), "")
    if not place.startswith(folders):
        raise PermissionError("A process that holds a model reads its own folder only.")
