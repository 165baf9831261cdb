"""One text through one backbone and every head that its config supports."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HeadAnswer:
    """What one class makes of the text.

    ``untrained`` names its parameters that the checkpoint does not have: they are drawn at random, by the
    seed. ``answer`` is what the output says, as (words, score) with the best first; a score is between 0
    and 1, or None where the head gives none. ``output`` and ``shape`` are those of the tensor that tells
    it, ``seconds`` the time of the forward. ``error`` says in one sentence why there is no answer.
    """

    auto_class: str
    class_name: str
    task: str | None
    untrained: tuple[str, ...] = ()
    output: str = ""
    shape: tuple[int, ...] = ()
    answer: tuple[tuple[str, float | None], ...] = ()
    seconds: float = 0.0
    error: str | None = None

    @property
    def is_trained(self) -> bool:
        """Whether all of its parameters are in the checkpoint."""
        return self.error is None and not self.untrained
