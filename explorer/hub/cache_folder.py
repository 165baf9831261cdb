"""The folder of downloaded models: where each lies, who writes to it, and which one goes.

A model is in ``owner--name/commit``. As long as a file is missing, the folder's name ends in
``.part``; what is being removed ends in ``.gone``. So a folder with a bare name is always whole.
"""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from explorer.errors import AccessError, TooLargeError
from explorer.hub.settings import HubSettings
from explorer.source import ModelSource

# Left free on the disk, for everybody else.
RESERVE = 256_000_000
_PART = ".part"
_GONE = ".gone"


@dataclass(frozen=True, slots=True)
class CachedModel:
    """A model in the cache, whole or not: its folder, its bytes, and when it was used last."""

    folder: str
    nbytes: int
    used: float


class CacheFolder:
    """The place of one model at one commit."""

    def __init__(self, settings: HubSettings, source: ModelSource) -> None:
        if not source.revision:
            raise ValueError("only a model at a commit can be kept")
        self._settings = settings
        self.model = os.path.join(settings.cache, source.name.replace("/", "--"))
        self.whole = os.path.join(self.model, source.revision)
        self.part = f"{self.whole}{_PART}"

    @property
    def is_whole(self) -> bool:
        """Whether all of the model is here."""
        return os.path.isdir(self.whole)

    @property
    def nbytes(self) -> int:
        """The bytes that are here already."""
        return _size_of(self.whole if self.is_whole else self.part)

    @contextmanager
    def locked(self, wait: Callable[[], None]) -> Iterator[None]:
        """Nobody else writes here within the block; ``wait`` is called as long as somebody does."""
        with _readable_errors():
            os.makedirs(self.model, exist_ok=True)
            handle = os.open(self.model, os.O_RDONLY | os.O_CLOEXEC)
        try:
            # The system unlocks what a dead process held.
            while not _lock(handle):
                wait()
            yield
        finally:
            os.close(handle)

    def use(self) -> str:
        """The folder of the whole model, which has now been used."""
        with contextlib.suppress(OSError):
            os.utime(self.whole)
        return self.whole

    def finish(self) -> None:
        """All files are here."""
        os.rename(self.part, self.whole)

    def make_room(self, nbytes: int) -> None:
        """Remove the models used longest ago until the whole one fits; TooLargeError before it never can."""
        limit, missing = self._settings.cache_limit, nbytes - self.nbytes
        others = [model for model in cached_models(self._settings.cache) if model.folder != self.part]
        free = shutil.disk_usage(self.model).free - RESERVE
        if nbytes > limit:
            raise _too_large(nbytes, f"downloaded models may take {_mb(limit)} MB", "EXPLORER_CACHE_LIMIT")
        if missing > free + sum(model.nbytes for model in others):
            raise _too_large(missing, f"the disk has room for {_mb(max(0, free))} MB", "free some of it")
        kept = sum(model.nbytes for model in others)
        for model in sorted(others, key=lambda model: model.used):
            if kept + nbytes <= limit and missing <= free:
                return
            if _remove(model.folder):
                kept -= model.nbytes
                free += model.nbytes
        if missing > free:
            raise _too_large(missing, f"the disk has room for {_mb(max(0, free))} MB", "free some of it")


def cached_models(cache: str) -> list[CachedModel]:
    """Every model in the cache, in no order."""
    found = []
    for model in _folders_in(cache):
        for folder in _folders_in(model):
            with contextlib.suppress(OSError):
                found.append(CachedModel(folder, _size_of(folder), os.stat(folder).st_mtime))
    return found


def _remove(folder: str) -> bool:
    """Remove a model, unless it is being downloaded; whoever has its files open keeps them."""
    handle = os.open(os.path.dirname(folder), os.O_RDONLY | os.O_CLOEXEC)
    try:
        if not _lock(handle):
            return False
        gone = folder if folder.endswith(_GONE) else f"{folder}{_GONE}"
        if gone != folder:
            shutil.rmtree(gone, ignore_errors=True)
            os.rename(folder, gone)
        shutil.rmtree(gone, ignore_errors=True)
        return True
    except OSError:
        # Somebody else was faster.
        return not os.path.isdir(folder)
    finally:
        os.close(handle)


def _lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _folders_in(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def _size_of(folder: str) -> int:
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.stat(os.path.join(place, name)).st_size
    return total


@contextmanager
def _readable_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise unwritable(error) from error


def unwritable(error: OSError) -> AccessError:
    """The error for a disk that takes no more, or that this process may not write to."""
    return AccessError(
        f"The model cannot be stored: {error.strerror or 'no reason is given'}.",
        "Free some space, or let the operator name another folder in EXPLORER_CACHE.",
    )


def _too_large(nbytes: int, but: str, what: str) -> TooLargeError:
    advice = f"let the operator raise {what}" if what.isupper() else what
    return TooLargeError(
        f"The model needs {_mb(nbytes)} MB on the disk, and {but}.",
        f"Choose a smaller checkpoint, or {advice}.",
    )


def _mb(nbytes: int) -> str:
    return f"{nbytes / 1e6:,.0f}" if nbytes >= 10_000_000 else f"{nbytes / 1e6:,.1f}"
