"""An explanation as JSON: its figures, without the numbers of every vector and every map."""

from array import array
from typing import Any

from explorer.inside.explanation import (
    AttentionMaps,
    Explanation,
    Guess,
    HiddenStates,
    LensRow,
    PlaceGuesses,
    WalkStep,
)

Json = dict[str, Any]


def explanation_json(explanation: Explanation) -> Json:
    """What the command line prints: of attention the mean over layers and heads, of vectors no numbers."""
    return {
        "task": explanation.task,
        "auto_class": explanation.auto_class,
        "model_class": explanation.class_name,
        "backbone": explanation.backbone,
        "tokens": list(explanation.tokens),
        "output_tokens": list(explanation.output_tokens),
        "walk": [_step(step) for step in explanation.walk],
        "attentions": [_attention(maps) for maps in explanation.attentions],
        "hidden_states": [_states(states) for states in explanation.hidden_states],
        "places": [_place(place) for place in explanation.places],
        "is_each_hidden": explanation.is_each_hidden,
        "lens_position": explanation.lens_position,
        "lens": [_row(row) for row in explanation.lens],
        "unknown": list(explanation.unknown),
        "notes": list(explanation.notes),
    }


def mean_map(maps: AttentionMaps) -> list[list[float]]:
    """The mean of the maps of all layers and heads."""
    rows, columns, count = len(maps.row_tokens), len(maps.column_tokens), maps.layers * maps.heads
    numbers, size = array("f", maps.data), rows * columns
    mean = [sum(numbers[place::size]) / count for place in range(size)]
    return [mean[row * columns : (row + 1) * columns] for row in range(rows)]


def _step(step: WalkStep) -> Json:
    return {
        "path": step.path,
        "class_name": step.class_name,
        "part": step.part,
        "depth": step.depth,
        "inputs": [list(shape) for shape in step.inputs],
        "outputs": [list(shape) for shape in step.outputs],
        "seconds": step.seconds,
    }


def _attention(maps: AttentionMaps) -> Json:
    return {
        "name": maps.name,
        "row_tokens": list(maps.row_tokens),
        "column_tokens": list(maps.column_tokens),
        "layers": maps.layers,
        "heads": maps.heads,
        "mean": mean_map(maps),
    }


def _states(states: HiddenStates) -> Json:
    return {
        "name": states.name,
        "tokens": list(states.tokens),
        "width": states.width,
        "layers": list(states.layers),
        "lengths": [list(row) for row in states.lengths],
        "cosines": [list(row) for row in states.cosines],
    }


def _place(place: PlaceGuesses) -> Json:
    return {
        "position": place.position,
        "token": place.token,
        "surprisal": place.surprisal,
        "guesses": [_guess(guess) for guess in place.guesses],
    }


def _row(row: LensRow) -> Json:
    return {
        "layer": row.layer,
        "name": row.name,
        "rank": row.rank,
        "probability": row.probability,
        "guesses": [_guess(guess) for guess in row.guesses],
    }


def _guess(guess: Guess) -> Json:
    return {"token": guess.token, "text": guess.text, "probability": guess.probability}
