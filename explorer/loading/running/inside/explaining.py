"""An input explained: one pass, and everything that can be read off it."""

from typing import Any

from explorer.auto_class import BACKBONE
from explorer.errors import InputError
from explorer.inside.explanation import (
    EMBEDDINGS,
    OUTPUT,
    AttentionMaps,
    Explanation,
    HiddenStates,
    LensRow,
    PlaceGuesses,
)
from explorer.loading.running.inside.attention_maps import MOST_BYTES, attention_maps
from explorer.loading.running.inside.eager import Pass, look
from explorer.loading.running.inside.hidden_states import hidden_states
from explorer.loading.running.inside.lens import layers_in_a_row, lens_of
from explorer.loading.running.inside.parts import parts_of
from explorer.loading.running.inside.places import masked_places, places_of
from explorer.loading.running.inside.reading import Reading, read
from explorer.loading.running.inside.token_names import TokenNames
from explorer.loading.running.inside.told import Told
from explorer.loading.running.loaded_model import LoadedModel

# Each row of its logits is about the token itself, that of other language models about the next one.
MASKED = "AutoModelForMaskedLM"


def explain(
    held: LoadedModel, inputs: Any, parameters: Any, position: int | None = None, is_hiding: bool = True
) -> Explanation:
    """The input's way through the model; ``position`` is the place of the logit lens.

    ``is_hiding`` lets a masked language model guess each token, which reads the text once for each of
    them. InputError when there is no such place.
    """
    reading, told = read(held, inputs, parameters), Told()
    names, parts = TokenNames(held.tokenizer), parts_of(held)
    if parts.head is None:
        told.unknown.append(
            "Backbone and head: transformers has no AutoModel for this config to compare with."
        )
    place = _place(held, reading, position)
    seen = look(held.model, _called(held), reading.inputs)
    maps, states = _seen_by_token(seen, reading, names, told)
    places, lens = _said(held, reading, seen, place, names, told, is_hiding)
    return Explanation(
        held.task.name,
        held.task.auto_class,
        type(held.model).__name__,
        parts.class_name,
        names.all(reading.ids),
        names.all(reading.written),
        seen.walked.steps(parts),
        maps,
        states,
        places,
        lens,
        place if lens else None,
        tuple(told.unknown),
        (*reading.notes, *told.notes),
        0 if place is None else len(_read_by_head(reading)),
        held.task.auto_class == MASKED,
        0 if place is None else seen.outputs.logits.shape[-1],
    )


def _called(held: LoadedModel) -> Any:
    """What the text goes through: of an encoder-decoder without a head, the encoder alone."""
    is_encoder_alone = held.task.auto_class == BACKBONE and held.config.is_encoder_decoder
    return held.model.get_encoder() if is_encoder_alone else held.model


def _seen_by_token(
    seen: Pass, reading: Reading, names: TokenNames, told: Told
) -> tuple[tuple[AttentionMaps, ...], tuple[HiddenStates, ...]]:
    """Attention and hidden states, with what must be known of them."""
    tokens, decoder_tokens = names.all(reading.ids), names.all(seen.decoder_ids or ())
    maps = attention_maps(seen.outputs, tokens, decoder_tokens, told)
    room = MOST_BYTES - sum(len(found.data) for found in maps)
    states = hidden_states(seen, tokens, decoder_tokens, room, told)
    if any(found.vectors is None for found in states):
        told.notes.append("The vectors of all layers are too many to be kept; their lengths and places are.")
    layers = max((len({*found.layers} - {EMBEDDINGS, OUTPUT}) for found in states), default=0)
    told.notes += [
        f"{found.layers:,} of {layers:,} layers have attention; their maps are counted among themselves."
        for found in maps
        if found.name == "self-attention" and found.layers < layers
    ]
    if any(found.layers[0] != EMBEDDINGS for found in states):
        told.notes.append(
            "The model does not give its embeddings: the hidden states begin with the first layer's."
        )
    return maps, states


def _said(
    held: LoadedModel,
    reading: Reading,
    seen: Pass,
    place: int | None,
    names: TokenNames,
    told: Told,
    is_hiding: bool,
) -> tuple[tuple[PlaceGuesses, ...], tuple[LensRow, ...]]:
    """What a language model's head says at every place, and at one of them on every layer."""
    if place is None:
        told.unknown.append("Guesses and the logit lens: only the head of a language model guesses tokens.")
        return (), ()
    logits, ids = seen.outputs.logits[0], _read_by_head(reading)

    def guesses() -> tuple[PlaceGuesses, ...]:
        if held.task.auto_class != MASKED:
            return places_of(logits, ids, names)
        if not is_hiding:
            return ()
        return masked_places(held.model, reading.inputs, logits, names, held.tokenizer.mask_token_id)

    no_places: tuple[PlaceGuesses, ...] = ()
    places = told.attempt("The guesses at each place", guesses, no_places)

    def lens() -> tuple[LensRow, ...]:
        layers = layers_in_a_row(seen.walked.layers, len(ids))
        return lens_of(held.model, reading.inputs, layers, logits[place], place, names)

    no_rows: tuple[LensRow, ...] = ()
    return places, told.attempt("The logit lens", lens, no_rows)


def _read_by_head(reading: Reading) -> list[int]:
    """The tokens that each have a row of logits."""
    return list(reading.written) if "decoder_input_ids" in reading.inputs else reading.ids


def _place(held: LoadedModel, reading: Reading, position: int | None) -> int | None:
    """Where the lens looks: by default at the first mask, or at the last word."""
    if not held.task.is_language_model:
        return None
    ids, tokenizer = _read_by_head(reading), held.tokenizer
    if position is not None:
        if not 0 <= position < len(ids):
            raise InputError(
                f"There is no token {position:,}.", f"The last of those explained is {len(ids) - 1:,}."
            )
        return position
    if held.task.auto_class == MASKED:
        return ids.index(tokenizer.mask_token_id)
    # Behind the token that ends a text nothing is to be expected.
    special = set(tokenizer.all_special_ids)
    return next((place for place in reversed(range(len(ids))) if ids[place] not in special), len(ids) - 1)
