"""Text generation: a text that goes on, token by token."""

import math
from dataclasses import dataclass
from typing import Any

from explorer.errors import InputError
from explorer.tasks.parameter import Parameters, flag, real, whole
from explorer.tasks.text import check_text


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation; the role is system, user or assistant, or what the model knows."""

    role: str
    content: str

    def __post_init__(self) -> None:
        check_text(self.content, "message")


@dataclass(frozen=True, slots=True)
class TextGenerationInput:
    """A text to go on from, or the messages of a conversation, which go through the chat template."""

    text: str = ""
    messages: tuple[Message, ...] = ()

    def __post_init__(self) -> None:
        if self.messages and self.text:
            raise InputError("There are a text and messages.", "Give one of them.")
        if not self.messages:
            check_text(self.text)


@dataclass(frozen=True, slots=True)
class TextGenerationParameters(Parameters):
    """How the next token is chosen, and how often. The same seed gives the same text."""

    max_new_tokens: int = whole(50, 1, 2048, "How many tokens to add at most.")
    do_sample: bool = flag("Draw each token by its probability, instead of taking the most probable.")
    temperature: float = real(1.0, 0.05, 5.0, "Below 1 the probable tokens gain, above 1 the others.")
    top_k: int = whole(50, 0, 1000, "Draw from so many most probable tokens; 0 for all.")
    top_p: float = real(1.0, 0.01, 1.0, "Draw from the most probable tokens that make up this share.")
    num_beams: int = whole(1, 1, 16, "How many texts to follow at once, to give the most probable whole.")
    repetition_penalty: float = real(1.0, 0.5, 5.0, "Above 1, what was said already loses.")
    seed: int = whole(0, 0, 2**63 - 1, "Where the draws begin.")
    top_n_tokens: int = whole(5, 0, 50, "How many alternatives to tell of each token.")
    truncate: bool = flag("Cut the beginning of a text that is longer than the model can read.")

    def __post_init__(self) -> None:
        # super() would need the class that slots=True has replaced.
        Parameters.__post_init__(self)
        if self.do_sample and self.num_beams > 1:
            raise InputError(
                "Beams look for the most probable text, and drawing looks for none.",
                "Choose do_sample or num_beams.",
            )


@dataclass(frozen=True, slots=True)
class Token:
    """A token at one place of a text.

    ``probability`` is the model's own; ``chance`` is that of being chosen, after temperature, top-k
    and top-p. Without drawing, one token has all the chance; beams choose whole texts, and their
    tokens have a chance of 1.
    """

    id: int
    text: str
    probability: float
    chance: float
    is_special: bool

    @property
    def json(self) -> dict[str, Any]:
        """The token as Text Generation Inference writes it."""
        logprob = math.log(self.probability) if self.probability > 0 else -math.inf
        return {
            "id": self.id,
            "text": self.text,
            # JSON has no infinity.
            "logprob": max(logprob, -1e4),
            "special": self.is_special,
        }


@dataclass(frozen=True, slots=True)
class GenerationStep:
    """One token that was added, the most probable ones at its place, and the text that it brings.

    The texts of all steps together are the generated text: a letter that takes several tokens
    comes with the last of them.
    """

    index: int
    token: Token
    alternatives: tuple[Token, ...]
    text: str


@dataclass(frozen=True, slots=True)
class TextGenerationResult:
    """The text that was added to the prompt, and how it came about."""

    prompt: str
    prompt_tokens: int
    text: str
    steps: tuple[GenerationStep, ...]
    finish_reason: str
    seed: int
    notes: tuple[str, ...] = ()

    @property
    def json(self) -> list[dict[str, Any]]:
        """The result in the shape of the Inference API."""
        details = {
            "finish_reason": self.finish_reason,
            "generated_tokens": len(self.steps),
            "input_length": self.prompt_tokens,
            "seed": self.seed,
            "prefill": [],
            "tokens": [step.token.json for step in self.steps],
            "top_tokens": [[token.json for token in step.alternatives] for step in self.steps],
        }
        return [{"generated_text": self.text, "details": details}]
