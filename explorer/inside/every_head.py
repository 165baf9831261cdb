"""One text through one backbone and every head that its config supports."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HeadAnswer:
    """What one class makes of the text.

    ``untrained`` names its parameters that the checkpoint does not have: they are drawn at random, by the
    seed. ``answer`` is what the output says, as (words, score) with the best first; a score is between 0
    and 1, or None where the head gives none. ``output`` and ``shape`` are those of the tensor that tells
    it, ``seconds`` the time of the forward. ``error`` says in one sentence why there is no answer.
    ``is_backbone_random`` says that more than a head is among the untrained: the class looks for the
    backbone under other names than the checkpoint has. ``is_answer_trained`` says that no untrained
    parameter has any part in the answer. ``saved_for`` are the tasks that the checkpoint was saved for,
    where this is not the class that it was saved from.
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
    is_backbone_random: bool = False
    is_answer_trained: bool = False
    saved_for: tuple[str, ...] = ()

    @property
    def is_trained(self) -> bool:
        """Whether all of its parameters are in the checkpoint."""
        return self.error is None and not self.untrained
