"""A repository in a local folder, which may lie only where the settings allow it."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace

from explorer import demo
from explorer.errors import AccessError, HubError, ModelNotFoundError
from explorer.hub.deadline import Deadline
from explorer.hub.repository import CONFIG, OpenedFile, RepositoryFile, listed_file
from explorer.hub.settings import HubSettings
from explorer.hub_address import is_file_name
from explorer.source import ModelSource

DEPTH = 3
MOST_FILES = 10_000


@dataclass(frozen=True, slots=True)
class FolderRepository:
    """The files of a folder, at most a few levels deep."""

    source: ModelSource
    settings: HubSettings
    folder: str
    files: tuple[RepositoryFile, ...]
    config_name: str = CONFIG
    is_public: bool = True
    stated_parameters: int | None = None

    def open(self, name: str, deadline: Deadline) -> OpenedFile:
        """The file, when it is listed and lies where it may be read, links followed."""
        path = os.path.realpath(os.path.join(self.folder, listed_file(self, name).name))
        _check_place(path, self.settings.local_roots)
        return LocalFile(path, os.stat(path).st_size)


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A regular file on this machine."""

    path: str
    nbytes: int

    def read(self, start: int, length: int) -> bytes:
        """The bytes of the range, fewer only where the file ends."""
        try:
            # NOFOLLOW: the path was resolved and checked, and must not have become a link since.
            handle = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            with os.fdopen(handle, "rb") as file:
                file.seek(start)
                return file.read(length)
        except OSError as error:
            raise _unreadable(error) from error

    def read_all(self, limit: int) -> bytes:
        """The whole file; HubError when it is larger than the limit."""
        if self.nbytes > limit:
            raise HubError(
                f"{os.path.basename(self.path)} is larger than {limit / 1e6:g} MB.", "Choose another file."
            )
        return self.read(0, limit)


def open_folder_repository(source: ModelSource, settings: HubSettings) -> FolderRepository:
    """The folder's files; a path to a config.json means its folder, another .json stands alone."""
    path = os.path.realpath(os.path.expanduser(source.name))
    # Before looking: whether a path exists elsewhere is nobody's business.
    _check_place(path, settings.local_roots)
    try:
        if os.path.isfile(path):
            return _of_file(source, settings, path)
        if not os.path.isdir(path):
            raise ModelNotFoundError(f"There is no folder {source.name!r}.", "Check the path.")
        return FolderRepository(source, settings, path, tuple(_files_in(path, settings.local_roots)))
    except OSError as error:
        raise _unreadable(error) from error


def open_demo_repository(source: ModelSource, settings: HubSettings) -> FolderRepository:
    """The files of a demo checkpoint, which may be read wherever the project lies."""
    folder = str(demo.find(source.name).folder)
    allowed = replace(settings, local_roots=(folder,))
    return replace(open_folder_repository(ModelSource("folder", folder), allowed), source=source)


def _of_file(source: ModelSource, settings: HubSettings, path: str) -> FolderRepository:
    folder, name = os.path.split(path)
    if os.path.basename(source.name) == CONFIG:
        # The name as it was typed: in the Hub's cache config.json is a link to a nameless file.
        folder = os.path.realpath(os.path.dirname(os.path.expanduser(source.name)))
        _check_place(folder, settings.local_roots)
        return FolderRepository(source, settings, folder, tuple(_files_in(folder, settings.local_roots)))
    return FolderRepository(
        source, settings, folder, (RepositoryFile(name, os.stat(path).st_size),), config_name=name
    )


def _files_in(folder: str, roots: tuple[str, ...] | None, depth: int = DEPTH) -> list[RepositoryFile]:
    found: list[RepositoryFile] = []
    for name, entry in _entries(folder, "", depth):
        target = os.path.realpath(entry.path)
        if not _is_inside(target, roots) or not is_file_name(name):
            continue
        facts = os.stat(target)
        if stat.S_ISREG(facts.st_mode):
            found.append(RepositoryFile(name, facts.st_size))
        if len(found) >= MOST_FILES:
            break
    return sorted(found, key=lambda file: file.name)


def _entries(folder: str, prefix: str, depth: int) -> Iterator[tuple[str, os.DirEntry[str]]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            # Linked folders are left out: they can lead round in circles.
            if entry.is_dir(follow_symlinks=False):
                if depth > 1 and not entry.name.startswith(".") and os.access(entry.path, os.R_OK | os.X_OK):
                    yield from _entries(entry.path, f"{prefix}{entry.name}/", depth - 1)
            elif entry.is_file():
                yield f"{prefix}{entry.name}", entry


def _check_place(path: str, roots: tuple[str, ...] | None) -> None:
    if not _is_inside(path, roots):
        raise AccessError(
            "This path lies outside the folders that may be read here.", "Choose one below them."
        )


def _is_inside(path: str, roots: tuple[str, ...] | None) -> bool:
    if roots is None:
        return True
    return any(os.path.commonpath([path, os.path.realpath(root)]) == os.path.realpath(root) for root in roots)


def _unreadable(error: OSError) -> AccessError:
    return AccessError(
        f"The path cannot be read: {error.strerror or 'no reason is given'}.", "Check who may read it."
    )
