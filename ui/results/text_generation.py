"""Text generation: the text as it grows, and how each of its tokens came about."""

from collections.abc import Iterable, Sequence

from explorer.tasks.text_generation import GenerationStep, TextGenerationResult
from ui.figures import counted
from ui.markup import Markup, draw, join, tag
from ui.results.excerpts import left_out
from ui.results.scores import percent
from ui.results.token_table import tokens

# From which probability on a token belongs to the level, and how the legend says it.
LEVELS = (
    (0.9, "90 % and more"),
    (0.5, "50 to 90 %"),
    (0.1, "10 to 50 %"),
    (0.01, "1 to 10 %"),
    (0.0, "below 1 %"),
)
REASONS = {
    "eos_token": "The model ended the text itself, with its end token.",
    "length": "The text stops at the most tokens that it might have.",
    "cancelled": "The text was stopped.",
}
# So much of a long prompt stands before what is new; all of it would be sent with every token.
PROMPT_SHOWN = 2_000


def draw_text(prompt: str, steps: Sequence[GenerationStep], is_finished: bool) -> None:
    """The prompt and what was added to it so far; cheap enough to be drawn with every few tokens."""
    draw(text_markup(prompt, steps, is_finished))


def draw_generation(result: TextGenerationResult) -> None:
    """The whole text, why it ends, and its tokens with what might have stood in their places."""
    draw(
        join(
            (
                text_markup(result.prompt, result.steps, is_finished=True),
                _facts(result),
                tokens(result.steps),
            )
        )
    )


def text_markup(prompt: str, steps: Sequence[GenerationStep], is_finished: bool) -> Markup:
    """The text with its tokens coloured by probability, and the legend of the colours."""
    before = len(prompt) - PROMPT_SHOWN
    shown = tag(
        "p",
        left_out(max(before, 0), "before"),
        tag("span", prompt[max(before, 0) :], class_="x-prompt"),
        *map(_token, steps),
        *(() if is_finished else (tag("span", "▍", class_="x-cursor", aria_hidden="true"),)),
        class_="x-generated",
        dir="auto",
    )
    box = tag("div", shown, class_="x-result-text", role="region", aria_label="Generated text", tabindex="0")
    return join((box, _legend()))


def level(probability: float) -> int:
    """The number of the level, 0 for the most probable tokens."""
    return next(number for number, (least, _) in enumerate(LEVELS) if probability >= least or not least)


def _token(step: GenerationStep) -> Markup:
    if not step.text:
        # The end token, or a part of a letter that a later token completes.
        return Markup()
    said = f"token {step.index + 1}: {percent(step.token.probability)}"
    return tag("span", step.text, class_=f"x-new-token x-level{level(step.token.probability)}", title=said)


def _legend() -> Markup:
    swatches = (
        tag("span", tag("span", "token", class_=f"x-new-token x-level{number}"), f" {words}")
        for number, (_, words) in enumerate(LEVELS)
    )
    return tag(
        "p", tag("span", "How probable the model found each token:"), *swatches, class_="x-legend x-levels"
    )


def _facts(result: TextGenerationResult) -> Markup:
    given, added = counted(result.prompt_tokens, "token"), counted(len(result.steps), "token")
    parts: Iterable[object] = (
        tag("b", REASONS.get(result.finish_reason, f"The text ended: {result.finish_reason}.")),
        f" {given} of prompt, {added} added, seed {result.seed}.",
    )
    return tag("p", *parts, class_="x-result-facts")
