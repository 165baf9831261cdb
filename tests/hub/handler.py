"""The Hub's protocol: metadata, resolve with ranges and redirects, gating, and faults on request.

What real clients trip over: the length must be exact on every answer or the connection is out of
step; HEAD has all headers and no body; X-Repo-Commit also on a 404 for a file; 401 without
X-Error-Code means a missing repository to clients on https only; a revision arrives quoted.
"""

import json
import re
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from tests.hub.contents import Content
from tests.hub.repositories import INFO, Fault, Repository, is_large

if TYPE_CHECKING:
    from tests.hub.server import HubServer

_PATH = re.compile(
    r"(?P<api>/api/models)?/(?P<name>[^/]+(?:/(?!resolve/|revision/|tree/|refs)[^/]+)?)"
    r"(?:/(?P<page>resolve|revision|tree|refs)(?:/(?P<revision>[^/]+)(?:/(?P<file>.+))?)?)?"
)
_CACHED = re.compile(r"/api/resolve-cache/models/(?P<name>.+)/(?P<revision>[0-9a-f]{40})/(?P<file>.+)")


class Handler(BaseHTTPRequestHandler):
    """What both hosts share: answers of an exact length, a log, and faults."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    role = ""

    def __init__(self, hub: "HubServer", *args: Any) -> None:
        self.hub = hub
        super().__init__(*args)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the log is in hub.served."""

    def do_GET(self) -> None:
        """Answer, and keep what was sent."""
        self.answer()

    def do_HEAD(self) -> None:
        """The same without a body."""
        self.answer()

    def answer(self) -> None:
        """Answer this request."""
        raise NotImplementedError

    @property
    def token(self) -> str | None:
        """The token that the client sent."""
        return (self.headers.get("Authorization") or "").removeprefix("Bearer ").strip() or None

    def send(
        self, status: int, headers: dict[str, str], body: Content, span: tuple[int, int] | None = None
    ) -> None:
        """Send an answer whose length is right."""
        start, stop = span or (0, body.nbytes)
        self.begin(status, headers | {"Content-Length": str(stop - start)})
        self.send_body(body.blocks(start, stop))

    def begin(self, status: int, headers: dict[str, str]) -> None:
        """Write the answer down, before the client can act on it, and send its headers."""
        self.note(status)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def send_body(self, blocks: Iterable[bytes]) -> None:
        """Send the body, and count it."""
        answer = self.hub.served[self.place]
        for block in blocks if self.command != "HEAD" else ():
            answer.nbytes += len(block)
            self.wfile.write(block)

    def note(self, status: int) -> None:
        """Write down that there is an answer."""
        from tests.hub.server import Served

        is_data = status in (200, 206) and not self.path.startswith("/api/models/")
        with self.hub.lock:
            self.place = len(self.hub.served)
            self.hub.served.append(
                Served(
                    self.command, self.path, status, 0, self.token, is_data, self.role, self.client_address
                )
            )

    def refuse(self, status: int, code: str = "", message: str = "", commit: str = "") -> None:
        """Send an error as the Hub does: its code in a header, its words in the body too."""
        headers = {"Content-Type": "application/json", "X-Error-Code": code, "X-Error-Message": message}
        if commit:
            headers["X-Repo-Commit"] = commit
        kept = {name: value for name, value in headers.items() if value}
        self.send(status, kept, Content.of({"error": message}))

    def redirect(self, status: int, target: str, headers: dict[str, str]) -> None:
        """Send the client elsewhere."""
        self.send(status, headers | {"Location": target}, Content.of(b""))

    def send_file(self, content: Content, headers: dict[str, str], fault: Fault | None) -> None:
        """Send a file or the range of it that was asked for."""
        headers = headers | {"Accept-Ranges": "bytes", "Content-Type": "application/octet-stream"}
        found = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if not found or (fault and fault.kind == "no-range"):
            return self.send(200, headers, content)
        start, stop = int(found[1]), min(int(found[2] or content.nbytes) + 1, content.nbytes)
        if start >= content.nbytes:
            return self.send(416, {"Content-Range": f"bytes */{content.nbytes}"}, Content.of(b""))
        told = start + 1 if fault and fault.kind == "wrong-range" else start
        headers["Content-Range"] = f"bytes {told}-{stop - 1}/{content.nbytes}"
        return self.send(206, headers, content, (start, stop))

    def break_with(self, fault: Fault, content: Content) -> bool:
        """Let it go wrong; False when the answer is to be sent after all."""
        from tests.hub.breakage import BREAKAGES, ENDS_CONNECTION

        breakage = BREAKAGES.get(fault.kind)
        if breakage is None:
            return False
        self.close_connection = fault.kind in ENDS_CONNECTION
        return breakage(self, fault, content)


