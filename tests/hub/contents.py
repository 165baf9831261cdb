"""What the files on the test Hub hold: bytes, or a beginning and as many zeros as one likes."""

import hashlib
import json
import math
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

BLOCK = 65_536
_LARGEST_HASHED = 64_000_000
BITS = {"F32": 32, "F16": 16, "BF16": 16, "F8_E4M3": 8, "I64": 64, "I32": 32, "U8": 8, "BOOL": 8}

Shape = tuple[int, ...]
Tensors = Mapping[str, Shape | tuple[str, Shape]]


@dataclass(frozen=True)
class Content:
    """A file: its beginning, and zeros up to its size, which take no room anywhere."""

    head: bytes
    nbytes: int

    @classmethod
    def of(cls, what: "bytes | str | dict | Path | Content") -> "Content":
        """The content of bytes, of text, of a dict as JSON, or of a file."""
        if isinstance(what, Content):
            return what
        if isinstance(what, dict):
            what = json.dumps(what, indent=2)
        data = (
            what.read_bytes() if isinstance(what, Path) else what.encode() if isinstance(what, str) else what
        )
        return cls(data, len(data))

    @property
    def digest(self) -> str:
        """What the Hub would use as ETag; equal for equal content."""
        return hashlib.sha256(self.head + b"%d" % self.nbytes).hexdigest()

    @cached_property
    def sha256(self) -> str:
        """The real hash of the bytes; of files too large to be read whole, the digest."""
        if self.nbytes > _LARGEST_HASHED:
            return self.digest
        found = hashlib.sha256()
        for block in self.blocks(0, self.nbytes):
            found.update(block)
        return found.hexdigest()

    def blocks(self, start: int, stop: int) -> Iterator[bytes]:
        """The bytes from start to stop, a block at a time."""
        for first in range(start, stop, BLOCK):
            last = min(first + BLOCK, stop)
            data = self.head[first:last]
            yield data + bytes(last - first - len(data))

    def write(self, path: Path) -> None:
        """Write the file, the zeros as a hole."""
        with path.open("wb") as file:
            file.write(self.head)
            file.truncate(self.nbytes)


def safetensors(tensors: Tensors, dtype: str = "F32") -> Content:
    """A safetensors file of these shapes; a tensor may also be ``(dtype, shape)``."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, what in tensors.items():
        kind, shape = what if what and isinstance(what[0], str) else (dtype, what)
        start, end = end, end + math.prod(shape) * BITS[kind] // 8
        header[name] = {"dtype": kind, "shape": list(shape), "data_offsets": [start, end]}
    return with_header(json.dumps(header, separators=(",", ":")).encode(), end)


def with_header(header: bytes, nbytes: int = 0) -> Content:
    """A safetensors file with this header, whatever it is, and as much data."""
    head = struct.pack("<Q", len(header)) + header
    return Content(head, len(head) + nbytes)


def sharded(tensors: Tensors, count: int, dtype: str = "F32", stem: str = "model") -> dict[str, Content]:
    """The tensors in so many safetensors files, and their index."""
    names = list(tensors)
    size = -(-len(names) // count)
    files, weight_map = {}, {}
    for number in range(count):
        part = names[number * size : (number + 1) * size]
        file = f"{stem}-{number + 1:05}-of-{count:05}.safetensors"
        files[file] = safetensors({name: tensors[name] for name in part}, dtype)
        weight_map |= dict.fromkeys(part, file)
    total = sum(content.nbytes for content in files.values())
    index = {"metadata": {"total_size": total}, "weight_map": weight_map}
    return files | {f"{stem}.safetensors.index.json": Content.of(index)}


def header_bytes(content: Content) -> int:
    """The bytes of a safetensors file that are not data."""
    return 8 + int.from_bytes(content.head[:8], "little")
