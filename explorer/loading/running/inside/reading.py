"""What of an input goes through the model to be explained, for each task."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from transformers import PreTrainedConfig

from explorer.errors import InputError
from explorer.loading.running.encoding import encode, tensors
from explorer.loading.running.fill_mask import with_own_mask
from explorer.loading.running.inside.attention_maps import MOST_BYTES
from explorer.loading.running.loaded_model import LoadedModel
from explorer.loading.running.prompts import prompt_of
from explorer.loading.running.seq2seq import write
from explorer.loading.running.text_generation import go_on
from explorer.loading.running.windows import windows_of
from explorer.tasks.text_generation import GenerationStep

MOST_TOKENS = 128
MOST_WRITTEN = 32


@dataclass(frozen=True, slots=True)
class Reading:
    """The tokens that the model reads, those that it wrote before, and the tensors of one pass.

    What a decoder without an encoder wrote is also the end of ``ids``.
    """

    ids: list[int]
    inputs: dict[str, torch.Tensor]
    written: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


def read(held: LoadedModel, inputs: Any, parameters: Any) -> Reading:
    """The first tokens of the input, as many as are explained; a note says how many there are."""
    most = min(most_tokens(held.config), held.token_limit or MOST_TOKENS)
    # What is too long is cut as if the model could read no more.
    short = replace(held, token_limit=most)
    reading = READERS[held.task.name](short, inputs, parameters)
    return replace(reading, notes=tuple(dict.fromkeys((*held.notes, *reading.notes))))


def most_tokens(config: PreTrainedConfig) -> int:
    """As many tokens as have attention maps that are not too large."""
    layers, heads = (getattr(config, name, None) for name in ("num_hidden_layers", "num_attention_heads"))
    if not (isinstance(layers, int) and isinstance(heads, int) and layers > 0 and heads > 0):
        return MOST_TOKENS
    kinds = 3 if getattr(config, "is_encoder_decoder", False) else 1
    return max(16, min(MOST_TOKENS, math.isqrt(MOST_BYTES // (4 * kinds * layers * heads))))


def _plain(held: LoadedModel, text: str) -> Reading:
    encoding, cut = encode(held, text, truncate=True)
    return Reading(encoding["input_ids"], tensors(held, [encoding]), notes=_cut(cut))


def _cut(note: str | None) -> tuple[str, ...]:
    return (note.replace("were read", "are explained"),) if note else ()


def _text(held: LoadedModel, inputs: Any, _: Any) -> Reading:
    return _plain(held, inputs.text)


def _first_text(held: LoadedModel, inputs: Any, _: Any) -> Reading:
    reading = _plain(held, inputs.texts[0])
    if len(inputs.texts) > 1:
        note = f"Of {len(inputs.texts):,} texts, the first is explained."
        return replace(reading, notes=(note, *reading.notes))
    return reading


def _features(held: LoadedModel, inputs: Any, parameters: Any) -> Reading:
    reading = _first_text(held, inputs, parameters)
    if getattr(held.config, "is_encoder_decoder", False):
        note = "This is the encoder alone; the decoder was not run."
        return replace(reading, notes=(note, *reading.notes))
    return reading


def _masked(held: LoadedModel, inputs: Any, _: Any) -> Reading:
    reading = _plain(held, with_own_mask(held, inputs.text))
    if held.tokenizer.mask_token_id not in reading.ids:
        raise InputError(
            f"There is no mask among the {len(reading.ids):,} tokens that are explained.",
            f"Write {held.tokenizer.mask_token} where a word is to be filled in, near the beginning.",
        )
    return reading


def _question(held: LoadedModel, inputs: Any, parameters: Any) -> Reading:
    windows = windows_of(held, inputs.context, parameters.doc_stride, parameters.max_seq_len, inputs.question)
    first = windows[0].encoding
    count, size = len(windows), len(first["input_ids"])
    note = f"The context takes {count:,} windows of up to {size:,} tokens; the first of them is explained."
    return Reading(first["input_ids"], tensors(held, [first]), notes=(note,) if count > 1 else ())


def _continued(held: LoadedModel, inputs: Any, parameters: Any) -> Reading:
    """The prompt and what the model writes behind it."""
    most = held.token_limit or MOST_TOKENS
    wanted = min(MOST_WRITTEN, most // 2, parameters.max_new_tokens)
    one = replace(parameters, truncate=True, max_new_tokens=1)
    prompt = prompt_of(replace(held, token_limit=most - wanted + 1), inputs, one)
    events = go_on(held, replace(prompt, room=wanted), replace(parameters, top_n_tokens=0), lambda: False)
    written = [event.token.id for event in events if isinstance(event, GenerationStep)]
    notes = tuple(note.replace("were read", "are explained") for note in prompt.notes)
    if wanted < parameters.max_new_tokens and len(written) == wanted:
        notes = (
            *notes,
            f"The model goes on, but only the first {wanted:,} tokens that it writes are explained.",
        )
    ids = [*prompt.ids, *written]
    row = torch.tensor([ids], device=held.model.device)
    whole = {name: _lengthened(name, tensor, row) for name, tensor in prompt.inputs.items()}
    return Reading(ids, whole, tuple(written), notes)


def _lengthened(name: str, tensor: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:
    """The tokens; of a mask or of types, the last value for each token that was added."""
    if name == "input_ids":
        return ids
    return torch.cat([tensor, tensor[:, -1:].expand(1, ids.shape[1] - tensor.shape[1])], 1)


def _pair(held: LoadedModel, inputs: Any, parameters: Any) -> Reading:
    """The text for the encoder and what the decoder writes about it."""
    found = write(held, inputs, replace(parameters, truncate=True))
    most = held.token_limit or MOST_TOKENS
    notes = tuple(note.replace("were read", "are explained") for note in found.notes)
    if len(found.ids) > most:
        notes = (*notes, f"The decoder wrote {len(found.ids):,} tokens; the first {most:,} are explained.")
    written = found.ids[:most]
    whole = tensors(held, [found.encoding])
    whole["decoder_input_ids"] = torch.tensor([written], device=held.model.device)
    return Reading(found.encoding["input_ids"], whole, tuple(written), notes)


READERS: Mapping[str, Callable[[LoadedModel, Any, Any], Reading]] = {
    "text-generation": _continued,
    "fill-mask": _masked,
    "translation": _pair,
    "summarization": _pair,
    "question-answering": _question,
    "token-classification": _text,
    "text-classification": _first_text,
    "feature-extraction": _features,
}
