"""The repositories that the test Hub serves, who may read them, and what goes wrong with them."""

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.hub.contents import Content

INFO = "info"
"""The name under which a fault of the metadata, rather than of a file, is registered."""


@dataclass
class Fault:
    """Something that goes wrong the next ``times`` times that it is asked for, after ``after`` good ones.

    Kinds: silent, slow, slow-headers, trickle, drop, hang-up, endless, status, html, encoded,
    no-range, wrong-range, too-short, loop, redirect, other (the file has this ``content``).
    """

    kind: str
    seconds: float = 0.05
    status: int = 503
    headers: Mapping[str, str] = field(default_factory=dict)
    target: str = ""
    times: int = 1_000_000
    after: int = 0
    content: Content | None = None


@dataclass
class Repository:
    """A model on the test Hub: for each revision its commit and files."""

    name: str
    snapshots: dict[str, tuple[str, dict[str, Content]]] = field(default_factory=dict)
    gated: bool = False
    private: bool = False
    facts: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)
    readers: set[str] = field(default_factory=set)

    def at(self, revision: str) -> tuple[str, dict[str, Content]] | None:
        """The commit and the files at a branch, a tag, a ref or a commit."""
        by_commit = {commit: (commit, files) for commit, files in self.snapshots.values()}
        return self.snapshots.get(revision) or by_commit.get(revision)

    def set_files(self, files: Mapping[str, Any], revision: str = "main") -> str:
        """Make these the files of the revision; gives the commit."""
        contents = {name: Content.of(what) for name, what in files.items()}
        digests = "".join(f"{name}{content.digest}" for name, content in sorted(contents.items()))
        commit = hashlib.sha1(f"{self.name}{revision}{digests}".encode()).hexdigest()
        self.snapshots[revision] = (commit, contents)
        return commit

    def break_with(self, where: str, kind: str, **details: Any) -> None:
        """Let this go wrong with a file, or with ``INFO``."""
        self.faults[where] = Fault(kind, **details)

    def info(self, revision: str, with_sizes: bool) -> dict[str, Any]:
        """What ``/api/models`` says of the repository."""
        commit, files = (
            self.snapshots[revision] if revision in self.snapshots else self.at(revision) or ("", {})
        )
        siblings = []
        for name, content in sorted(files.items()):
            sibling: dict[str, Any] = {"rfilename": name}
            if with_sizes:
                sibling |= {"size": content.nbytes, "blobId": content.digest[:40]}
                if is_large(name):
                    sibling["lfs"] = {"sha256": content.sha256, "size": content.nbytes, "pointerSize": 134}
            siblings.append(sibling)
        return {
            "_id": commit[:24],
            "id": self.name,
            "modelId": self.name,
            "sha": commit,
            "private": self.private,
            "gated": "manual" if self.gated else False,
            "disabled": False,
            "tags": [],
            "siblings": siblings,
        } | self.facts


def is_large(name: str) -> bool:
    """Whether the Hub would keep the file in its large storage, behind a redirect."""
    return name.endswith((".safetensors", ".bin", ".gguf", ".pt", ".pth"))


class Repositories:
    """All that the test Hub has, and a log of what was asked for."""

    def __init__(self) -> None:
        self.by_name: dict[str, Repository] = {}
        self.moved: dict[str, str] = {}
        self.tokens: set[str] = set()
        self.lock = threading.Lock()

    def add(self, name: str, files: Mapping[str, Any] | None = None, **details: Any) -> Repository:
        """Serve a repository with these files: bytes, text, dicts as JSON, paths or Content."""
        repository = Repository(name, **details)
        repository.set_files(files or {})
        self.tokens |= repository.readers
        self.by_name[name] = repository
        return repository

    def add_folder(self, name: str, folder: Path) -> Repository:
        """Serve the files of a folder."""
        files = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
        return self.add(name, files)

    def fault(self, repository: Repository, where: str) -> Fault | None:
        """What goes wrong this time."""
        with self.lock:
            fault = repository.faults.get(where)
            if fault is None or fault.times <= 0:
                return None
            if fault.after > 0:
                fault.after -= 1
                return None
            fault.times -= 1
            return fault
