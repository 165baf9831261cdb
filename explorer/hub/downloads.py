"""A checkpoint's files in a folder of this machine, whole and as the Hub lists them."""

import os
import time
from collections.abc import Callable

from explorer.errors import AccessError, StoppedError
from explorer.hub.cache_folder import CacheFolder
from explorer.hub.deadline import Deadline
from explorer.hub.folder_repository import FolderRepository
from explorer.hub.model_files import files_to_run, is_beside_weights
from explorer.hub.progress import DownloadProgress, never, no_word
from explorer.hub.repository import CONFIG, Repository, size_of

_LOOK_EVERY = 0.1


def download(
    repository: Repository,
    on_progress: Callable[[DownloadProgress], None] = no_word,
    is_cancelled: Callable[[], bool] = never,
) -> str:
    """The folder that holds all that running the model needs: safetensors, config and tokenizer.

    That of a local repository is its own. Who asks for the same at the same time waits for the
    first. Raises TooLargeError before a byte is fetched, and StoppedError when ``is_cancelled``.
    """
    if isinstance(repository, FolderRepository):
        return _local_folder(repository)
    # Here, so that whoever runs local folders only does not wait for the network's libraries.
    from explorer.hub.file_fetching import FileFetching
    from explorer.hub.hub_repository import HubRepository

    if not isinstance(repository, HubRepository):
        raise TypeError(f"{type(repository).__name__} has no files to download")
    place = CacheFolder(repository.settings, repository.source)
    if not repository.is_public:
        # Another visitor's token may have fetched it: this one's must be good for it as well.
        repository.open(CONFIG, Deadline.after(repository.settings.deadline)).read(0, 1)
    if place.is_whole:
        return place.use()
    files = files_to_run(repository)
    total = sum(map(size_of, files))

    def wait() -> None:
        on_progress(DownloadProgress(min(place.nbytes, total), total, ""))
        if is_cancelled():
            raise StoppedError
        time.sleep(_LOOK_EVERY)

    with place.locked(wait):
        if not place.is_whole:
            place.make_room(total)
            FileFetching(repository, place, total, on_progress, is_cancelled).run(files)
        return place.use()


def _local_folder(repository: FolderRepository) -> str:
    """The folder itself, when all that transformers would read lies where it may be read."""
    files_to_run(repository)
    listed = {file.name for file in repository.files}
    names = os.listdir(repository.folder)
    hidden = [name for name in names if name not in listed and _is_read(name)]
    if hidden:
        raise AccessError(
            f"{hidden[0]} lies outside the folders that may be read here.", "Copy it into the model's folder."
        )
    return repository.folder


def _is_read(name: str) -> bool:
    return is_beside_weights(name) or name.endswith(".safetensors")
