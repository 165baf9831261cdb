"""The parts of a text that a tokenizer does not know, all of which a model reads as one token."""

from collections.abc import Iterable

from explorer.loading.running.loaded_model import LoadedModel

MOST_SHOWN, LONGEST_SHOWN = 5, 20


def unknown_note(held: LoadedModel, texts: Iterable[str]) -> str | None:
    """What to say where the tokenizer does not know parts of the texts."""
    unknown = [part for text in texts for part in _unknown_parts(held, text)]
    if not unknown:
        return None
    count = len(unknown)
    said = "1 part of the text is" if count == 1 else f"{count:,} parts of the text are"
    # Slow tokenizers may not tell which part it was.
    names = list(dict.fromkeys(filter(None, unknown)))
    more = ["…"] if len(names) > MOST_SHOWN else []
    shown = ", ".join([*map(_clipped, names[:MOST_SHOWN]), *more])
    return f"{said} unknown to the tokenizer{f': {shown}' if shown else '.'}"


def _unknown_parts(held: LoadedModel, text: str) -> list[str]:
    """Every unknown part in its order; an empty one where it cannot be told which it is."""
    tokenizer = held.tokenizer
    unknown = tokenizer.unk_token_id
    if unknown is None:
        return []
    if not tokenizer.is_fast:
        pieces = tokenizer.tokenize(text)
        ids = tokenizer.convert_tokens_to_ids(pieces)
        found = [piece.strip("▁") for piece, id_ in zip(pieces, ids, strict=True) if id_ == unknown]
        written = text.count(tokenizer.unk_token)
        return ["" if part == tokenizer.unk_token else part for part in found][written:]
    encoding = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    places = zip(encoding["input_ids"], encoding["offset_mapping"], strict=True)
    parts = [text[start:end].strip() for id_, (start, end) in places if id_ == unknown]
    # A text may hold the token itself; that of GPT-2 is what ends a text too.
    return [part for part in parts if part and part != tokenizer.unk_token]


def _clipped(part: str) -> str:
    return part if len(part) <= LONGEST_SHOWN else f"{part[: LONGEST_SHOWN - 1]}…"
