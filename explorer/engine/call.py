"""A call to a model on its way: what the process says of it, as whoever asked hears it."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Literal

from explorer.engine.messages import Done, Event, Failed
from explorer.errors import StoppedError

# In the order in which they come; a model that is loaded already needs neither start nor load.
Stage = Literal["waiting", "starting", "loading", "running"]

_LOOK_EVERY = 0.1


def _no_word(stage: Stage) -> None:
    """Tell nobody."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told how far a call is, and may end it before its time: called in the thread that asks."""

    on_stage: Callable[[Stage], None] = _no_word
    is_cancelled: Callable[[], bool] = _never


class Call:
    """One question to a model, and what has been heard of its answer."""

    def __init__(self, method: str, arguments: tuple[Any, ...], is_stream: bool) -> None:
        self.method = method
        self.arguments = arguments
        self.is_stream = is_stream
        self.is_left = threading.Event()
        self._is_running = False
        self._heard: SimpleQueue[Stage | Event | Done | Failed] = SimpleQueue()

    def tell(self, what: Stage | Event | Done | Failed) -> None:
        """Pass on to whoever asked what the process says."""
        self._heard.put(what)

    def answers(self, watch: Watch) -> Iterator[Any]:
        """The events of the answer as they come, then its value; its error is raised.

        Raises StoppedError as soon as the watch says so.
        """
        while not isinstance(heard := self._next(watch), Done):
            if isinstance(heard, Failed):
                raise heard.error
            if isinstance(heard, Event):
                yield heard.value
            else:
                self._is_running = heard == "running"
                watch.on_stage(heard)
        if not self.is_stream:
            yield heard.value

    def last_words(self, seconds: float) -> Iterator[Any]:
        """What a model that was told to stop still says within so many seconds."""
        with contextlib.suppress(Empty):
            while self._is_running and isinstance(heard := self._heard.get(timeout=seconds), Event):
                yield heard.value

    def _next(self, watch: Watch) -> Stage | Event | Done | Failed:
        while True:
            if watch.is_cancelled():
                raise StoppedError
            try:
                return self._heard.get(timeout=None if watch.is_cancelled is _never else _LOOK_EVERY)
            except Empty:
                continue
