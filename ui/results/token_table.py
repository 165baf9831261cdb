"""The tokens of a generated text, one by one, each with the most probable ones at its place."""

from collections.abc import Sequence

from explorer.results import rank_of
from explorer.tasks.text_generation import GenerationStep, Token
from ui.markup import Markup, join, table, tag
from ui.results.excerpts import more
from ui.results.scores import bar, percent

MOST_TOKENS = 50
MOST_ALTERNATIVES = 5
# Letters that would not be seen.
_VISIBLE = str.maketrans({" ": "␣", "\n": "⏎", "\t": "⇥", "\r": "␍"})


def tokens(steps: Sequence[GenerationStep]) -> Markup:
    """A table of the first tokens; nothing where there are none."""
    if not steps:
        return Markup()
    is_drawn = any(step.token.chance not in (0, 1) for step in steps)
    columns = ("=No.", "Token", "=Probability", *(("=Chance",) if is_drawn else ()), "=Rank", "Most probable")
    rows = [_row(step, is_drawn) for step in steps[:MOST_TOKENS]]
    said = "Probability is the model's own, rank 1 the most probable."
    kind = "x-token-table"
    if is_drawn:
        kind += " x-drawn"
        said += " Chance is that of being drawn, after temperature, top-k and top-p."
    return join(
        (
            tag("h3", "Token by token"),
            tag("p", said, class_="x-note"),
            table(
                "The generated tokens, one by one",
                columns,
                rows,
                kind,
            ),
            more(len(rows), len(steps), "token"),
        )
    )


def visible(text: str) -> str:
    """The token with signs for spaces and line ends.

    >>> visible(" a\\n"), visible("")
    ('␣a⏎', '(nothing)')
    """
    return text.translate(_VISIBLE) or "(nothing)"


def _row(step: GenerationStep, is_drawn: bool) -> Markup:
    token, rank = step.token, rank_of(step)
    below = f"> {len(step.alternatives)}" if step.alternatives else "–"
    return tag(
        "tr",
        tag("td", str(step.index + 1), class_="x-number"),
        tag("th", tag("code", tag("bdi", visible(token.text))), scope="row"),
        tag("td", percent(token.probability), class_="x-number"),
        *((tag("td", percent(token.chance), class_="x-number"),) if is_drawn else ()),
        tag("td", below if rank is None else str(rank), class_="x-number"),
        tag("td", *(_alternative(one, token) for one in step.alternatives[:MOST_ALTERNATIVES])),
    )


def _alternative(token: Token, taken: Token) -> Markup:
    is_taken = token.id == taken.id
    words = tag("b" if is_taken else "span", tag("bdi", visible(token.text)), " ✓" if is_taken else "")
    return tag(
        "span", bar(token.probability), words, f" {percent(token.probability)}", class_="x-alternative"
    )
