"""What is fetched, and what comes of it."""

import re
from dataclasses import dataclass, field

from explorer.errors import AccessError
from explorer.hub.answer import origin_of


@dataclass(frozen=True, slots=True)
class Request:
    """What is fetched: an address, and from where on how many bytes; and what it is called.

    ``length`` is the most that is ever read. Without ``start`` the whole file is meant, and one
    that is longer is an error. ``origin`` is the only place that the token is shown to.
    """

    url: str
    about: str
    length: int
    start: int | None = None
    origin: str = ""
    token: str | None = field(default=None, repr=False)
    connect_seconds: float = 6.0

    def headers_for(self, url: str) -> dict[str, str]:
        """The headers for an address; the token only where it may be shown."""
        # Not build_hf_headers: on its first use it asks the Hub for a list of agents, unbounded.
        headers = {"accept-encoding": "identity", "user-agent": "automodel-explorer"}
        if self.start is not None:
            headers["range"] = f"bytes={self.start}-{self.start + self.length - 1}"
        if self.token and origin_of(url) == origin_of(self.origin):
            headers["authorization"] = f"Bearer {self.token}"
        return headers


@dataclass(frozen=True, slots=True)
class Fetched:
    """The bytes, the size of the whole file where the server said it, and where it really lies."""

    data: bytes
    nbytes: int | None
    url: str


def check_token(token: str | None) -> str | None:
    """The token without white space around it, or None; AccessError when it can be none."""
    bare = (token or "").strip()
    if bare and not re.fullmatch(r"[!-~]{1,500}", bare):
        raise AccessError(
            "The token holds characters that no token has.", "Copy it again from the Hub's settings."
        )
    return bare or None
