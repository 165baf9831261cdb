"""The stack and the memo that a pickle is read with; they hold whatever they are given."""

from typing import Any

from explorer.errors import CheckpointError


class Machine:
    """The stack and the memo of one pickle that is being read."""

    def __init__(self) -> None:
        self._stack: list[Any] = []
        self._below_marks: list[list[Any]] = []
        self._memo: dict[int, Any] = {}

    def push(self, value: Any) -> None:
        """Put a value on the stack."""
        self._stack.append(value)

    def pop(self) -> Any:
        """Take the uppermost value."""
        if not self._stack:
            raise broken_pickle()
        return self._stack.pop()

    def top(self) -> Any:
        """The uppermost value, which stays."""
        if not self._stack:
            raise broken_pickle()
        return self._stack[-1]

    def mark(self) -> None:
        """Begin a run of values."""
        self._below_marks.append(self._stack)
        self._stack = []

    def pop_anything(self) -> None:
        """Drop the uppermost value; the mark itself when no value was pushed since."""
        if self._stack:
            self._stack.pop()
        else:
            self.pop_run()

    def pop_run(self) -> list[Any]:
        """Take all values since the last mark."""
        if not self._below_marks:
            raise broken_pickle()
        run, self._stack = self._stack, self._below_marks.pop()
        return run

    def remember(self, place: int) -> None:
        """Keep the uppermost value in the memo."""
        self._memo[place] = self.top()

    def remember_next(self) -> None:
        """Keep the uppermost value in the next place of the memo."""
        self.remember(len(self._memo))

    def recall(self, place: int) -> None:
        """Put a value of the memo on the stack."""
        if place not in self._memo:
            raise broken_pickle()
        self._stack.append(self._memo[place])


def broken_pickle() -> CheckpointError:
    """The error for a pickle that no unpickler could read."""
    return CheckpointError("The pickle is broken.", "Ask its authors to mend it.")
