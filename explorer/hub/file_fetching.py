"""The files of a model on their way from the Hub to the disk.

Every file comes in ranges, each of them a bounded fetch: what is broken off goes on where it ended.
"""

import hashlib
import os
import time
from collections.abc import Callable
from functools import partial

from explorer.errors import AccessError, CheckpointError, HubError, StoppedError
from explorer.hub.cache_folder import CacheFolder, unwritable
from explorer.hub.deadline import Deadline
from explorer.hub.hub_repository import HubFile, HubRepository
from explorer.hub.progress import DownloadProgress
from explorer.hub.repository import RepositoryFile, size_of

SMALLEST_RANGE = 256_000
LARGEST_RANGE = 16_000_000
# A range is as long as this takes, so that progress is seen and a deadline is far.
_SECONDS_OF_A_RANGE = 1.0
_BLOCK = 1 << 20


class FileFetching:
    """The files of one model on their way."""

    def __init__(
        self,
        repository: HubRepository,
        place: CacheFolder,
        total: int,
        on_progress: Callable[[DownloadProgress], None],
        is_cancelled: Callable[[], bool],
    ) -> None:
        self._repository = repository
        self._place = place
        self._total = total
        self._tell = on_progress
        self._is_cancelled = is_cancelled
        self._length = SMALLEST_RANGE

    def run(self, files: tuple[RepositoryFile, ...]) -> None:
        """Fetch what is missing; the folder is whole afterwards."""
        before = 0
        try:
            # The small files first: what is wrong with them is known before the weights are fetched.
            for file in sorted(files, key=size_of):
                path = os.path.join(self._place.part, file.name)
                if not os.path.exists(path):
                    os.makedirs(os.path.dirname(path), exist_ok=True)
                    self._fetch(file, path, before)
                before += size_of(file)
            self._place.finish()
        except HubError as error:
            kept = f"{self._place.nbytes / 1e6:,.0f} of {self._total / 1e6:,.0f} MB"
            raise HubError(error.what, f"Try again: {kept} are here, and it goes on from there.") from error
        except OSError as error:
            raise unwritable(error) from error

    def _fetch(self, file: RepositoryFile, path: str, before: int) -> None:
        """The whole file under its name, or under its name with .part as much as came of it."""
        part = f"{path}.part"
        digest = hashlib.sha256()
        with open(part, "ab+") as target:
            if target.tell() > size_of(file):
                target.truncate(0)
            target.seek(0)
            for block in iter(partial(target.read, _BLOCK), b""):
                digest.update(block)
            opened = self._repository.open(file.name, Deadline.after(self._repository.settings.deadline))
            opened.is_cancelled = self._is_cancelled
            address, done = opened.url, target.tell()
            while done < size_of(file):
                self._tell(DownloadProgress(before + done, self._total, file.name))
                data = self._range(opened, address, done, min(self._length, size_of(file) - done))
                _check_size(file, opened, data)
                target.write(data)
                target.flush()
                digest.update(data)
                done += len(data)
            self._tell(DownloadProgress(before + done, self._total, file.name))
        if file.sha256 and digest.hexdigest() != file.sha256:
            os.remove(part)
            raise CheckpointError(
                f"{file.name} is not what the Hub lists: its bytes have another hash.",
                "Try again; if it stays so, something between here and the Hub changes files.",
            )
        os.replace(part, path)

    def _range(self, opened: HubFile, address: str, start: int, length: int) -> bytes:
        """The bytes of a range; a second try is made with the Hub's own address, and a short one."""
        began = time.monotonic()
        try:
            data = self._once(opened, start, length)
        except (HubError, AccessError):
            # The address of the storage is good for a while only, and a line may have become slow.
            if opened.url == address and length <= SMALLEST_RANGE:
                raise
            opened.url, self._length = address, SMALLEST_RANGE
            return self._once(opened, start, min(length, SMALLEST_RANGE))
        seconds = max(time.monotonic() - began, 1e-6)
        fitting = int(len(data) / seconds * _SECONDS_OF_A_RANGE)
        self._length = max(SMALLEST_RANGE, min(LARGEST_RANGE, 2 * self._length, fitting))
        return data

    def _once(self, opened: HubFile, start: int, length: int) -> bytes:
        if self._is_cancelled():
            raise StoppedError
        opened.deadline = Deadline.after(self._repository.settings.deadline)
        return opened.read(start, length)


def _check_size(file: RepositoryFile, opened: HubFile, data: bytes) -> None:
    if opened.nbytes != file.nbytes or not data:
        found = f"{opened.nbytes:,}" if opened.nbytes is not None else "unknown"
        raise CheckpointError(
            f"{file.name} is not what the Hub lists: it has {found} bytes and not {file.nbytes:,}.",
            "Open the model again; if it stays so, something between here and the Hub changes files.",
        )
