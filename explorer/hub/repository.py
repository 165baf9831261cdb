"""A repository: the files of a model, on the Hub at one commit or in a local folder."""

from dataclasses import dataclass
from typing import Protocol

from explorer.errors import AccessError, HubError, ModelNotFoundError, SourceError
from explorer.hub.deadline import Deadline
from explorer.hub.settings import HubSettings
from explorer.source import ModelSource

CONFIG = "config.json"


@dataclass(frozen=True, slots=True)
class RepositoryFile:
    """One file of a repository, and its size and the hash of its bytes where they are known."""

    name: str
    nbytes: int | None
    sha256: str | None = None


class OpenedFile(Protocol):
    """A file of which ranges can be read."""

    @property
    def nbytes(self) -> int | None:
        """The size of the file, once it is known."""

    def read(self, start: int, length: int) -> bytes:
        """The bytes of the range, fewer only where the file ends."""

    def read_all(self, limit: int) -> bytes:
        """The whole file; an error when it is larger than the limit."""


class Repository(Protocol):
    """What both kinds of repository can do; the one read from the Hub and the local folder.

    ``source`` is pinned to the commit that was read. ``is_public`` tells whether anyone may see
    what was read: answers about other repositories must not be shared between visitors.
    ``stated_parameters`` are what the Hub itself says that the files hold.
    """

    @property
    def source(self) -> ModelSource: ...

    @property
    def settings(self) -> HubSettings: ...

    @property
    def files(self) -> tuple[RepositoryFile, ...]: ...

    @property
    def config_name(self) -> str: ...

    @property
    def is_public(self) -> bool: ...

    @property
    def stated_parameters(self) -> int | None: ...

    def open(self, name: str, deadline: Deadline) -> OpenedFile:
        """The file, from which nothing has been read yet."""


def has_file(repository: Repository, name: str) -> bool:
    """Whether the repository lists the file."""
    return any(file.name == name for file in repository.files)


def listed_file(repository: Repository, name: str) -> RepositoryFile:
    """The file of this name; ModelNotFoundError when the repository does not list it."""
    found = next((file for file in repository.files if file.name == name), None)
    if found is None:
        raise ModelNotFoundError(
            f"{repository.source.name} has no file {name!r}.", "Choose another model or revision."
        )
    return found


def size_of(file: RepositoryFile) -> int:
    """The bytes of the file; HubError where the Hub does not say."""
    if file.nbytes is None:
        raise HubError(f"The Hub does not say how large {file.name} is.", "Try again later.")
    return file.nbytes


def open_repository(source: ModelSource, settings: HubSettings, token: str | None = None) -> Repository:
    """The repository that a Hub id or a local folder names.

    ModelNotFoundError, AccessError or HubError when it cannot be read. Without a token none is
    sent: that of the machine is never used for a visitor.
    """
    # Here, so that whoever reads local folders only does not wait for the network's libraries.
    if source.kind == "hub":
        from explorer.hub.hub_repository import open_hub_repository

        return open_hub_repository(source, settings, token)
    if source.kind == "folder":
        from explorer.hub.folder_repository import open_folder_repository

        if settings.local_roots == ():
            raise AccessError(
                "Local folders may not be read here.", "The operator can name some in EXPLORER_LOCAL_ROOTS."
            )
        return open_folder_repository(source, settings)
    if source.kind == "demo":
        from explorer.hub.folder_repository import open_demo_repository

        return open_demo_repository(source, settings)
    raise SourceError(
        f"{source.kind}: sources have no files.", "Paste a model's name on the Hub or a folder."
    )