class StorageHandler(Handler):
    """The host of large files: an address is good for one file and needs no token."""

    role = "storage"

    def answer(self) -> None:
        """Send the file that a signed address names."""
        name, revision, file = (unquote(part) for part in urlsplit(self.path).path.split("/")[1:4])
        repository = self.hub.by_name[name]
        _, files = repository.at(revision) or ("", {})
        fault = self.hub.fault(repository, file)
        if fault and self.break_with(fault, files[file]):
            return
        self.send_file(files[file], {"ETag": f'"{files[file].digest}"'}, fault)


class HubHandler(Handler):
    """The Hub itself."""

    role = "hub"

    def answer(self) -> None:
        """Metadata, a file, or a refusal."""
        url = urlsplit(self.path)
        found = _CACHED.fullmatch(url.path) or _PATH.fullmatch(url.path)
        if not found:
            return self.refuse(404, "", "Not found")
        name = unquote(found["name"])
        if name in self.hub.moved:
            return self.redirect(307, self.path.replace(name, self.hub.moved[name], 1), {})
        if self.token and self.token not in self.hub.tokens:
            return self.refuse(401, "", "Invalid credentials in Authorization header")
        repository = self.hub.by_name.get(name)
        may_read = repository and self.token in repository.readers
        if repository is None or (repository.private and not may_read):
            status = 404 if self.token else 401
            return self.refuse(status, "RepoNotFound", "Repository not found")
        return self._show(repository, found, parse_qs(url.query))

    def _show(self, repository: Repository, found: re.Match[str], query: dict[str, list[str]]) -> None:
        parts = found.groupdict()
        revision = unquote(parts["revision"] or "main")
        snapshot = repository.at(revision)
        if snapshot is None:
            return self.refuse(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        commit, files = snapshot
        if parts.get("api") and parts["page"] in (None, "revision"):
            return self._send_info(repository, repository.info(revision, "blobs" in query))
        if parts.get("api"):
            return self._send_tree(files, parts["page"], unquote(parts["file"] or ""))
        if parts.get("page", "resolve") == "resolve" and parts["file"]:
            return self._send_resolved(
                repository, commit, files, unquote(parts["file"]), cached="page" not in parts
            )
        return self.refuse(404, "", "Not found")

    def _send_info(self, repository: Repository, info: dict[str, Any]) -> None:
        fault = self.hub.fault(repository, INFO)
        content = Content.of(info)
        if not (fault and self.break_with(fault, content)):
            self.send(200, {"Content-Type": "application/json"}, content)

    def _send_tree(self, files: dict[str, Content], page: str, folder: str) -> None:
        if page != "tree":
            return self.refuse(404, "", "Not found")
        inside = {
            name: content
            for name, content in files.items()
            if name.startswith(f"{folder}/" if folder else "")
        }
        if folder and not inside:
            return self.refuse(404, "EntryNotFound", "Entry not found")
        entries = [
            {"type": "file", "path": name, "size": content.nbytes, "oid": content.digest[:40]}
            for name, content in inside.items()
        ]
        body = Content.of(json.dumps(entries))
        return self.send(200, {"Content-Type": "application/json"}, body)

    def _send_resolved(
        self, repository: Repository, commit: str, files: dict[str, Content], file: str, cached: bool
    ) -> None:
        if repository.gated and self.token not in repository.readers:
            message = f"Access to model {repository.name} is restricted."
            return self.refuse(403 if self.token else 401, "GatedRepo", message)
        content = files.get(file)
        if content is None:
            return self.refuse(404, "EntryNotFound", "Entry not found", commit)
        headers = {"X-Repo-Commit": commit, "ETag": f'"{content.digest}"'}
        if is_large(file):
            linked = {"X-Linked-Size": str(content.nbytes), "X-Linked-ETag": f'"{content.digest}"'}
            path = "/".join(quote(part, safe="") for part in (repository.name, commit, file))
            return self.redirect(302, f"{self.hub.storage_url}/{path}?signature=x", headers | linked)
        if not cached:
            path = f"/api/resolve-cache/models/{repository.name}/{commit}/{quote(file)}"
            return self.redirect(307, path, headers | {"X-Linked-Size": str(content.nbytes)})
        fault = self.hub.fault(repository, file)
        if not (fault and self.break_with(fault, content)):
            self.send_file(content, headers, fault)
        return None


def pause(handler: Handler, seconds: float) -> None:
    """Wait, but no longer than the server lives."""
    handler.hub.closing.wait(seconds)
