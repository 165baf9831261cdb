"""Texts that are longer than a model can read: parts that overlap, cut by the fast tokenizer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from explorer.errors import InputError
from explorer.loading.running.encoding import check_ids
from explorer.loading.running.loaded_model import LoadedModel

MOST_WINDOWS = 1_000


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a text as the model reads it.

    ``offsets`` are the first character of each token and the one after its last. ``own`` are the
    places of the text's own tokens: not those of a question, and no special ones. ``words`` are the
    words by number, None for special tokens.
    """

    encoding: dict[str, list[int]]
    offsets: tuple[tuple[int, int], ...]
    own: tuple[int, ...]
    words: tuple[int | None, ...]


def windows_of(
    held: LoadedModel, text: str, stride: int, most: int | None = None, question: str | None = None
) -> tuple[Window, ...]:
    """The text in windows of the model's length or of ``most`` tokens, ``stride`` of them in two windows."""
    if not held.tokenizer.is_fast:
        raise InputError(
            "The tokenizer does not tell where in the text its tokens are.",
            f"{held.task.name} needs a fast tokenizer (a tokenizer.json).",
        )
    # A tokenizer that pads on the left has its model read the question last.
    is_first = held.tokenizer.padding_side == "right"
    pair = (text,) if question is None else (question, text) if is_first else (text, question)
    most = min((limit for limit in (most, held.token_limit) if limit), default=None)
    if most is None:
        return _windows(held, pair, {}, _place_of_text(question, is_first))
    special = held.tokenizer.num_special_tokens_to_add(pair=question is not None)
    asked = 0 if question is None else len(held.tokenizer(question, add_special_tokens=False)["input_ids"])
    room = most - special - asked
    if room < 1:
        raise InputError(
            f"The question has {asked:,} tokens, and the model reads at most {most:,} with the context.",
            "Ask a shorter one.",
        )
    cut = {
        "truncation": True if question is None else "only_second" if is_first else "only_first",
        "max_length": most,
        "stride": min(stride, room // 2),
        "return_overflowing_tokens": True,
    }
    return _windows(held, pair, cut, _place_of_text(question, is_first))


def windows_note(windows: Sequence[Any]) -> str | None:
    """What to say where the text was read in several parts."""
    if len(windows) == 1:
        return None
    return f"The text is longer than the model reads at once; it was read in {len(windows):,} windows."


def _place_of_text(question: str | None, is_first: bool) -> int:
    return 1 if question is not None and is_first else 0


def _windows(
    held: LoadedModel, pair: tuple[str, ...], cut: dict[str, Any], sequence: int
) -> tuple[Window, ...]:
    encoded = held.tokenizer(*pair, return_offsets_mapping=True, return_attention_mask=True, **cut)
    # Where nothing is cut there is one window, and its lists are not in a list.
    parts = dict(encoded) if cut else {name: [values] for name, values in encoded.items()}
    count = len(parts["input_ids"])
    if count > MOST_WINDOWS:
        raise InputError(
            f"The text would have to be read in {count:,} windows, and at most {MOST_WINDOWS:,} are.",
            "Give a part of it, or let fewer tokens be in two windows.",
        )
    return tuple(_window(held, encoded, parts, number, sequence) for number in range(count))


def _window(
    held: LoadedModel, encoded: Any, parts: dict[str, list[Any]], number: int, sequence: int
) -> Window:
    taken = {name: parts[name][number] for name in held.tokenizer.model_input_names if name in parts}
    check_ids(held, taken["input_ids"])
    places = encoded.sequence_ids(number)
    return Window(
        taken,
        tuple((start, end) for start, end in parts["offset_mapping"][number]),
        tuple(place for place, of in enumerate(places) if of == sequence),
        tuple(encoded.word_ids(number)),
    )
