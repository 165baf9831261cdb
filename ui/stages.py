"""A page that is drawn with what is known, and again when the rest has come."""

import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

T = TypeVar("T")

# Between two looks a visitor's next click is heard.
LOOK_EVERY = 0.1
# A failure is shown for so long before the same question is asked anew.
FAILURE_LASTS = 30.0


@dataclass(slots=True)
class Work(Generic[T]):
    """An answer that is on its way; every visitor who asks the same shares it."""

    future: Future[T]
    begun: float = field(default_factory=time.monotonic)
    ended: float | None = None

    def __post_init__(self) -> None:
        self.future.add_done_callback(self._end)

    def is_kept(self, is_good: Callable[[T], bool] = lambda _: True) -> bool:
        """Whether the answer is good, still awaited, or so new that its page has to show it."""
        if self.ended is None or time.monotonic() - self.ended < FAILURE_LASTS:
            return True
        return self.future.exception() is None and is_good(self.future.result())

    def _end(self, _: Future[T]) -> None:
        self.ended = time.monotonic()


class Stages:
    """The answers that one page still waits for, and the place where it says so."""

    def __init__(self) -> None:
        self._place: DeltaGenerator = st.empty()
        self._awaited: list[tuple[str, Work[object]]] = []

    def so_far(self, work: Work[T], doing: str) -> T | None:
        """The answer, or None as long as it is not there; its error is raised.

        ``doing`` says what is done meanwhile, such as ``Reading 163 headers``.
        """
        if work.future.done():
            return work.future.result()
        self._awaited.append((doing, work))
        return None

    def catch_up(self) -> None:
        """Wait for the first answer that was not there, and draw the page again with it."""
        if not self._awaited:
            return
        doing, work = self._awaited[0]
        while not work.future.done():
            waited = time.monotonic() - work.begun
            since = f" {waited:.0f} s" if waited >= 2 else ""
            self._place.caption(f":material/hourglass_top: {doing}…{since}")
            time.sleep(LOOK_EVERY)
        st.rerun()
