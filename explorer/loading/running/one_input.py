"""One input of any task as the tensors of one forward."""

import inspect
from dataclasses import dataclass, replace
from typing import Any

import torch
from transformers import PreTrainedModel

from explorer.loading.running.encoding import encode, tensors
from explorer.loading.running.fill_mask import with_own_mask
from explorer.loading.running.loaded_model import LoadedModel
from explorer.loading.running.prompts import prompt_of
from explorer.loading.running.seq2seq import encode_source, write
from explorer.loading.running.windows import Window, windows_of
from explorer.tasks.task import TaskInput


@dataclass(frozen=True, slots=True)
class OneInput:
    """One text: the tokenizer's encoding of it, what a decoder wrote, and what to say of it.

    ``written`` begins with the decoder's first token; it is empty where the model makes its decoder's
    tokens itself, or has no decoder. ``own`` are the places of the text's tokens, without special ones and
    without those of a question about it.
    """

    encoding: Any
    own: tuple[int, ...]
    written: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def ids(self) -> list[int]:
        """The tokens of the text."""
        return list(self.encoding["input_ids"])

    def tensors(self, held: LoadedModel, model: PreTrainedModel) -> dict[str, Any]:
        """What the forward of the model takes of it, as a batch of one."""
        taken: dict[str, Any] = tensors(held, [self.encoding], model)
        names = inspect.signature(model.forward).parameters
        if self.written and "decoder_input_ids" in names:
            taken["decoder_input_ids"] = torch.tensor([self.written], device=model.device)
        # What a decoder keeps for its next token is large, and there is no next one.
        return {**taken, "use_cache": False} if "use_cache" in names else taken


def one_input(held: LoadedModel, inputs: TaskInput, parameters: Any) -> OneInput:
    """The input as the task's own run gives it to the model: of several texts or windows, the first."""
    if held.task.name in ("translation", "summarization"):
        written = write(held, inputs, parameters)  # type: ignore[arg-type]
        # Each token is made from those before it, and nothing is made from the last.
        ids = tuple(written.ids[:-1] or written.ids)
        return replace(_of_text(held, written.encoding, *written.notes), written=ids)
    given = encoded(held, inputs, parameters)
    is_bare = held.task.name == "feature-extraction"
    return replace(given, written=first_tokens(held.model)) if is_bare else given


def encoded(held: LoadedModel, inputs: Any, parameters: Any) -> OneInput:
    """The input without what a decoder writes."""
    return _ENCODERS[held.task.name](held, inputs, parameters)


def first_tokens(model: PreTrainedModel) -> tuple[int, ...]:
    """The token that the decoder of an encoder-decoder begins with; nothing for other models."""
    config, generation = model.config, getattr(model, "generation_config", None)
    if not config.is_encoder_decoder:
        return ()
    names = ("decoder_start_token_id", "bos_token_id", "pad_token_id")
    stated = (getattr(where, name, None) for name in names for where in (config, generation))
    return (next((token for token in stated if isinstance(token, int)), 0),)


def _first_text(held: LoadedModel, inputs: Any, parameters: Any) -> OneInput:
    encoding, cut = encode(held, inputs.texts[0], parameters.truncate)
    others = f"Of the {len(inputs.texts):,} texts, this is the first." if len(inputs.texts) > 1 else None
    return _of_text(held, encoding, cut, others)


def _text_with_mask(held: LoadedModel, inputs: Any, parameters: Any) -> OneInput:
    encoding, cut = encode(held, with_own_mask(held, inputs.text), parameters.truncate)
    return _of_text(held, encoding, cut)


def _prompt(held: LoadedModel, inputs: Any, parameters: Any) -> OneInput:
    prompt = prompt_of(held, inputs, parameters)
    encoding = {name: values[0].tolist() for name, values in prompt.inputs.items()}
    return _of_text(held, encoding, *prompt.notes)


def _tokens(held: LoadedModel, inputs: Any, parameters: Any) -> OneInput:
    return _first_window(windows_of(held, inputs.text, parameters.stride))


def _pair(held: LoadedModel, inputs: Any, parameters: Any) -> OneInput:
    return _first_window(
        windows_of(held, inputs.context, parameters.doc_stride, parameters.max_seq_len, inputs.question)
    )


def _first_window(windows: tuple[Window, ...]) -> OneInput:
    others = f"Of the {len(windows):,} windows of the text, this is the first." if len(windows) > 1 else None
    return OneInput(windows[0].encoding, windows[0].own, (), (others,) if others else ())


def _source(held: LoadedModel, inputs: Any, parameters: Any) -> OneInput:
    return _of_text(held, encode_source(held, inputs, parameters))


def _of_text(held: LoadedModel, encoding: Any, *notes: str | None) -> OneInput:
    special = set(held.tokenizer.all_special_ids) - {held.tokenizer.mask_token_id}
    ids = encoding["input_ids"]
    own = tuple(place for place, token in enumerate(ids) if token not in special)
    return OneInput(encoding, own or tuple(range(len(ids))), (), tuple(filter(None, notes)))


_ENCODERS = {
    "text-generation": _prompt,
    "fill-mask": _text_with_mask,
    "translation": _source,
    "summarization": _source,
    "question-answering": _pair,
    "token-classification": _tokens,
    "text-classification": _first_text,
    "feature-extraction": _first_text,
}
