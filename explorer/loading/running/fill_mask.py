"""Fill-mask: the most probable tokens at each mask."""

from typing import Any

import torch

from explorer.errors import InputError
from explorer.loading.running.encoding import encode, notes_of, tensors
from explorer.loading.running.loaded_model import LoadedModel
from explorer.tasks.fill_mask import Filling, FillMaskInput, FillMaskParameters, FillMaskResult

# What people write for a mask; which of them a tokenizer knows, only it can say.
USUAL_MASKS = ("[MASK]", "<mask>")


def fill(held: LoadedModel, inputs: FillMaskInput, parameters: FillMaskParameters) -> FillMaskResult:
    """The best tokens for each mask, with the pipeline's scores."""
    text = with_own_mask(held, inputs.text)
    encoding, cut = encode(held, text, parameters.truncate)
    ids = encoding["input_ids"]
    places = [place for place, token in enumerate(ids) if token == held.tokenizer.mask_token_id]
    if not places:
        raise InputError(
            "There is no mask in the text" + (" that is left." if cut else "."),
            f"Write {held.tokenizer.mask_token} where a word is to be filled in.",
        )
    probabilities = held.model(**tensors(held, [encoding])).logits[0, places].float().softmax(-1)
    targets, notes = _target_ids(held, parameters.targets)
    masks = tuple(
        tuple(_filling(held, ids, place, token, score, len(places) == 1) for token, score in best)
        for place, best in zip(places, _best(probabilities, targets, parameters.top_k), strict=True)
    )
    return FillMaskResult(masks, notes_of(held, (cut, *notes), [text]))


def with_own_mask(held: LoadedModel, text: str) -> str:
    """The text with what people write for a mask in the tokenizer's own words."""
    own = held.tokenizer.mask_token
    if own is None:
        raise InputError(
            "The tokenizer has no mask token, so it cannot leave a gap.", "Take a masked language model."
        )
    if own not in text:
        for usual in USUAL_MASKS:
            text = text.replace(usual, own)
    return text


def _target_ids(held: LoadedModel, targets: tuple[str, ...]) -> tuple[list[int], list[str]]:
    """The first token of each target, and a note for each that is more than a token."""
    vocabulary = held.tokenizer.get_vocab() if targets else {}
    ids, notes = [], []
    for target in targets:
        if (found := vocabulary.get(target)) is None:
            pieces = held.tokenizer(target, add_special_tokens=False)["input_ids"]
            if not pieces:
                notes.append(f"{target!r} has no token, and was left out.")
                continue
            found = pieces[0]
            shown = held.tokenizer.convert_ids_to_tokens(found)
            notes.append(f"{target!r} is not a token of the model; {shown!r} was scored in its place.")
        ids.append(found)
    if targets and not ids:
        raise InputError("None of the targets has a token.", "Name words that the model may know.")
    return list(dict.fromkeys(ids)), notes


def _best(probabilities: torch.Tensor, targets: list[int], most: int) -> list[list[tuple[int, float]]]:
    if targets:
        probabilities = probabilities[:, targets]
    scores, places = probabilities.topk(min(most, probabilities.shape[-1]))
    return [
        [(targets[place] if targets else place, score) for place, score in zip(row, values, strict=True)]
        for row, values in zip(places.tolist(), scores.tolist(), strict=True)
    ]


def _filling(
    held: LoadedModel, ids: list[int], place: int, token: int, score: float, is_only: bool
) -> Filling:
    tokenizer: Any = held.tokenizer
    filled = [*ids[:place], token, *ids[place + 1 :]]
    # Of several masks the others are to be seen; unlike the pipeline's, no tokens that stand around all.
    first, last = (0, len(ids)) if is_only else _own(held, ids)
    kept = [one for one in filled[first:last] if one != tokenizer.pad_token_id]
    sequence = tokenizer.decode(kept, skip_special_tokens=is_only)
    return Filling(score, token, tokenizer.decode([token]), sequence)


def _own(held: LoadedModel, ids: list[int]) -> tuple[int, int]:
    """Where the text begins and ends between the special tokens that the tokenizer puts around it."""
    tokenizer = held.tokenizer
    around = set(tokenizer.all_special_ids) - {tokenizer.mask_token_id, tokenizer.unk_token_id}
    own = [place for place, token in enumerate(ids) if token not in around]
    return own[0], own[-1] + 1
