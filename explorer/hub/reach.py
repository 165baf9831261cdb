"""A short memory of hosts that cannot be reached, so that a thousand questions do not each wait."""

import threading
import time

SECONDS = 30.0
# One slow answer proves nothing; two in a row without any other answer do.
SILENCES = 2

_lock = threading.Lock()
_unreachable: dict[str, tuple[float, str]] = {}
_silences: dict[str, int] = {}


def why_unreachable(host: str) -> str | None:
    """Why the host could not be reached a moment ago; None when it may be tried."""
    with _lock:
        moment, reason = _unreachable.get(host, (0.0, ""))
        return reason if reason and time.monotonic() < moment + SECONDS else None


def remember_unreachable(host: str, reason: str) -> None:
    """Keep for a while that no connection leads to the host."""
    with _lock:
        _unreachable[host] = time.monotonic(), reason


def remember_silence(host: str) -> None:
    """Keep that the host let a deadline pass without a word."""
    with _lock:
        _silences[host] = _silences.get(host, 0) + 1
        if _silences[host] >= SILENCES:
            _silences[host] = 0
            _unreachable[host] = time.monotonic(), "it does not answer"


def remember_answer(host: str) -> None:
    """Keep that the host is there."""
    with _lock:
        _unreachable.pop(host, None)
        _silences.pop(host, None)


def forget() -> None:
    """Try every host again."""
    with _lock:
        _unreachable.clear()
        _silences.clear()
