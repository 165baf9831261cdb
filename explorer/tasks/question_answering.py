"""Extractive question answering: where in a context the answer to a question stands."""

from dataclasses import dataclass
from typing import Any

from explorer.tasks.parameter import Parameters, flag, whole
from explorer.tasks.text import check_text


@dataclass(frozen=True, slots=True)
class QuestionAnsweringInput:
    """A question, and the text in which its answer is looked for."""

    question: str
    context: str

    def __post_init__(self) -> None:
        check_text(self.question, "question")
        check_text(self.context, "context")


@dataclass(frozen=True, slots=True)
class QuestionAnsweringParameters(Parameters):
    """How many answers, how long they may be, and how a long context is read."""

    top_k: int = whole(1, 1, 100, "How many answers to tell.")
    max_answer_len: int = whole(15, 1, 512, "How many tokens an answer may have.")
    max_seq_len: int = whole(384, 16, 4096, "How many tokens to read at once; a longer context is windowed.")
    doc_stride: int = whole(128, 1, 2048, "How many tokens of a window are in the next one too.")
    handle_impossible_answer: bool = flag("Let the model say that the context has no answer.")


@dataclass(frozen=True, slots=True)
class Answer:
    """A part of the context, by its first character and the one after its last; empty for no answer."""

    score: float
    start: int
    end: int
    answer: str

    @property
    def json(self) -> dict[str, Any]:
        """The answer in the shape of the Inference API."""
        return {"score": self.score, "start": self.start, "end": self.end, "answer": self.answer}


@dataclass(frozen=True, slots=True)
class PlaceScore:
    """A token of the context, by its characters: the probability that the answer begins or ends there."""

    start: int
    end: int
    begins: float
    ends: float


@dataclass(frozen=True, slots=True)
class QuestionAnsweringResult:
    """The best answers, and the scores along the context that they were chosen by.

    ``windows`` is how many parts a long context was read in; a token that is in several has the
    scores of the part where they are highest.
    """

    answers: tuple[Answer, ...]
    places: tuple[PlaceScore, ...]
    windows: int
    notes: tuple[str, ...] = ()

    @property
    def json(self) -> dict[str, Any] | list[dict[str, Any]]:
        """The one answer, or a list of several."""
        return self.answers[0].json if len(self.answers) == 1 else [answer.json for answer in self.answers]
