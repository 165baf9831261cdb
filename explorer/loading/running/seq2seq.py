"""Translation and summarization: the decoder writes a text about the one that the encoder reads."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import torch

from explorer.loading.running.encoding import encode, notes_of, tensors
from explorer.loading.running.generation_settings import allowed
from explorer.loading.running.languages import Speech, speech_of
from explorer.loading.running.loaded_model import LoadedModel
from explorer.loading.running.token_limit import decoder_limit_of
from explorer.tasks.seq2seq import (
    Seq2SeqInput,
    Seq2SeqText,
    SummarizationParameters,
    SummarizationResult,
    TranslationParameters,
    TranslationResult,
)

# Where neither the reader nor the checkpoint says how long the text may become.
NEW_TOKENS = 128
Seq2SeqParameters = TranslationParameters | SummarizationParameters
_Result = TypeVar("_Result", bound=Seq2SeqText)


@dataclass(frozen=True, slots=True)
class Written:
    """What the encoder read, what the decoder wrote, its first token included, and what to say of it."""

    encoding: Any
    ids: list[int]
    notes: tuple[str, ...]


def translate(
    held: LoadedModel, inputs: Seq2SeqInput, parameters: TranslationParameters
) -> TranslationResult:
    """The text in the other language."""
    return _result(held, write(held, inputs, parameters), TranslationResult)


def summarize(
    held: LoadedModel, inputs: Seq2SeqInput, parameters: SummarizationParameters
) -> SummarizationResult:
    """The text in fewer words."""
    return _result(held, write(held, inputs, parameters), SummarizationResult)


def write(held: LoadedModel, inputs: Seq2SeqInput, parameters: Seq2SeqParameters) -> Written:
    """The other text, as tokens."""
    with _speech(held, parameters) as speech:
        encoding, cut = encode(held, speech.prefix + inputs.text, parameters.truncate)
        settings = _settings(held, parameters, speech)
        with torch.inference_mode():
            ids = held.model.generate(**tensors(held, [encoding]), **settings)[0].tolist()
        return Written(encoding, ids, notes_of(held, (speech.note, cut), [inputs.text]))


def encode_source(held: LoadedModel, inputs: Seq2SeqInput, parameters: Seq2SeqParameters) -> Any:
    """The text as the encoder reads it."""
    with _speech(held, parameters) as speech:
        return encode(held, speech.prefix + inputs.text, parameters.truncate)[0]


@contextmanager
def _speech(held: LoadedModel, parameters: Seq2SeqParameters) -> Iterator[Speech]:
    if isinstance(parameters, TranslationParameters):
        with speech_of(held, parameters.src_lang, parameters.tgt_lang) as speech:
            yield speech
    else:
        settings = _own_settings(held, "summarization")
        prefix = settings.get("prefix", getattr(held.config, "prefix", None))
        yield Speech(prefix if isinstance(prefix, str) else "", settings)


def _own_settings(held: LoadedModel, name: str) -> dict[str, Any]:
    """What the checkpoint's config says of a task by name: a prefix, and how to generate."""
    every = getattr(held.config, "task_specific_params", None)
    found = every.get(name) if isinstance(every, dict) else None
    return found if isinstance(found, dict) else {}


def _result(held: LoadedModel, written: Written, result: type[_Result]) -> _Result:
    # The decoder begins with a token that stands for nothing.
    text = held.tokenizer.decode(written.ids, skip_special_tokens=True)
    return result(text.strip(), len(written.encoding["input_ids"]), len(written.ids) - 1, written.notes)


def _settings(held: LoadedModel, parameters: Seq2SeqParameters, speech: Speech) -> dict[str, Any]:
    settings = {**vars(held.model.generation_config), **allowed(speech.settings)}
    most = parameters.max_new_tokens or settings.get("max_length") or NEW_TOKENS
    positions = decoder_limit_of(held.config)
    most = min(most, positions - 1) if positions else most
    least = settings.get("min_length") or 0
    return {
        **allowed(speech.settings),
        **({"num_beams": parameters.num_beams} if parameters.num_beams else {}),
        "do_sample": False,
        "max_length": None,
        "max_new_tokens": most,
        "min_length": min(least, most),
    }
