"""An input explained: one pass, and everything that can be read off it."""

from typing import Any

import torch

from explorer.errors import InputError
from explorer.inside.explanation import Explanation, LensRow, PlaceGuesses
from explorer.loading.running.inside.attention_maps import MOST_BYTES, attention_maps
from explorer.loading.running.inside.eager import Pass, look
from explorer.loading.running.inside.hidden_states import hidden_states
from explorer.loading.running.inside.lens import layers_in_a_row, lens_of
from explorer.loading.running.inside.parts import parts_of
from explorer.loading.running.inside.places import places_of
from explorer.loading.running.inside.reading import Reading, read
from explorer.loading.running.inside.told import CannotTellError, Told
from explorer.loading.running.inside.token_names import TokenNames
from explorer.loading.running.loaded_model import LoadedModel

# The tasks whose head guesses tokens; True where each row of logits is about the next one.
GUESSES_NEXT = {"text-generation": True, "translation": True, "summarization": True, "fill-mask": False}


def explain(held: LoadedModel, inputs: Any, parameters: Any, position: int | None = None) -> Explanation:
    """The input's way through the model; ``position`` is the place of the logit lens.

    InputError when there is no such place.
    """
    reading, told = read(held, inputs, parameters), Told()
    names, parts = TokenNames(held.tokenizer), parts_of(held)
    place = _place(held, reading, position)
    is_encoder_alone = held.task.auto_class == "AutoModel" and held.config.is_encoder_decoder
    model = held.model.get_encoder() if is_encoder_alone else held.model
    seen = look(held.model, model, reading.inputs)
    tokens, decoder_tokens = names.all(reading.ids), names.all(seen.decoder_ids or ())
    maps = attention_maps(seen.outputs, tokens, decoder_tokens, told)
    room = MOST_BYTES - sum(len(found.data) for found in maps)
    states = hidden_states(seen.outputs, tokens, decoder_tokens, room, told)
    told.notes += ["The vectors of all layers are too many to be kept."] * any(not s.vectors for s in states)
    places = told.attempt("The guesses at each place", lambda: _places(held, reading, seen, names), ())
    lens = told.attempt("The logit lens", lambda: _lens(held, reading, seen, place, names), ())
    if place is None:
        told.unknown.append("Guesses and the logit lens: only the head of a language model guesses tokens.")
    return Explanation(
        held.task.name,
        held.task.auto_class,
        type(held.model).__name__,
        parts.class_name,
        tokens,
        names.all(reading.written),
        seen.walked.steps(parts),
        maps,
        states,
        places,
        lens,
        place if lens else None,
        tuple(told.unknown),
        (*reading.notes, *told.notes, *_remarks(held)),
    )


def _read_by_head(reading: Reading) -> list[int]:
    """The tokens that each have a row of logits."""
    return list(reading.written) if "decoder_input_ids" in reading.inputs else reading.ids


def _place(held: LoadedModel, reading: Reading, position: int | None) -> int | None:
    """Where the lens looks: by default at the first mask, or at the last word."""
    if held.task.name not in GUESSES_NEXT:
        return None
    ids, tokenizer = _read_by_head(reading), held.tokenizer
    if position is not None:
        if not 0 <= position < len(ids):
            raise InputError(
                f"There is no token {position:,}.", f"The last of those explained is {len(ids) - 1:,}."
            )
        return position
    if not GUESSES_NEXT[held.task.name]:
        return ids.index(tokenizer.mask_token_id)
    # Behind the token that ends a text nothing is to be expected.
    special = set(tokenizer.all_special_ids)
    return next((place for place in reversed(range(len(ids))) if ids[place] not in special), len(ids) - 1)


def _places(held: LoadedModel, reading: Reading, seen: Pass, names: TokenNames) -> tuple[PlaceGuesses, ...]:
    if held.task.name not in GUESSES_NEXT:
        return ()
    is_next = GUESSES_NEXT[held.task.name]
    mask = None if is_next else held.tokenizer.mask_token_id
    return places_of(seen.outputs.logits[0], _read_by_head(reading), names, is_next, mask)


def _lens(
    held: LoadedModel, reading: Reading, seen: Pass, place: int | None, names: TokenNames
) -> tuple[LensRow, ...]:
    if place is None:
        return ()
    layers = layers_in_a_row(seen.walked.layers, len(_read_by_head(reading)))
    return lens_of(held.model, reading.inputs, layers, seen.outputs.logits[0, place], place, names)


def _remarks(held: LoadedModel) -> tuple[str, ...]:
    if GUESSES_NEXT.get(held.task.name) is False:
        return (
            "The model sees every token that is not masked: its surprise at one is small, and no measure of"
            " how well it could have guessed it.",
        )
    return ()
