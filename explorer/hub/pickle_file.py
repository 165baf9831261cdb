"""Where the pickle lies in a checkpoint that torch.save wrote; it is found here, not interpreted."""

import io
import struct
import zipfile
import zlib

from explorer.errors import CheckpointError
from explorer.hub.repository import OpenedFile

_ZIP = b"PK\x03\x04"
_TAIL = 128_000
# A local header repeats the name, and torch pads it so that the data is aligned.
_LOCAL_HEADER = 1_000
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    ValueError,
    EOFError,
    LookupError,
    ArithmeticError,
    struct.error,
    zlib.error,
    OSError,
)


def is_zip(start: bytes) -> bool:
    """Whether a file that begins so is an archive, as torch writes since version 1.6."""
    return start[:4] == _ZIP


def read_pickle(file: OpenedFile, limit: int) -> bytes:
    """The archive's data.pkl: from its directory at the end, then one range."""
    if file.nbytes is None:
        raise CheckpointError("The size of the file is not known.", "Choose another model.")
    window = _Window(file, file.nbytes, 4 * limit)
    try:
        with zipfile.ZipFile(window) as archive:
            found = [entry for entry in archive.infolist() if entry.filename.split("/")[1:] == ["data.pkl"]]
            if len(found) != 1:
                raise CheckpointError("The file is an archive without a pickle.", "Choose another model.")
            if max(found[0].file_size, found[0].compress_size) > limit:
                raise CheckpointError(
                    f"The pickle is larger than {limit / 1e6:g} MB.", "Choose another model."
                )
            window.load(found[0].header_offset, found[0].compress_size + _LOCAL_HEADER)
            with archive.open(found[0]) as entry:
                data = entry.read(limit + 1)
    except _BROKEN_ZIP as error:
        raise CheckpointError("The file is a broken archive.", "Ask its authors to mend it.") from error
    if len(data) > limit:
        raise CheckpointError(f"The pickle is larger than {limit / 1e6:g} MB.", "Choose another model.")
    return data


class _Window(io.RawIOBase):
    """The file as zipfile wants it, read through one window, and never more than the budget."""

    def __init__(self, file: OpenedFile, nbytes: int, budget: int) -> None:
        self._file = file
        self._nbytes = nbytes
        self._budget = budget
        self._position = 0
        self._start, self._data = 0, b""
        self.load(max(0, nbytes - _TAIL), _TAIL)

    def load(self, start: int, length: int) -> None:
        """Move the window."""
        length = min(length, self._nbytes - start)
        if start < 0 or length < 0 or length > self._budget:
            raise CheckpointError(
                "The archive's directory leads nowhere, or is too large.", "Choose another model."
            )
        self._budget -= length
        self._start, self._data = start, self._file.read(start, length)

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._nbytes}[whence]
        if base + offset < 0:
            raise ValueError("before the file")
        self._position = base + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def read(self, size: int | None = -1) -> bytes:
        left = max(0, self._nbytes - self._position)
        wanted = left if size is None or size < 0 else min(size, left)
        inside = self._position - self._start
        if inside < 0 or inside + wanted > len(self._data):
            self.load(self._position, wanted)
            inside = 0
        data = self._data[inside : inside + wanted]
        self._position += len(data)
        return data
