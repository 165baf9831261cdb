"""What the server and a process that holds a model say to each other through their pipe."""

from dataclasses import dataclass
from typing import Any

from explorer.errors import ExplorerError


@dataclass(frozen=True, slots=True)
class Order:
    """What a new process is to load, and its limits.

    ``scratch`` is the only folder that it may write to; ``nbytes`` is what the model is expected to
    take; ``loader`` is the module whose ``load`` loads it.
    """

    folder: str
    task: str
    scratch: str
    nbytes: int
    threads: int
    loader: str


@dataclass(frozen=True, slots=True)
class Ready:
    """The model is loaded, and takes so many bytes."""

    nbytes: int


@dataclass(frozen=True, slots=True)
class Ask:
    """A call: a method of the loaded model with its arguments; the answer comes at once, or as events."""

    number: int
    method: str
    arguments: tuple[Any, ...]
    is_stream: bool


@dataclass(frozen=True, slots=True)
class Stop:
    """Nobody waits any longer for the answer to the call."""

    number: int


@dataclass(frozen=True, slots=True)
class Event:
    """A part of the answer."""

    value: Any


@dataclass(frozen=True, slots=True)
class Done:
    """The end of the answer, or the whole of it."""

    value: Any = None


@dataclass(frozen=True, slots=True)
class Failed:
    """The error instead of an answer; ``trace`` is for the log, where the error is unexpected."""

    error: ExplorerError
    trace: str = ""
