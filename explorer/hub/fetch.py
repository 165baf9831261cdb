"""The one way to the network: a bounded fetch of a file, or of a range of it.

huggingface_hub sets no time-out for the whole of a call and no bound on its size, and a socket's
time-out starts anew with every byte. So every fetch runs in a thread of its own, and whoever asks
waits for it no longer than the deadline; what is too late is cut off at its socket.
"""

import collections
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Mapping
from concurrent import futures
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any
from urllib.parse import urlsplit

import httpx2
from huggingface_hub.errors import OfflineModeIsEnabled
from huggingface_hub.utils import get_session  # type: ignore[attr-defined]

from explorer.errors import ExplorerError, StoppedError
from explorer.hub import faults, reach
from explorer.hub.answer import check_kind, length_in, redirected, retry_after, size_in
from explorer.hub.body import read_body
from explorer.hub.deadline import Deadline
from explorer.hub.progress import never
from explorer.hub.request import Fetched, Request

REDIRECTS = 5
ATTEMPTS = 3
_SMALL = 10_000
_LOOK_EVERY = 0.1
_PAUSES = (0.2, 0.8)
_WORTH_ANOTHER_TRY = (429, 500, 502, 503, 504)


class _RetryError(Exception):
    """The attempt failed in a way that another may not; ``error`` is for the reader if none does."""

    def __init__(self, error: ExplorerError, pause: float = 0.0) -> None:
        super().__init__(error)
        self.error = error
        self.pause = pause


def fetch(request: Request, deadline: Deadline, is_cancelled: Callable[[], bool] = never) -> Fetched:
    """The bytes that are asked for, or an ExplorerError, within the deadline.

    Raises StoppedError as soon as ``is_cancelled`` says so.
    """
    host = urlsplit(request.url).netloc
    if reason := reach.why_unreachable(host):
        raise faults.unreachable(host, reason)
    if deadline.remaining == 0:
        raise faults.too_late(deadline)
    exchange, began = _Exchange(request, deadline), time.monotonic()
    # A daemon: looking up a name cannot be interrupted, and must not keep the process alive.
    threading.Thread(target=exchange.run, daemon=True, name="fetch").start()
    try:
        return exchange.awaited(is_cancelled)
    except FutureTimeoutError as error:
        exchange.cut_off()
        # Of a question that was nearly over, the host is not to blame.
        if time.monotonic() - began > deadline.seconds / 2:
            exchange.remember_host(host)
        raise faults.too_late(deadline) from error
    except StoppedError:
        exchange.cut_off()
        raise


class _Exchange:
    """One fetch on its way: its sockets, so that it can be cut off, and its result to be."""

    def __init__(self, request: Request, deadline: Deadline) -> None:
        self.request = request
        self.deadline = deadline
        self.result: Future[Fetched] = Future()
        self.is_connected = False
        self.has_answer = False
        self._is_cut_off = False
        self._streams: list[Any] = []

    def awaited(self, is_cancelled: Callable[[], bool]) -> Fetched:
        """The result, when it is there; TimeoutError when it is not in time."""
        while not is_cancelled():
            left = self.deadline.remaining
            wait = left if is_cancelled is never else min(left, _LOOK_EVERY)
            done, _ = futures.wait([self.result], wait)
            if done or not self.deadline.remaining:
                return self.result.result(0)
        raise StoppedError

    def run(self) -> None:
        """Fetch, and hand over the result or the error to whoever waits."""
        try:
            self.result.set_result(self._fetch())
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is awaited
            self.result.set_exception(error)

    def cut_off(self) -> None:
        """Shut every socket, which wakes a thread that waits for it."""
        self._is_cut_off = True
        for stream in list(self._streams):
            _shut(stream)

    def remember_host(self, host: str) -> None:
        """Keep that nothing came from the host, if nothing did."""
        if not self.is_connected:
            reach.remember_unreachable(host, "it does not answer")
        elif not self.has_answer:
            reach.remember_silence(host)

    def _fetch(self) -> Fetched:
        for attempt in range(ATTEMPTS):
            try:
                return self._follow()
            except _RetryError as error:
                pause = max(error.pause, _PAUSES[min(attempt, len(_PAUSES) - 1)])
                if attempt == ATTEMPTS - 1 or pause >= self.deadline.remaining or self._is_cut_off:
                    raise error.error from error.__cause__
                time.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _follow(self) -> Fetched:
        url = self.request.url
        for _ in range(REDIRECTS + 1):
            answer = self._get(url)
            if isinstance(answer, Fetched):
                return answer
            url = redirected(url, answer)
        raise faults.is_not_data("too many redirects")

    def _get(self, url: str) -> Fetched | str:
        """What the address holds, or the address that it sends us on to."""
        host = urlsplit(url).netloc
        left = self.deadline.remaining
        timeout = httpx2.Timeout(left, connect=min(left, self.request.connect_seconds))
        try:
            with get_session().stream(
                "GET",
                url,
                headers=self.request.headers_for(url),
                follow_redirects=False,
                timeout=timeout,
                extensions={"trace": self._trace},
            ) as response:
                self._keep(response.extensions.get("network_stream"))
                self.has_answer = True
                reach.remember_answer(host)
                return self._read(response, url)
        except (httpx2.HTTPError, httpx2.InvalidURL, OfflineModeIsEnabled) as error:
            found = faults.error_of_connection(error, host, self.deadline)
            if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout):
                reach.remember_unreachable(host, "no connection could be made")
                raise found from error
            if isinstance(error, httpx2.NetworkError | httpx2.RemoteProtocolError):
                raise _RetryError(found) from error
            raise found from error

    def _trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Keep each new connection: before its answer comes, httpx shows it nowhere else."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            self._keep(info["return_value"])
        self.is_connected |= event.endswith(".send_request_headers.started")

    def _keep(self, stream: Any) -> None:
        if stream is not None:
            self._streams.append(stream)
            # It may have been opened in the very moment in which the others were shut.
            if self._is_cut_off:
                _shut(stream)

    def _read(self, response: httpx2.Response, url: str) -> Fetched | str:
        status = response.status_code
        if status in (301, 302, 303, 307, 308):
            length = length_in(response.headers)
            if length is not None and length <= _SMALL:
                # Read to its end, or the connection is lost.
                collections.deque(response.iter_raw(), maxlen=0)
            return response.headers.get("location", "")
        if status == 416 and self.request.start is not None:
            return Fetched(b"", size_in(response.headers), url)
        if status not in (200, 206):
            error = faults.error_of_status(status, response.headers, response.request, self.request.about)
            if status in _WORTH_ANOTHER_TRY:
                raise _RetryError(error, retry_after(response.headers))
            raise error
        check_kind(response.headers)
        return Fetched(read_body(response, self.request, self._go_on), size_in(response.headers), url)

    def _go_on(self) -> None:
        """HubError when nobody waits any longer."""
        if self._is_cut_off or self.deadline.remaining == 0:
            raise faults.too_late(self.deadline)


def _shut(stream: Any) -> None:
    found = stream.get_extra_info("socket")
    # OSError: it is closed already.
    with contextlib.suppress(OSError):
        if found:
            found.shutdown(socket.SHUT_RDWR)
