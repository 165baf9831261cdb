"""One token after the other: transformers prepares and judges, and the draw is by a generator of its own.

``generate`` takes a decoding function in place of its own loop; this one is a generator, so that
whoever reads the tokens can stop after any of them, and no seed of the process is touched.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch

from explorer.loading.running.loaded_model import LoadedModel


@dataclass(frozen=True, slots=True)
class Choice:
    """A token that was chosen: the model's own log probabilities at its place, and the chances.

    ``is_last`` says that the token ends the text.
    """

    token: int
    log_probabilities: torch.Tensor
    chances: torch.Tensor
    is_last: bool


def next_tokens(
    held: LoadedModel, inputs: dict[str, torch.Tensor], seed: int, settings: dict[str, Any]
) -> Iterator[Choice]:
    """The tokens that follow the input, as ``generate`` would choose them with these settings."""
    draws = torch.Generator(held.model.device).manual_seed(seed)
    with torch.inference_mode():
        choices: Iterator[Choice] = held.model.generate(
            **inputs, **settings, custom_generate=_choose, draws=draws
        )
    return choices


def _choose(
    model: Any,
    input_ids: torch.Tensor,
    logits_processor: Any,
    stopping_criteria: Any,
    generation_config: Any,
    draws: torch.Generator,
    **model_kwargs: Any,
) -> Iterator[Choice]:
    outputs = None
    while True:
        # Never across a yield: the mode belongs to the thread, and who reads may use it for other work.
        with torch.inference_mode():
            if outputs is None:
                outputs = model._prefill(input_ids, generation_config, model_kwargs)
            else:
                length = 1 if model_kwargs["use_cache"] else None
                prepared = model.prepare_inputs_for_generation(
                    input_ids, next_sequence_length=length, **model_kwargs
                )
                outputs = model(**prepared, return_dict=True)
            model_kwargs = model._update_model_kwargs_for_generation(outputs, model_kwargs)
            logits = outputs.logits[:, -1].to(copy=True, dtype=torch.float32)
            own = logits.log_softmax(-1)[0]
            scores = logits_processor(input_ids, logits)
            chances, token = _drawn(scores, draws, generation_config.do_sample)
            input_ids = torch.cat([input_ids, token], dim=-1)
            is_last = bool(stopping_criteria(input_ids, None).all())
        yield Choice(int(token), own, chances, is_last)
        if is_last:
            return


def _drawn(
    scores: torch.Tensor, draws: torch.Generator, is_random: bool
) -> tuple[torch.Tensor, torch.Tensor]:
    """Each token's chance, and the token that was drawn, or the best one."""
    if is_random:
        chances = scores.softmax(-1)
        return chances[0], torch.multinomial(chances, 1, generator=draws)
    token = scores.argmax(-1, keepdim=True)
    return torch.zeros_like(scores[0]).index_fill_(0, token[0], 1.0), token
