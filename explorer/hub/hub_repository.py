"""A repository on the Hub, at the commit that was current when it was opened."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from explorer.errors import SourceError
from explorer.hub import faults
from explorer.hub.deadline import Deadline
from explorer.hub.fetch import fetch
from explorer.hub.progress import never
from explorer.hub.repository import CONFIG, RepositoryFile, listed_file
from explorer.hub.request import Request, check_token
from explorer.hub.settings import HubSettings
from explorer.hub_address import is_commit, is_file_name, is_model_id, is_revision
from explorer.json_text import parse_object
from explorer.source import ModelSource


@dataclass(frozen=True, slots=True)
class HubRepository:
    """The files of a model at one commit, and what the Hub says about it."""

    source: ModelSource
    settings: HubSettings
    files: tuple[RepositoryFile, ...]
    is_public: bool
    stated_parameters: int | None = None
    token: str | None = field(default=None, repr=False)
    config_name: str = CONFIG

    def open(self, name: str, deadline: Deadline) -> "HubFile":
        """The file at the pinned commit; only what the Hub listed can be opened."""
        known = listed_file(self, name)
        path = f"{self.source.name}/resolve/{self.source.revision}/{quote(name)}"
        url = f"{self.settings.endpoint}/{path}"
        return HubFile(
            url, f"{name} of {self.source.name}", known.nbytes, self.settings, deadline, self.token
        )


@dataclass(slots=True)
class HubFile:
    """A file on the Hub; it keeps the address that the Hub redirected to for the next range."""

    url: str
    about: str
    nbytes: int | None
    settings: HubSettings
    deadline: Deadline
    token: str | None = field(default=None, repr=False)
    is_cancelled: Callable[[], bool] = never

    def read(self, start: int, length: int) -> bytes:
        """The bytes of the range, fewer only where the file ends."""
        if length <= 0:
            return b""
        return self._fetch(length, start)

    def read_all(self, limit: int) -> bytes:
        """The whole file; HubError when it is larger than the limit."""
        return self._fetch(limit, None)

    def _fetch(self, length: int, start: int | None) -> bytes:
        settings = self.settings
        request = Request(
            self.url, self.about, length, start, settings.endpoint, self.token, settings.connect_seconds
        )
        fetched = fetch(request, self.deadline, self.is_cancelled)
        self.url = fetched.url
        self.nbytes = fetched.nbytes if fetched.nbytes is not None else self.nbytes
        return fetched.data


def open_hub_repository(source: ModelSource, settings: HubSettings, token: str | None) -> HubRepository:
    """The model's files at the commit of its revision, in one request."""
    if not is_model_id(source.name) or (source.revision and not is_revision(source.revision)):
        raise SourceError(f"{source.text[:200]!r} cannot be a model on the Hub.", "Paste owner/name.")
    token = check_token(token)
    if settings.is_offline:
        raise faults.offline()
    path = f"/revision/{quote(source.revision, safe='')}" if source.revision else ""
    request = Request(
        f"{settings.endpoint}/api/models/{source.name}{path}?blobs=true",
        source.text,
        settings.info_limit,
        origin=settings.endpoint,
        token=token,
        connect_seconds=settings.connect_seconds,
    )
    data = fetch(request, Deadline.after(settings.deadline)).data
    try:
        facts = parse_object(data)
    except ValueError as error:
        raise faults.is_not_data("something that is not JSON") from error
    return _repository(source, settings, token, facts)


def _repository(
    source: ModelSource, settings: HubSettings, token: str | None, facts: dict[str, Any]
) -> HubRepository:
    commit, name = facts.get("sha"), facts.get("id")
    if not isinstance(commit, str) or not is_commit(commit):
        raise faults.is_not_data("a model without a commit")
    return HubRepository(
        # Models move: the Hub answers for the old name, with the new one inside.
        source=ModelSource(
            "hub", name if isinstance(name, str) and is_model_id(name) else source.name, commit
        ),
        settings=settings,
        files=tuple(_files(facts.get("siblings"))),
        is_public=not facts.get("private") and not facts.get("gated"),
        stated_parameters=_stated_parameters(facts.get("safetensors")),
        token=token,
    )


def _files(siblings: object) -> list[RepositoryFile]:
    found = {}
    for sibling in siblings if isinstance(siblings, list) else ():
        name = sibling.get("rfilename") if isinstance(sibling, dict) else None
        if isinstance(name, str) and is_file_name(name):
            size = sibling.get("size")
            known = size if type(size) is int and 0 <= size < 2**60 else None
            found[name] = RepositoryFile(name, known, _sha256(sibling.get("lfs")))
    return list(found.values())


def _sha256(stored: object) -> str | None:
    """The hash of a file that lies in the Hub's large storage."""
    found = stored.get("sha256") if isinstance(stored, dict) else None
    return found if isinstance(found, str) and re.fullmatch(r"[0-9a-f]{64}", found) else None


def _stated_parameters(stated: object) -> int | None:
    total = stated.get("total") if isinstance(stated, dict) else None
    return total if type(total) is int and total >= 0 else None
