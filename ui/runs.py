"""What a visitor asked a model to do, while it is done in a thread of its own."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

from explorer.engine.call import Stage, Watch
from explorer.errors import StoppedError
from explorer.hub.progress import DownloadProgress
from explorer.opening import OpenedModel
from explorer.tasks import Task
from ui import cache, session, shared_work
from ui.figures import size

# A run that no page looks at any more is in nobody's interest: its visitor has gone.
ABANDONED_AFTER = 20.0
STAGES: dict[Stage, str] = {
    "waiting": "Waiting for the model: others are before you",
    "starting": "Starting a process for the model",
    "loading": "Loading the weights",
    "running": "Running the model",
}


class Run:
    """One thing that a model is asked for: how far it is, what has come of it, and its end.

    ``place`` is where on the pages it was begun, and ``asked`` tells it from others there. ``work`` is
    called with the run in a thread. ``parts`` are what has come so far.
    """

    def __init__(self, place: str, asked: Any, work: Callable[["Run"], Any]) -> None:
        self.place = place
        self.asked = asked
        self.doing = "Waiting for a free place"
        self.share: float | None = None
        self.parts: list[Any] = []
        self.begun = time.monotonic()
        self.seconds: float | None = None
        self._looked = self.begun
        self._is_stopped = threading.Event()
        self._future: Future[Any] = shared_work.running_threads().submit(self._do, work)

    @property
    def is_over(self) -> bool:
        """Whether it has ended, in whichever way."""
        return self._future.done()

    @property
    def is_stopped(self) -> bool:
        """Whether its visitor ended it before its time."""
        return self._is_stopped.is_set()

    @property
    def is_good(self) -> bool:
        """Whether it has ended with a result."""
        return self.is_over and self._future.exception() is None

    @property
    def is_lost(self) -> bool:
        """Whether it has ended because nobody wanted it any more."""
        return self.is_over and isinstance(self._future.exception(), StoppedError)

    def result(self) -> Any:
        """What it gave; its error is raised. None where it was stopped, and as long as it goes on."""
        if not self.is_over or self.is_lost:
            return None
        return self._future.result()

    def look(self) -> None:
        """Say that somebody still waits for it."""
        self._looked = time.monotonic()

    def stop(self) -> None:
        """End it: a model stops within a token, a download keeps what it has."""
        self._is_stopped.set()

    def is_cancelled(self) -> bool:
        """Whether nobody wants it any more."""
        return self.is_stopped or time.monotonic() - self._looked > ABANDONED_AFTER

    def folder(self, model: OpenedModel, task: Task) -> str:
        """The folder with the model's files, downloaded first where need be."""
        self.doing = "Looking for the model's files"
        # Its headers are read for the page as well: once is enough, and all of it may be here by now.
        read = cache.checkpoint(model).future.result
        found = shared_work.answers().folder_to_run(model, task, self._fetch, self.is_cancelled, read)
        self.share = None
        return found

    def ask(self, folder: str, task: Task, method: str, *arguments: Any) -> Any:
        """What the method of the loaded model gives; StoppedError when nobody wants it any more."""
        return shared_work.answers().models.ask(folder, task.name, method, *arguments, watch=self._watch)

    def follow(self, folder: str, task: Task, method: str, *arguments: Any) -> Iterator[Any]:
        """What the method of the loaded model gives, part by part; it ends when nobody wants it any more."""
        return shared_work.answers().models.follow(folder, task.name, method, *arguments, watch=self._watch)

    @property
    def _watch(self) -> Watch:
        return Watch(self._reach, self.is_cancelled)

    def _do(self, work: Callable[["Run"], Any]) -> Any:
        if self.is_cancelled():
            raise StoppedError
        begun = time.monotonic()
        try:
            return work(self)
        finally:
            self.seconds = time.monotonic() - begun

    def _reach(self, stage: Stage) -> None:
        self.doing = STAGES[stage]

    def _fetch(self, progress: DownloadProgress) -> None:
        self.share = progress.fetched / max(progress.total, 1)
        self.doing = f"Downloading {size(progress.fetched)} of {size(progress.total)}"


def current(place: str) -> Run | None:
    """The run that was begun last at this place of the pages."""
    found: Run | None = session.remembered("runs").get(place)
    return found


def begin(place: str, asked: Any, work: Callable[[Run], Any]) -> Run:
    """Begin a run at this place; what went on there ends."""
    if before := current(place):
        before.stop()
    run = session.remembered("runs")[place] = Run(place, asked, work)
    return run
