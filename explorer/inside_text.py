"""An explanation for a terminal: the walk as an outline, the logit lens, and each token's surprisal."""

from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from explorer.inside.explanation import Explanation, Guess, LensRow, PlaceGuesses
from explorer.inside.tables import shapes_text
from explorer.inside.walk_outline import Line, lines_of, tree_of

# Deep enough for layers that lie in an encoder that lies in the backbone.
DEEPEST = 3
PARTS = {"backbone": "blue", "head": "dark_orange"}
GUESSES_SHOWN = 3
HIDDEN = "Each token is hidden in turn, alone, and guessed from the others (pseudo-log-likelihood)."


def explanation_text(explanation: Explanation) -> RenderableType:
    """What a person wants to see of it; all of its figures are in the JSON."""
    return Group(*_sections(explanation))


def _sections(explanation: Explanation) -> Iterator[RenderableType]:
    title = f"{explanation.class_name}: the walk, backbone then head, shapes in → out"
    yield Text(title, style="bold")
    for root in lines_of(tree_of(explanation.walk)):
        yield _grown(Tree(_line(root)), root)
    if explanation.lens:
        yield Text()
        yield _lens(explanation)
    if explanation.places:
        yield Text()
        if explanation.is_each_hidden:
            yield Text(HIDDEN, style="italic")
        yield _places(explanation.places)
    for sentence in (*explanation.unknown, *explanation.notes):
        yield Text(sentence, style="italic")


def _grown(tree: Tree, line: Line) -> Tree:
    # Layers that are alike are one line, with the inside of the first.
    of = line.inside[0] if line.count > 1 else line
    for inner in of.inside if of.step.depth < DEEPEST else ():
        _grown(tree.add(_line(inner)), inner)
    return tree


def _line(line: Line) -> Text:
    """The module by its name within the one around it."""
    step = line.step
    times = f" × {line.count}" if line.count > 1 else ""
    shapes = f"  {shapes_text(step.inputs)} → {shapes_text(step.outputs)}"
    return Text.assemble(
        (f"{line.label or step.class_name}{times}", PARTS.get(step.part or "", "")),
        (f"  {step.class_name}" if step.path else "", "dim"),
        shapes,
        (f"  {step.part}" if step.part else "", PARTS.get(step.part or "", "")),
        (f"  {1000 * line.seconds:,.1f} ms", "dim"),
    )


def _lens(explanation: Explanation) -> Table:
    """The guesses that the head makes of each layer; the rank is that of the last layer's first guess."""
    position = explanation.lens_position or 0
    title = f"logit lens at token {position} ({_token_at(explanation, position)!r})"
    table = _table("layer", "=rank", "=probability", "guesses", title=title)
    for row in explanation.lens:
        table.add_row(*_lens_cells(row))
    return table


def _token_at(explanation: Explanation, position: int) -> str:
    # Places are there for every token that the head reads.
    return explanation.places[position].token if explanation.places else ""


def _lens_cells(row: LensRow) -> tuple[str | Text, ...]:
    return row.name, f"{row.rank:,}", f"{row.probability:.4f}", _guesses(row.guesses)


def _places(places: Iterable[PlaceGuesses]) -> Table:
    table = _table("=position", "token", "=surprisal, bits", "guesses")
    for place in places:
        bits = "" if place.surprisal is None else f"{place.surprisal:.2f}"
        table.add_row(str(place.position), Text(repr(place.token)), bits, _guesses(place.guesses))
    return table


def _guesses(guesses: Iterable[Guess]) -> Text:
    shown = list(guesses)[:GUESSES_SHOWN]
    return Text("  ".join(f"{guess.text!r} {guess.probability:.3f}" for guess in shown))


def _table(*columns: str, title: str | None = None) -> Table:
    """A table; a column whose title begins with = holds numbers."""
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column.removeprefix("="), justify="right" if column.startswith("=") else "left")
    return table
