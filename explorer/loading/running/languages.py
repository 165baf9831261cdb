"""From which language into which: how a checkpoint is told, in the ways that there are."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from explorer.errors import InputError
from explorer.loading.running.loaded_model import LoadedModel

PAIR = re.compile(r"translation_(\w+?)_to_(\w+)")
CODE = re.compile(r"[a-z]{2,3}(_[A-Za-z]{2,4})?")
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Speech:
    """What is put before a text, and how its translation is generated."""

    prefix: str
    settings: dict[str, Any] = field(default_factory=dict)
    note: str | None = None


@contextmanager
def speech_of(held: LoadedModel, source: str | None, target: str | None) -> Iterator[Speech]:
    """How to translate between the languages, by the one way that the checkpoint has for it.

    Tokenizers of many languages write a code before the text and make the decoder begin with
    another; some checkpoints read ">>code<<" or a sentence; most have one pair of languages.
    """
    tokenizer = held.tokenizer
    pairs = _pairs(held)
    if hasattr(tokenizer, "_build_translation_inputs"):
        before = tokenizer.src_lang
        tokenizer.src_lang = _known(codes_of(tokenizer), source, "src_lang")
        try:
            start = _id_of(tokenizer, _known(codes_of(tokenizer), target, "tgt_lang"))
            yield Speech("", {"forced_bos_token_id": start})
        finally:
            if before is not None:
                tokenizer.src_lang = before
    elif codes := list(getattr(tokenizer, "supported_language_codes", [])):
        names = tuple(code.strip("<>") for code in codes)
        yield Speech(f">>{_known(names, target, 'tgt_lang')}<< " if target else "")
    elif pairs:
        yield _of_pairs(pairs, source, target)
    else:
        note = "The model knows one pair of languages, and those asked for change nothing."
        yield Speech(_prefix(held.config), note=note if source or target else None)


def languages_of(held: LoadedModel) -> tuple[str, ...]:
    """The languages that can be asked for, as the checkpoint names them; none where it has one pair."""
    if hasattr(held.tokenizer, "_build_translation_inputs"):
        return codes_of(held.tokenizer)
    if codes := getattr(held.tokenizer, "supported_language_codes", None):
        return tuple(code.strip("<>") for code in codes)
    return tuple(dict.fromkeys(code for pair in _pairs(held) for code in pair))


def codes_of(tokenizer: Any) -> tuple[str, ...]:
    """The languages of a tokenizer that has a token for each."""
    named = getattr(tokenizer, "lang_code_to_id", None) or getattr(tokenizer, "lang_code_to_token", None)
    return tuple(named or (token for token in tokenizer.all_special_tokens if CODE.fullmatch(token)))


def _known(codes: tuple[str, ...], code: str | None, name: str) -> str:
    if code is not None and code in codes:
        return code
    shown = ", ".join(codes[:SHOWN]) + (f" and {len(codes) - SHOWN:,} more" if len(codes) > SHOWN else "")
    what = f"The model does not know the language {code!r}." if code else f"The model needs {name}."
    raise InputError(what, f"It knows {shown}.")


def _id_of(tokenizer: Any, code: str) -> int:
    named = getattr(tokenizer, "get_lang_id", tokenizer.convert_tokens_to_ids)
    return int(named(code))


def _pairs(held: LoadedModel) -> dict[tuple[str, str], dict[str, Any]]:
    """The pairs of languages that the config has settings for, such as translation_en_to_de."""
    every = getattr(held.config, "task_specific_params", None)
    found = every.items() if isinstance(every, dict) else ()
    return {
        (match[1], match[2]): settings
        for name, settings in found
        if isinstance(settings, dict) and (match := PAIR.fullmatch(str(name)))
    }


def _of_pairs(pairs: dict[tuple[str, str], dict[str, Any]], source: str | None, target: str | None) -> Speech:
    fits = [pair for pair in pairs if source in (pair[0], None) and target in (pair[1], None)]
    if not fits:
        known = ", ".join(f"{one} to {other}" for one, other in pairs)
        raise InputError("The model was not told how to translate that.", f"It knows {known}.")
    settings = pairs[fits[0]]
    others = "".join(f", or {one} to {other}" for one, other in fits[1:])
    note = f"Translated from {fits[0][0]} to {fits[0][1]}; ask for another pair{others}." if others else None
    prefix = settings.get("prefix")
    return Speech(prefix if isinstance(prefix, str) else "", settings, note)


def _prefix(config: Any) -> str:
    found = getattr(config, "prefix", None)
    return found if isinstance(found, str) else ""
