"""The memory that loaded models share: who has a place, who has to leave, and who is refused."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from explorer.engine.call import Watch
from explorer.engine.clock import Clock
from explorer.engine.endings import closing, no_room, too_large
from explorer.engine.messages import Order
from explorer.engine.model_folder import ModelFolder, memory_of
from explorer.engine.model_process import ModelProcess
from explorer.engine.settings import RunningSettings
from explorer.errors import StoppedError

# What a process takes beside its model, of memory that it does not share with the forkserver.
OF_A_PROCESS = 64 * 2**20
_LOOK_EVERY = 0.1


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model that has a place in memory: its folder, its task, and the bytes it is counted with."""

    folder: str
    task: str
    nbytes: int
    is_in_use: bool
    pid: int | None


@dataclass(slots=True, eq=False)
class _Place:
    process: ModelProcess
    nbytes: int
    users: int = 0
    used: float = field(default_factory=time.monotonic)


class ModelRoom:
    """Gives models a place while there is memory; of those not in use, the one used longest ago leaves."""

    def __init__(self, settings: RunningSettings, loader: str) -> None:
        self._settings = settings
        self._loader = loader
        self._memory = settings.model_memory * 2**20
        self._places: dict[ModelFolder, _Place] = {}
        self._changed = threading.Condition()
        self._is_closed = False

    @property
    def models(self) -> tuple[LoadedModel, ...]:
        """The models that have a place, the one used longest ago first."""
        with self._changed:
            places = sorted(self._places.items(), key=lambda item: item[1].used)
            return tuple(
                LoadedModel(folder.path, folder.task, place.nbytes, place.users > 0, place.process.pid)
                for folder, place in places
                if place.users or place.process.is_loaded
            )

    def check_size(self, nbytes: int) -> None:
        """TooLargeError when a model of so many bytes can never have a place."""
        if nbytes + OF_A_PROCESS > self._memory:
            raise too_large(nbytes + OF_A_PROCESS, self._memory)

    @contextmanager
    def process_of(self, folder: ModelFolder, watch: Watch) -> Iterator[ModelProcess]:
        """The process of the model, which keeps its place within the block."""
        place = self._take(folder, watch)
        try:
            yield place.process
        finally:
            self._give_back(folder, place)

    def close(self) -> None:
        """End every process."""
        with self._changed:
            self._is_closed = True
            leaving = list(self._places.values())
            self._places.clear()
            self._changed.notify_all()
        _close(leaving)

    def _take(self, folder: ModelFolder, watch: Watch) -> _Place:
        clock, nbytes = Clock(self._settings.room_deadline), None
        while True:
            with self._changed:
                if self._is_closed:
                    raise closing()
                place = self._places.get(folder)
                if place is None and nbytes is not None:
                    place = self._add(folder, nbytes)
                if place is not None:
                    place.users += 1
                    return place
                if nbytes is not None:
                    self._wait(nbytes, clock, watch)
            if nbytes is None:
                # Without the lock, as it reads files.
                nbytes = memory_of(folder)
                self.check_size(nbytes)

    def _wait(self, nbytes: int, clock: Clock, watch: Watch) -> None:
        if clock.is_over:
            in_use = sum(place.nbytes for place in self._places.values() if place.users)
            raise no_room(nbytes + OF_A_PROCESS, in_use, self._memory)
        if watch.is_cancelled():
            raise StoppedError
        self._changed.wait(_LOOK_EVERY)

    def _add(self, folder: ModelFolder, nbytes: int) -> _Place | None:
        """A place for the model; None as long as those in use leave no room."""
        leaving = self._leaving(nbytes + OF_A_PROCESS)
        if leaving is None:
            return None
        order = Order(folder.path, folder.task, "", nbytes, self._settings.model_threads, self._loader)
        # The memory of those who leave is free before the new process begins.
        place = _Place(
            ModelProcess(
                order,
                self._settings,
                first=lambda: _close(leaving),
                on_ready=lambda found: self._recount(folder, found),
            ),
            nbytes + OF_A_PROCESS,
        )
        self._places[folder] = place
        return place

    def _leaving(self, nbytes: int) -> list[_Place] | None:
        """Take their places from as many as it needs for so many bytes; None if that is not enough."""
        free = self._memory - sum(place.nbytes for place in self._places.values())
        idle = sorted(
            (item for item in self._places.items() if not item[1].users),
            # First those whose process has ended since: they hold nothing.
            key=lambda item: (item[1].process.is_loaded, item[1].used),
        )
        chosen = []
        for folder, place in idle:
            if free >= nbytes:
                break
            chosen.append((folder, place))
            free += place.nbytes
        if free < nbytes:
            return None
        for folder, _ in chosen:
            del self._places[folder]
        return [place for _, place in chosen]

    def _recount(self, folder: ModelFolder, nbytes: int) -> None:
        """Count the model with what it really takes, now that it is loaded."""
        with self._changed:
            place = self._places.get(folder)
            if place is None:
                return
            place.nbytes = nbytes + OF_A_PROCESS
            leaving = self._leaving(0) or []
            self._changed.notify_all()
        _close(leaving)

    def _give_back(self, folder: ModelFolder, place: _Place) -> None:
        with self._changed:
            place.users -= 1
            place.used = time.monotonic()
            # What failed to load, or died, has no claim to memory.
            is_empty = not place.users and not place.process.is_loaded
            if is_empty and self._places.get(folder) is place:
                del self._places[folder]
            self._changed.notify_all()
        if is_empty:
            place.process.close()


def _close(places: list[_Place]) -> None:
    for place in places:
        place.process.close()
