"""The body of an answer: the bytes that were asked for, whatever the server sends."""

from collections.abc import Callable

import httpx2

from explorer.errors import HubError
from explorer.hub import faults
from explorer.hub.answer import first_byte_in, length_in, size_in
from explorer.hub.request import Request

# How much of a file is read to get to a range, when the server does not know of ranges.
_MOST_SKIPPED = 1_000_000


def read_body(response: httpx2.Response, request: Request, check: Callable[[], None]) -> bytes:
    """The bytes that were asked for, and no more than that; ``check`` is called after each piece.

    HubError when the body holds another range, or when a whole file is longer than it may be.
    """
    skipped = _bytes_to_skip(response, request)
    # A server that ignores ranges sends the file from its beginning: read on, within bounds.
    if skipped > request.length + _MOST_SKIPPED:
        raise faults.is_not_data("a whole file where a range was asked for")
    wanted = skipped + request.length
    if request.start is None and (size_in(response.headers) or 0) > request.length:
        raise _too_large(request)
    whole = length_in(response.headers)
    body = bytearray()
    # Without a chunk size: with one, httpx waits for a chunk to fill, however slowly it does.
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > wanted and request.start is None:
            raise _too_large(request)
        # Read on when nothing more can come: only a body that was read to its end frees the
        # connection for the next request.
        if len(body) >= wanted and request.start is not None and len(body) != whole:
            break
        check()
    return bytes(body[skipped:wanted])


def _bytes_to_skip(response: httpx2.Response, request: Request) -> int:
    if response.status_code == 200:
        return request.start or 0
    if request.start is None or first_byte_in(response.headers) != request.start:
        raise faults.is_not_data("another range than was asked for")
    return 0


def _too_large(request: Request) -> HubError:
    return HubError(
        f"{request.about} is larger than {request.length / 1e6:g} MB, which is more than is read.",
        "Choose another model.",
    )
