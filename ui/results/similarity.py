"""How alike the vectors of texts are: a table of cosines, and the texts as points."""

from collections.abc import Sequence

import streamlit as st
from numpy import float64
from numpy.typing import NDArray

from explorer.table import Table, csv_text
from ui.markup import Markup, draw, join, plain, table, tag
from ui.results.excerpts import clipped, more
from ui.results.scores import signed
from ui.results.vector_charts import MOST_POINTS, draw_points
from ui.results.vectors import Vectors, cosines, project

MOST_TEXTS = 14


def draw_similarity(vectors: Vectors, texts: Sequence[str], first: str = "") -> None:
    """Of several texts the cosines, and of three or more the projection; ``first`` is said of the vectors."""
    if len(texts) < 2:
        draw(tag("p", "Give several texts, a line each, to see how alike they are.", class_="x-note"))
        return
    said = "The cosine of the angle between two vectors: 1 in the same direction, 0 across, −1 opposite."
    said = f"{first} {said}".strip()
    title = tag("h3", "How alike the texts are")
    rest = more(min(MOST_TEXTS, len(texts)), len(texts), "text")
    draw(join((title, tag("p", said, class_="x-note"), _matrix(cosines(vectors[:MOST_TEXTS]), texts), rest)))
    st.download_button(
        "CSV: similarities",
        lambda: csv_text(similarity_table(cosines(vectors), texts)),
        "similarities.csv",
        "text/csv",
        key="download:similarities.csv",
        on_click="ignore",
        icon=":material/download:",
        help=plain("The cosine of every text with every text"),
    )
    _draw_projection(vectors, texts)


def similarity_table(found: NDArray[float64], texts: Sequence[str]) -> Table:
    """A row for each text: its cosine with the first, the second, and so on."""
    columns = ("text", *(str(number) for number in range(1, len(texts) + 1)))
    return Table(
        "Similarities", columns, tuple((text, *row) for text, row in zip(texts, found.tolist(), strict=True))
    )


def _draw_projection(vectors: Vectors, texts: Sequence[str]) -> None:
    draw(tag("h3", "The texts as points"))
    if len(texts) < 3:
        draw(tag("p", "Two texts are always on a line: give three or more.", class_="x-note"))
        return
    projection = project(vectors[:MOST_POINTS])
    if projection is None:
        draw(tag("p", "All texts have the same vector.", class_="x-note"))
        return
    said = (
        f"The two directions in which the vectors differ most (principal components) show "
        f"{100 * sum(projection.shares):.0f} % of how they differ; the rest of the "
        f"{vectors.shape[1]:,} dimensions is not seen. The numbers are those of the texts above."
    )
    rest = more(min(MOST_POINTS, len(texts)), len(texts), "text")
    draw(join((tag("p", said, class_="x-note"), rest)))
    draw_points(projection, texts)


def _matrix(found: NDArray[float64], texts: Sequence[str]) -> Markup:
    shown = range(min(len(texts), MOST_TEXTS))
    rows = (
        tag(
            "tr",
            tag("th", tag("b", f"{row + 1}"), " ", tag("bdi", clipped(texts[row], 60)), scope="row"),
            *(_cell(float(found[row, column])) for column in shown),
        )
        for row in shown
    )
    columns = ("Text", *(f"={column + 1}" for column in shown))
    return table("The cosine of each text with each", columns, rows, "x-cosines")


def _cell(cosine: float) -> Markup:
    kind = "x-number x-opposite" if cosine < 0 else "x-number"
    return tag("td", signed(cosine), class_=kind, style=f"--share:{40 * abs(cosine):.0f}%")
