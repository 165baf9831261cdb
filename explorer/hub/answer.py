"""What the headers of an answer say: where else to look, how much there is, when to try again."""

import re
from urllib.parse import urljoin, urlsplit

import httpx2

from explorer.hub import faults

_CONTENT_RANGE = re.compile(r"bytes (?:(\d{1,18})-(\d{1,18})|\*)/(\d{1,18}|\*)", re.ASCII)
_LENGTH = re.compile(r"\d{1,18}", re.ASCII)


def origin_of(url: str) -> tuple[str, str]:
    """The scheme and the host of an address: what a token is shown to."""
    parts = urlsplit(url)
    return parts.scheme.lower(), parts.netloc.lower()


def redirected(url: str, location: str) -> str:
    """The address that a redirect leads to; HubError when it may not be followed."""
    try:
        target = urljoin(url, location)
        scheme, host = origin_of(target)
    except ValueError as error:
        raise faults.is_not_data("a redirect that cannot be read") from error
    # From https only to https: plain http is also how services inside a network are reached.
    if not location or not host or scheme not in ("http", "https") or (scheme, url[:6]) == ("http", "https:"):
        raise faults.is_not_data("a redirect that leads nowhere")
    return target


def check_kind(headers: httpx2.Headers) -> None:
    """HubError when the answer is a page for people, as proxies and log-ins send it."""
    if headers.get("content-type", "").lower().startswith("text/html"):
        raise faults.is_not_data("a web page instead of data")
    if headers.get("content-encoding", "identity").lower() not in ("identity", ""):
        raise faults.is_not_data("an encoding that was not asked for")


def size_in(headers: httpx2.Headers) -> int | None:
    """The size of the whole file, as far as the answer tells."""
    if found := _CONTENT_RANGE.fullmatch(headers.get("content-range", "")):
        return None if found[3] == "*" else int(found[3])
    return None if "content-range" in headers else length_in(headers)


def length_in(headers: httpx2.Headers) -> int | None:
    """The bytes of the answer's body, if it says."""
    length = headers.get("content-length", "")
    return int(length) if _LENGTH.fullmatch(length) else None


def retry_after(headers: httpx2.Headers) -> float:
    """The seconds that the answer asks to wait."""
    value = headers.get("retry-after", "")
    return float(value) if _LENGTH.fullmatch(value) else 0.0


def first_byte_in(headers: httpx2.Headers) -> int | None:
    """Where the range that the answer holds begins; None when it does not say."""
    found = _CONTENT_RANGE.fullmatch(headers.get("content-range", ""))
    return int(found[1]) if found and found[1] else None
