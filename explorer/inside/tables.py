"""An explanation as flat tables."""

from explorer.inside.explanation import Explanation, Guess, Shape
from explorer.table import Cell, Table

_GUESSES = 5
_GUESS_COLUMNS = tuple(
    name for number in range(1, _GUESSES + 1) for name in (f"guess_{number}", f"probability_{number}")
)


def walk_table(explanation: Explanation) -> Table:
    """One row for each call of a module, in the order of the calls."""
    columns = ("step", "depth", "path", "class_name", "part", "inputs", "outputs", "seconds")
    rows = (
        (
            number,
            step.depth,
            step.path,
            step.class_name,
            step.part,
            shapes_text(step.inputs),
            shapes_text(step.outputs),
            step.seconds,
        )
        for number, step in enumerate(explanation.walk)
    )
    return Table(f"Walk through {explanation.class_name}", columns, tuple(rows))


def places_table(explanation: Explanation) -> Table:
    """One row for each token: its surprisal in bits, and what was expected there."""
    columns = ("position", "token", "surprisal", *_GUESS_COLUMNS)
    rows = (
        (place.position, place.token, place.surprisal, *_guess_cells(place.guesses))
        for place in explanation.places
    )
    return Table("Guesses at each place", columns, tuple(rows))


def lens_table(explanation: Explanation) -> Table:
    """One row for each layer, with what the head says of it at the lens's place."""
    columns = ("layer", "rank", "probability", *_GUESS_COLUMNS)
    rows = ((row.name, row.rank, row.probability, *_guess_cells(row.guesses)) for row in explanation.lens)
    return Table(f"Logit lens at token {explanation.lens_position}", columns, tuple(rows))


def shapes_text(shapes: tuple[Shape, ...]) -> str:
    """Shapes as people write them."""
    return "; ".join(str(list(shape)) for shape in shapes)


def _guess_cells(guesses: tuple[Guess, ...]) -> tuple[Cell, ...]:
    known = [cell for guess in guesses[:_GUESSES] for cell in (guess.text, guess.probability)]
    return (*known, *(None,) * (len(_GUESS_COLUMNS) - len(known)))
