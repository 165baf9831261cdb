"""Text generation, token by token, each with its probability and its alternatives."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from transformers import StoppingCriteria, StoppingCriteriaList

from explorer.loading.running.encoding import notes_of
from explorer.loading.running.loaded_model import LoadedModel
from explorer.loading.running.next_tokens import Choice, next_tokens
from explorer.loading.running.prompts import Prompt, prompt_of
from explorer.loading.running.token_texts import GrowingText, TokenTexts
from explorer.tasks.text_generation import (
    GenerationStep,
    TextGenerationInput,
    TextGenerationParameters,
    TextGenerationResult,
    Token,
)

Event = GenerationStep | TextGenerationResult


def generate(
    held: LoadedModel, inputs: TextGenerationInput, parameters: TextGenerationParameters
) -> TextGenerationResult:
    """The whole text at once."""
    *_, result = stream(held, inputs, parameters, lambda: False)
    assert isinstance(result, TextGenerationResult)  # noqa: S101
    return result


def stream(
    held: LoadedModel,
    inputs: TextGenerationInput,
    parameters: TextGenerationParameters,
    is_cancelled: Callable[[], bool],
) -> Iterator[Event]:
    """Each token as it is chosen, and the result last; asked before each token whether to stop."""
    yield from go_on(held, prompt_of(held, inputs, parameters), parameters, is_cancelled)


def go_on(
    held: LoadedModel, prompt: Prompt, parameters: TextGenerationParameters, is_cancelled: Callable[[], bool]
) -> Iterator[Event]:
    """What comes behind the prompt, token by token, and the result last."""
    choose = _beam_choices if parameters.num_beams > 1 else _choices
    tell = _Teller(held, prompt, parameters.top_n_tokens)
    reason = "cancelled"
    if not is_cancelled():
        for choice in choose(held, prompt, parameters, is_cancelled):
            yield tell.step(choice)
            if choice.is_last:
                reason = "eos_token" if choice.token in _ends(held) else "length"
            elif is_cancelled():
                break
    yield tell.result(reason, parameters.seed)


def _ends(held: LoadedModel) -> Sequence[int]:
    ends = held.model.generation_config.eos_token_id
    return ends if isinstance(ends, list) else [] if ends is None else [ends]


def _settings(prompt: Prompt, parameters: TextGenerationParameters) -> dict[str, Any]:
    drawing = {
        "temperature": parameters.temperature,
        "top_k": parameters.top_k,
        "top_p": parameters.top_p,
    }
    return {
        "max_new_tokens": prompt.room,
        "min_length": 0,
        "do_sample": parameters.do_sample,
        "num_beams": parameters.num_beams,
        "repetition_penalty": parameters.repetition_penalty,
        **(drawing if parameters.do_sample else {}),
    }


def _choices(
    held: LoadedModel, prompt: Prompt, parameters: TextGenerationParameters, _: Callable[[], bool]
) -> Iterator[Choice]:
    return next_tokens(held, prompt.inputs, parameters.seed, _settings(prompt, parameters))


class _Cancelled(StoppingCriteria):  # type: ignore[misc]
    """Ends every beam as soon as it is asked for."""

    def __init__(self, is_cancelled: Callable[[], bool]) -> None:
        self._is_cancelled = is_cancelled

    def __call__(self, input_ids: torch.Tensor, scores: Any, **_: Any) -> torch.Tensor:
        return torch.full((input_ids.shape[0],), self._is_cancelled(), device=input_ids.device)


def _beam_choices(
    held: LoadedModel,
    prompt: Prompt,
    parameters: TextGenerationParameters,
    is_cancelled: Callable[[], bool],
) -> Iterator[Choice]:
    """The tokens of the best beam: only at the end is it known which one that is."""
    with torch.inference_mode():
        whole = held.model.generate(
            **prompt.inputs,
            **_settings(prompt, parameters),
            stopping_criteria=StoppingCriteriaList([_Cancelled(is_cancelled)]),
        )
        if is_cancelled():
            return
        start = len(prompt.ids)
        chosen = whole[0, start:].tolist()
        ends = [place for place, token in enumerate(chosen) if token in _ends(held)]
        chosen = chosen[: ends[0] + 1] if ends else chosen
        logits = held.model(whole[:, : start + len(chosen)]).logits[0, start - 1 : -1]
    for place, token in enumerate(chosen):
        own = logits[place].float().log_softmax(-1)
        yield Choice(
            token,
            own,
            torch.zeros_like(own).index_fill_(0, torch.tensor([token], device=own.device), 1.0),
            place == len(chosen) - 1,
        )


class _Teller:
    """Says in values what was chosen, and keeps it for the result."""

    def __init__(self, held: LoadedModel, prompt: Prompt, alternatives: int) -> None:
        self._held, self._prompt, self._alternatives = held, prompt, alternatives
        self._texts = TokenTexts(held.tokenizer)
        self._growing = GrowingText(held.tokenizer, prompt.ids)
        self._special = frozenset(held.tokenizer.all_special_ids)
        self._steps: list[GenerationStep] = []

    def step(self, choice: Choice) -> GenerationStep:
        """The chosen token, its alternatives, and the text that it adds."""
        best = choice.log_probabilities.topk(min(self._alternatives, len(choice.log_probabilities)))
        text = self._growing.add(choice.token)
        step = GenerationStep(
            len(self._steps),
            self._tokens(choice, [choice.token])[0],
            self._tokens(choice, best.indices.tolist()),
            text + self._growing.rest() if choice.is_last else text,
        )
        self._steps.append(step)
        return step

    def _tokens(self, choice: Choice, ids: list[int]) -> tuple[Token, ...]:
        probabilities = choice.log_probabilities[ids].exp().tolist()
        chances = choice.chances[ids].tolist()
        return tuple(
            Token(id_, self._texts.of(id_), probability, chance, id_ in self._special)
            for id_, probability, chance in zip(ids, probabilities, chances, strict=True)
        )

    def result(self, reason: str, seed: int) -> TextGenerationResult:
        """Everything that was said."""
        return TextGenerationResult(
            self._prompt.text,
            len(self._prompt.ids),
            "".join(step.text for step in self._steps),
            tuple(self._steps),
            reason,
            seed,
            notes_of(self._held, self._prompt.notes, [self._prompt.text]),
        )
