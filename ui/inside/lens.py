"""The logit lens: what the head would say after each layer."""

from explorer.inside.explanation import Explanation, LensRow
from ui.inside.unknown import draw_nothing
from ui.inside.words import bar, guess_of, percent, token_of
from ui.markup import Markup, draw, join, table, tag

MEANING = (
    "A logit lens puts the head on every layer's vector at one place, as if the model ended there, and reads "
    "its guesses. The head was trained on the last layer only, so early rows show what already stands in the "
    "vector in the head's own language, not all that the layer knows."
)


def draw_lens(explanation: Explanation) -> None:
    """A row for each layer with its guesses, and the rank of the token that wins in the end."""
    if not explanation.lens:
        return draw_nothing(explanation, "the logit lens", "lens")
    draw(lens(explanation))


def lens(explanation: Explanation) -> Markup:
    """What the lens is, where it is put, and its rows."""
    last = explanation.lens[-1]
    final = last.guesses[0].token if last.guesses else None
    most = max(len(row.guesses) for row in explanation.lens)
    others = [f"guess {number}" for number in range(2, most + 1)]
    columns = ("Layer", "=Rank", "Probability", "first guess", *others)
    rows = [_row(row, final, most) for row in explanation.lens]
    caption = "The guesses after each layer; rank and probability are those of the last layer's first guess"
    return join(
        (tag("p", MEANING, class_="x-note"), _place(explanation), table(caption, columns, rows, "x-lens"))
    )


def _place(explanation: Explanation) -> Markup:
    """At which token the lens is put, and what wins there."""
    position, places = explanation.lens_position, explanation.places
    last = explanation.lens[-1]
    # A model that fills masks guesses the token itself, any other one what comes next.
    said = "At" if explanation.is_each_hidden else "Behind"
    where: list[object] = [f"{said} place {position if position is not None else '?'}"]
    if explanation.positions > 1:
        where.append(f" of 0 to {explanation.positions - 1:,}")
    token = next((place.token for place in places if place.position == position), None)
    # Nobody asked what is expected at each place; a model that fills masks reads the very tokens.
    if token is None and position is not None and explanation.is_each_hidden:
        token = explanation.tokens[position]
    if token is not None:
        where += [", the token ", token_of(token)]
    if last.guesses:
        final = token_of(last.guesses[0].text)
        where += [". Rank and probability are those of ", final, ", which the last layer holds most probable"]
    return tag("p", *where, ".", class_="x-lens-place")


def _row(row: LensRow, final: int | None, most: int) -> Markup:
    guesses = [_guess(row, place, final) for place in range(most)]
    return tag(
        "tr",
        tag("th", row.name, scope="row"),
        tag("td", f"{row.rank:,}", class_="x-number"),
        tag(
            "td", tag("span", bar(row.probability), tag("small", percent(row.probability)), class_="x-guess")
        ),
        *guesses,
        class_="x-is-first" if row.rank == 1 else "",
    )


def _guess(row: LensRow, place: int, final: int | None) -> Markup:
    if place >= len(row.guesses):
        return tag("td", class_="x-empty")
    guess = row.guesses[place]
    return tag("td", guess_of(guess, "x-is-final" if guess.token == final else ""))
