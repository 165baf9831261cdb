"""From text to the tensors that a model takes, with its length in tokens checked."""

import inspect
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import torch

from explorer.errors import CheckpointError, InputError
from explorer.loading.running.loaded_model import LoadedModel
from explorer.loading.running.unknown_parts import unknown_note

# Texts of one length that go through the model together.
BATCH = 8


def encode(held: LoadedModel, text: str, truncate: bool = False, reserve: int = 0) -> tuple[Any, str | None]:
    """The text as the tokenizer's encoding, and a note where it was cut.

    ``reserve`` is how many tokens of the model's limit are to stay free. InputError when the text
    is longer than the rest, unless it may be cut, and when nothing of it is left.
    """
    encoding = held.tokenizer(text, return_attention_mask=True)
    limit, note = held.token_limit, None
    count = len(encoding["input_ids"])
    if limit is not None and count > (most := max(1, limit - reserve)):
        if not truncate:
            raise too_long(count, most)
        encoding = held.tokenizer(text, return_attention_mask=True, truncation=True, max_length=most)
        note = f"The text has {count:,} tokens; only {len(encoding['input_ids']):,} of them were read."
    check_ids(held, encoding["input_ids"])
    return encoding, note


def too_long(count: int, most: int) -> InputError:
    """The error of a text that has more tokens than can be read."""
    return InputError(
        f"The text has {count:,} tokens, and the model reads at most {most:,}.",
        "Shorten it, or ask for it to be cut (truncate).",
    )


def check_ids(held: LoadedModel, ids: Sequence[int]) -> None:
    """Refuse no tokens at all, and tokens that the model has no embedding for."""
    if not ids:
        raise InputError("The tokenizer makes no tokens of this text.", "Type some words.")
    rows = held.model.get_input_embeddings().weight.shape[0]
    if max(ids) >= rows:
        raise CheckpointError(
            f"The tokenizer gives token {max(ids):,}, and the model has embeddings for {rows:,}.",
            "The tokenizer's files belong to another model.",
        )


def tensors(held: LoadedModel, encodings: Sequence[Any], model: Any = None) -> dict[str, torch.Tensor]:
    """Encodings of one length as a batch, with what the model's forward takes of them."""
    taken = inspect.signature((model or held.model).forward).parameters
    names = [name for name in encodings[0] if name in taken and name in held.tokenizer.model_input_names]
    return {
        name: torch.tensor([encoding[name] for encoding in encodings], device=held.model.device)
        for name in names
    }


def batches(held: LoadedModel, encodings: Sequence[Any]) -> Iterator[tuple[list[int], list[Any]]]:
    """The encodings in batches, each with the places of its members.

    Only encodings of one length go together: nothing is padded, so that no text changes the answer
    to another, whatever the model makes of padding.
    """
    # Without a padding token some heads refuse to take several texts.
    size = BATCH if getattr(held.config, "pad_token_id", None) is not None else 1
    lengths: dict[int, list[int]] = {}
    for place, encoding in enumerate(encodings):
        lengths.setdefault(len(encoding["input_ids"]), []).append(place)
    for places in lengths.values():
        for start in range(0, len(places), size):
            chosen = places[start : start + size]
            yield chosen, [encodings[place] for place in chosen]


def notes_of(held: LoadedModel, notes: Iterable[str | None], texts: Iterable[str]) -> tuple[str, ...]:
    """The model's own notes and those of one run on these texts, each once."""
    return tuple(dict.fromkeys((*held.notes, *filter(None, (*notes, unknown_note(held, texts))))))
