"""A model in a folder: which one it is, and how much memory it takes."""

import os
from dataclasses import dataclass

from explorer.errors import CheckpointError, ModelNotFoundError
from explorer.loaded_size import loaded_bytes
from explorer.safetensors_header import LENGTH_BYTES, header_length, parse_header

_SINGLE = "model.safetensors"
_LONGEST_HEADER = 25_000_000


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder, the task that its model does, and the files as they are now.

    A checkpoint that is written anew is another model, although its folder is the same.
    """

    path: str
    task: str
    files: tuple[tuple[str, int, int], ...]


def read_folder(path: str, task: str) -> ModelFolder:
    """The folder's files, with their sizes and times; ModelNotFoundError where there is no folder."""
    real = os.path.realpath(path)
    try:
        with os.scandir(real) as entries:
            found = [(entry.name, entry.stat()) for entry in entries if entry.is_file()]
    except OSError as error:
        raise ModelNotFoundError(
            f"The model's folder {os.path.basename(real)!r} is not there.", "Open the model again."
        ) from error
    files = sorted((name, facts.st_size, facts.st_mtime_ns) for name, facts in found)
    return ModelFolder(real, task, tuple(files))


def memory_of(folder: ModelFolder) -> int:
    """The bytes that its tensors take once they are loaded, from the headers of its files."""
    weights = [name for name, *_ in folder.files if name.endswith(".safetensors")]
    if not weights:
        raise CheckpointError(
            f"{os.path.basename(folder.path)} has no weights as safetensors, and no others are loaded.",
            "Choose a checkpoint that has them.",
        )
    # Where both are there, the single file is the one that is loaded.
    chosen = [_SINGLE] if _SINGLE in weights else weights
    return sum(_memory_of_file(os.path.join(folder.path, name)) for name in chosen)


def _memory_of_file(path: str) -> int:
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            length = header_length(file.read(LENGTH_BYTES), _LONGEST_HEADER, size)
            return loaded_bytes(parse_header(file.read(length), size))
    except OSError as error:
        raise CheckpointError(
            f"{os.path.basename(path)} cannot be read: {error.strerror}.", "Check who may read it."
        ) from error
