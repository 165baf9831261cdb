"""What a language model expects at each place, and the surprise of what stands there."""

import math
from collections.abc import Iterator, Sequence

import torch
from torch import nn

from explorer.inside.explanation import PlaceGuesses
from explorer.loading.running.inside.eager import forward_settings
from explorer.loading.running.inside.token_names import TokenNames

# Texts that are read at once: no more than of which all logits together are so many numbers.
MOST_TEXTS = 16
MOST_NUMBERS = 64_000_000


def places_of(logits: torch.Tensor, ids: Sequence[int], names: TokenNames) -> tuple[PlaceGuesses, ...]:
    """What was expected by the row of logits before each token; the first token has none."""
    nothing = PlaceGuesses(0, names.of(ids[0]), None, ())
    rest = (_place(place, token, logits[place - 1], names) for place, token in enumerate(ids) if place)
    return (nothing, *rest)


def masked_places(
    model: nn.Module, inputs: dict[str, torch.Tensor], logits: torch.Tensor, names: TokenNames, mask: int
) -> tuple[PlaceGuesses, ...]:
    """What is expected at each place while its token is hidden by the mask, one token at a time.

    Their sum is the pseudo-log-likelihood of Salazar et al. 2020, "Masked Language Model Scoring". What
    stands behind a mask of the text is not known, and special tokens were never hidden: they have no
    surprisal. ``logits`` are those of the text as it is.
    """
    ids = inputs["input_ids"][0].tolist()
    own = [place for place, token in enumerate(ids) if not names.is_special(token)]
    size = max(1, min(MOST_TEXTS, MOST_NUMBERS // logits.numel()))
    rows = dict(zip(own, _with_each_hidden(model, inputs, own, mask, size), strict=True))
    rows |= {place: logits[place] for place, token in enumerate(ids) if token == mask}
    found = []
    for place, token in enumerate(ids):
        if place in rows:
            found.append(_place(place, token, rows[place], names, is_known=token != mask))
        else:
            found.append(PlaceGuesses(place, names.of(token), None, ()))
    return tuple(found)


def _with_each_hidden(
    model: nn.Module, inputs: dict[str, torch.Tensor], places: Sequence[int], mask: int, size: int
) -> Iterator[torch.Tensor]:
    """For each place the logits there, of the text in which the mask stands at it; ``size`` texts at once."""
    for start in range(0, len(places), size):
        here = list(places[start : start + size])
        texts = {name: tensor.repeat(len(here), 1) for name, tensor in inputs.items()}
        rows = list(range(len(here)))
        texts["input_ids"][rows, here] = mask
        yield from model(**texts, **forward_settings(model)).logits[rows, here]


def _place(
    place: int, token: int, logits: torch.Tensor, names: TokenNames, is_known: bool = True
) -> PlaceGuesses:
    chances = logits.float().log_softmax(-1)
    surprisal = -float(chances[token]) / math.log(2) if is_known else None
    return PlaceGuesses(place, names.of(token), surprisal, names.guesses(chances.exp()))
