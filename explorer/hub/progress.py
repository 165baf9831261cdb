"""How far a download is, who is told, and who may end it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """How many bytes of how many are here, and which file is coming."""

    fetched: int
    total: int
    file: str


def no_word(progress: DownloadProgress) -> None:
    """Tell nobody."""


def never() -> bool:
    """The answer of those who wait to the end."""
    return False
