"""How a call to a model can end without an answer, in words for the reader of a page."""

import signal

from explorer.engine.clock import Clock
from explorer.errors import TooLargeError, WorkerError


def closing() -> WorkerError:
    """The error of a call that comes too late for this server."""
    return WorkerError("The explorer is closing, and its models with it.", "Open it again.")


def too_late(clock: Clock, what: str) -> WorkerError:
    """The error for what did not end in time."""
    return WorkerError(
        f"{what} took longer than {clock.seconds:g} seconds and was stopped.",
        "Try a shorter text, fewer tokens, or a smaller checkpoint.",
    )


def died(code: int | None) -> WorkerError:
    """The error for a process that ended in the middle of a call."""
    return WorkerError(
        f"The process that held the model {_how(code)}.",
        "The next call loads it anew. If it happens again, try a shorter text or a smaller checkpoint.",
    )


def _how(code: int | None) -> str:
    if code == -signal.SIGKILL:
        return "was killed from outside, as a machine does when its memory is full"
    if code is not None and code < 0:
        return f"crashed ({signal.Signals(-code).name})"
    return "ended in the middle of its work"


def too_large(nbytes: int, memory: int) -> TooLargeError:
    """The error for a model that can never be loaded here; both in bytes."""
    return TooLargeError(
        f"The model and its process take {_mib(nbytes)} MiB of memory, and all models together may take"
        f" {_mib(memory)} MiB here.",
        "Choose a smaller checkpoint, or let the operator raise EXPLORER_MODEL_MEMORY.",
    )


def no_room(nbytes: int, in_use: int, memory: int) -> TooLargeError:
    """The error for a model that does not fit beside those that are in use; all in bytes."""
    return TooLargeError(
        f"The model and its process take {_mib(nbytes)} MiB of memory, and of the {_mib(memory)} MiB for"
        f" models {_mib(in_use)} MiB are in use by others at this moment.",
        "Try again when they have finished, or choose a smaller checkpoint.",
    )


def _mib(nbytes: int) -> str:
    return f"{-(-nbytes // 2**20):,}"
