"""The tensors of a checkpoint, from the headers of its files."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Literal, TypeVar

from explorer.checkpoint import Checkpoint, Shard
from explorer.errors import CheckpointError, ExplorerError, IncompleteError
from explorer.hub.checkpoint_files import find_checkpoint
from explorer.hub.deadline import Deadline
from explorer.hub.pickle_file import is_zip, read_pickle
from explorer.hub.repository import OpenedFile, Repository, has_file
from explorer.hub.settings import HubSettings
from explorer.hub_address import is_file_name
from explorer.json_text import parse_object
from explorer.safetensors_header import LENGTH_BYTES, header_length, parse_header
from explorer.tree import TensorSpec

# Runs one of explorer.loading's jobs on bytes that nobody has looked at yet, in a worker.
# It is called from several threads at once.
Interpret = Callable[[Literal["pickle_tensors", "gguf_tensors"], bytes], tuple[TensorSpec, ...]]

_FIRST_PREFIX = {"pickle_tensors": 256_000, "gguf_tensors": 1_000_000}
_GROWTH = 4
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def read_checkpoint(repository: Repository, interpret: Interpret) -> Checkpoint:
    """Names, shapes and dtypes of all tensors, without reading their data.

    CheckpointError when there is none, or none that can be read.
    """
    found = find_checkpoint(repository)
    if found is None:
        raise CheckpointError(
            f"{repository.source.text} has no files of weights.", "Look at its config instead."
        )
    settings, deadline = repository.settings, Deadline.after(repository.settings.deadline)
    # Without an index, the names of its files tell what there is.
    names = names_in_index(repository, found.index, deadline) if found.index else found.names
    if len(names) > settings.shard_limit:
        raise CheckpointError(
            f"The checkpoint has {len(names)} files, which is more than are read.", "Choose another model."
        )
    files = {name: repository.open(name, deadline) for name in names}
    if found.format == "safetensors":
        tables = _safetensors_tables(files, settings)
    elif found.format == "pickle":
        tables = _at_once(lambda file: _pickle_table(file, interpret, settings), files, settings)
    else:
        tables = _at_once(
            lambda file: _prefix_table(file, "gguf_tensors", interpret, settings.gguf_limit), files, settings
        )
    shards = tuple(
        Shard(name, file.nbytes or 0, table)
        for (name, file), table in zip(files.items(), tables, strict=True)
    )
    return Checkpoint(repository.source, found.format, shards)


def names_in_index(repository: Repository, index: str, deadline: Deadline) -> tuple[str, ...]:
    """The files that the index names; only such as the repository has, for it may name anything."""
    data = repository.open(index, deadline).read_all(repository.settings.index_limit)
    try:
        weight_map = parse_object(data).get("weight_map")
    except ValueError as error:
        raise CheckpointError(f"{index} cannot be read: {error}.", "Ask its authors to mend it.") from error
    if not isinstance(weight_map, dict) or not weight_map:
        raise CheckpointError(f"{index} names no files.", "Ask its authors to mend it.")
    names = list(dict.fromkeys(weight_map.values())) if _are_names(list(weight_map.values())) else [""]
    if missing := [name for name in names if not has_file(repository, name)]:
        raise CheckpointError(
            f"{index} names {missing[0][:100]!r}, which the repository does not have.",
            "Ask its authors to mend it.",
        )
    return tuple(sorted(names))


def _are_names(values: list[object]) -> bool:
    return all(isinstance(value, str) and is_file_name(value) for value in values)


def _safetensors_tables(files: dict[str, OpenedFile], settings: HubSettings) -> list[tuple[TensorSpec, ...]]:
    # Lengths first: eight bytes of each file tell how much there is, before any of it is read.
    lengths = _at_once(
        lambda file: header_length(file.read(0, LENGTH_BYTES), settings.header_limit, file.nbytes),
        files,
        settings,
    )
    if sum(lengths) > settings.all_headers_limit:
        raise CheckpointError(
            "The headers of the checkpoint are larger than what is read.", "Choose another model."
        )

    def table(pair: tuple[OpenedFile, int]) -> tuple[TensorSpec, ...]:
        file, length = pair
        header = file.read(LENGTH_BYTES, length)
        if len(header) < length:
            raise CheckpointError(
                "The safetensors file is broken, because it ends in its header.",
                "Ask its authors to mend it.",
            )
        return parse_header(header, file.nbytes)

    pairs = zip(files.items(), lengths, strict=True)
    return _at_once(table, {name: (file, length) for (name, file), length in pairs}, settings)


def _pickle_table(file: OpenedFile, interpret: Interpret, settings: HubSettings) -> tuple[TensorSpec, ...]:
    if is_zip(file.read(0, 4)):
        return interpret("pickle_tensors", read_pickle(file, settings.pickle_limit))
    return _prefix_table(file, "pickle_tensors", interpret, settings.pickle_limit)


def _prefix_table(
    file: OpenedFile, job: Literal["pickle_tensors", "gguf_tensors"], interpret: Interpret, limit: int
) -> tuple[TensorSpec, ...]:
    """The tensors of a file whose table ends nobody knows where: from ever longer beginnings."""
    data, size = b"", _FIRST_PREFIX[job]
    while True:
        data += file.read(len(data), min(size, limit) - len(data))
        try:
            return interpret(job, data)
        except IncompleteError as error:
            if len(data) < min(size, limit):
                raise
            if size >= limit:
                raise CheckpointError(
                    f"The list of tensors does not end within {limit / 1e6:g} MB.", "Choose another model."
                ) from error
        size *= _GROWTH


def _at_once(
    work: Callable[[_Item], _Result], items: dict[str, _Item], settings: HubSettings
) -> list[_Result]:
    """The work on every file, by name, a few at a time; the first error ends it, and names its file."""
    with ThreadPoolExecutor(min(settings.connections, len(items))) as pool:
        results = {name: pool.submit(work, item) for name, item in items.items()}
        try:
            return [_result(result, name if len(items) > 1 else "") for name, result in results.items()]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _result(result: Future[_Result], name: str) -> _Result:
    """The result; an error that does not say of which of several files it is gets the name of the file."""
    try:
        return result.result()
    except ExplorerError as error:
        if name in error.what:
            raise
        what = f"{name} cannot be read: {error.what[:1].lower()}{error.what[1:]}"
        raise type(error)(what, error.advice) from error
