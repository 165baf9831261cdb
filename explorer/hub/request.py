"""What is fetched, and what comes of it."""

import re
from dataclasses import dataclass, field

from explorer.errors import AccessError


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
