"""A real HTTP server that speaks the Hub's protocol, for tests, with whatever can go wrong.

In a test: the fixture ``hub`` (tests/hub/fixtures.py), ``hub.add("owner/name", {"config.json": {...}})``
and ``HubSettings(endpoint=hub.url)``. As a process of its own, for browsers and other clients:

    python -m tests.hub.server --port 8081 owner/name=path/to/folder other/name=path/to/other

then HF_ENDPOINT=http://127.0.0.1:8081. Two ports are opened: large files lie on the second one,
behind a redirect, as the real Hub's lie on other hosts.
"""

import argparse
import socketserver
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import TracebackType

from tests.hub.repositories import Repositories


@dataclass
class Served:
    """One answer: what was asked for, by whom, and how many bytes of body went out so far.

    ``is_data`` tells bytes of files from metadata and from the bodies of errors; ``connection`` is
    the client's end of it.
    """

    method: str
    path: str
    status: int
    nbytes: int
    token: str | None
    is_data: bool
    host: str
    connection: tuple[str, int]


class HubServer(Repositories):
    """The Hub and its storage host, each on a port of its own, for as long as the with block."""

    def __init__(self, port: int = 0) -> None:
        super().__init__()
        self.served: list[Served] = []
        self.closing = threading.Event()
        self._servers = [_Server(self, port, "hub"), _Server(self, 0, "storage")]
        self.url, self.storage_url = (f"http://127.0.0.1:{server.server_port}" for server in self._servers)

    @property
    def data_bytes(self) -> int:
        """Bytes of files that were sent: bodies only, without headers, metadata and errors."""
        return sum(answer.nbytes for answer in self.served if answer.is_data)

    def __enter__(self) -> "HubServer":
        for server in self._servers:
            # A short poll, because shutdown() waits for it.
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        for server in self._servers:
            server.shutdown()
            server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, hub: HubServer, port: int, role: str) -> None:
        from tests.hub.handler import HubHandler, StorageHandler

        handler = HubHandler if role == "hub" else StorageHandler
        make: Callable[..., socketserver.BaseRequestHandler] = lambda *args: handler(hub, *args)  # noqa: E731
        super().__init__(("127.0.0.1", port), make)

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are what this server is for; everything else is a bug in it."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


def main() -> None:
    """Serve folders until interrupted."""
    parser = argparse.ArgumentParser(description="Serve folders as a Hub would.")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("models", nargs="*", metavar="OWNER/NAME=FOLDER")
    arguments = parser.parse_args()
    with HubServer(arguments.port) as hub:
        for model in arguments.models:
            name, _, folder = model.partition("=")
            hub.add_folder(name, Path(folder))
        print(hub.url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
