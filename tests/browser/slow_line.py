"""A server that is far away: whatever goes to it or comes from it takes its time."""

import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from urllib.parse import urlsplit

_BLOCK = 65_536


class _Line(socketserver.ThreadingTCPServer):
    allow_reuse_address = True

    def __init__(self, there: tuple[str, int], seconds: float) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.there = there
        self.seconds = seconds
        self.open: list[socket.socket] = []

    def hang_up(self) -> None:
        """Close what is still open, so that its threads end."""
        for connection in self.open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Connection(socketserver.BaseRequestHandler):
    server: _Line

    def handle(self) -> None:
        """Carry both ways until both ends have hung up."""
        with suppress(OSError), socket.create_connection(self.server.there) as far:
            self.server.open += [self.request, far]
            back = threading.Thread(target=_carry, args=(far, self.request, self.server.seconds))
            back.start()
            _carry(self.request, far, self.server.seconds)
            back.join()


@contextmanager
def far_away(url: str, seconds: float) -> Iterator[str]:
    """The address of the same server, with so many seconds of delay each way."""
    there = urlsplit(url)
    with _Line((there.hostname or "", there.port or 80), seconds) as line:
        serving = threading.Thread(target=line.serve_forever, args=(0.01,))
        serving.start()
        try:
            yield f"http://127.0.0.1:{line.server_address[1]}"
        finally:
            line.shutdown()
            line.hang_up()
            serving.join()


def _carry(source: socket.socket, target: socket.socket, seconds: float) -> None:
    """Pass on what is read, each part so many seconds later."""
    parts: SimpleQueue[tuple[float, bytes]] = SimpleQueue()
    delivery = threading.Thread(target=_deliver, args=(parts, target))
    delivery.start()
    data = b"-"
    while data:
        data = b""
        with suppress(OSError):
            data = source.recv(_BLOCK)
        parts.put((time.monotonic() + seconds, data))
    delivery.join()


def _deliver(parts: "SimpleQueue[tuple[float, bytes]]", target: socket.socket) -> None:
    with suppress(OSError):
        while True:
            when, data = parts.get()
            time.sleep(max(0.0, when - time.monotonic()))
            if not data:
                break
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
