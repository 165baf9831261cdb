"""What a language model expects at each place, and the surprise of what stands there."""

import math
from collections.abc import Sequence

import torch

from explorer.inside.explanation import PlaceGuesses
from explorer.loading.running.inside.token_names import TokenNames


def places_of(
    logits: torch.Tensor, ids: Sequence[int], names: TokenNames, is_next: bool, mask: int | None = None
) -> tuple[PlaceGuesses, ...]:
    """A row of logits for each token: of the next token where ``is_next``, else of the token itself.

    A mask surprises nobody: what stands behind it is not known.
    """
    chances = logits.float().log_softmax(-1)
    found = []
    for position, token in enumerate(ids):
        row = position - 1 if is_next else position
        if row < 0:
            found.append(PlaceGuesses(position, names.of(token), None, ()))
            continue
        surprisal = None if token == mask else -float(chances[row, token]) / math.log(2)
        found.append(PlaceGuesses(position, names.of(token), surprisal, names.guesses(chances[row].exp())))
    return tuple(found)
