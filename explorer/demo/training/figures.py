"""What an examination of a checkpoint finds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

SHOWN_MISTAKES = 3

Case = TypeVar("Case")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Figure:
    """How many answers of a kind were right, and some that were not.

    ``least`` is the gate: the share below which the checkpoint is not good enough; None where the
    figure is reported whatever it is. ``note`` is another figure of the same answers.
    """

    name: str
    right: int
    total: int
    least: float | None = None
    mistakes: tuple[str, ...] = ()
    note: str = ""

    @property
    def share(self) -> float:
        """The part that was right, from 0 to 1."""
        return self.right / self.total

    @property
    def passes(self) -> bool:
        """Whether the figure is as good as it must be."""
        return self.least is None or self.share >= self.least


def score(
    name: str,
    cases: Iterable[tuple[Case, Answer]],
    answer: Callable[[Case], Answer],
    least: float | None = None,
) -> Figure:
    """The figure of a function that answers cases whose right answers are known."""
    found = [(case, wanted, answer(case)) for case, wanted in cases]
    wrong = [f"{case!r} gives {given!r}, not {wanted!r}" for case, wanted, given in found if given != wanted]
    return Figure(name, len(found) - len(wrong), len(found), least, spread(wrong))


def spread(mistakes: list[str]) -> tuple[str, ...]:
    """A few of the mistakes, from all over the list: neighbours are often alike."""
    step = max(1, len(mistakes) // SHOWN_MISTAKES)
    return tuple(mistakes[::step][:SHOWN_MISTAKES])
