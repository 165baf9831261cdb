"""Vectors as pictures: all numbers as colours, and texts as points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from ui.charts import CONFIG, safe
from ui.markup import Markup, draw, join, tag
from ui.results.excerpts import clipped
from ui.results.scores import signed
from ui.results.vectors import Projection, Vectors

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

MOST_ROWS, MOST_WIDTH, MOST_POINTS = 40, 1024, 200
# Three to one on both pages; zero shows the page itself.
BELOW, ABOVE = "208, 112, 26", "79, 151, 242"
SCALE = [[0, f"rgb({BELOW})"], [0.5, "rgba(144, 132, 134, 0)"], [1, f"rgb({ABOVE})"]]


def draw_heat(vectors: Vectors, names: Sequence[str], first: int) -> None:
    """A row for each vector, counted from ``first``, a column for each of its numbers."""
    shown = vectors[:MOST_ROWS, :MOST_WIDTH]
    # A few numbers are mostly far above all others, which would be pale beside them.
    limit = float(np.quantile(np.abs(shown), 0.99)) or 1.0
    parts = [tag("h3", "The numbers"), _legend(signed(limit))]
    if shown.shape != vectors.shape:
        rows, width = (
            f"{side:,} of {whole:,}" for side, whole in zip(shown.shape, vectors.shape, strict=True)
        )
        parts.append(tag("p", f"Shown are {rows} vectors and {width} numbers of each.", class_="x-note"))
    draw(join(parts))
    alt = f"{len(shown)} vectors as rows of colours; their first numbers are in the table below"
    st.plotly_chart(_heat(shown, names, first, limit), key="result-heat", config=CONFIG, alt=alt)


def draw_points(projection: Projection, texts: Sequence[str]) -> None:
    """A point with its number for each text."""
    alt = f"{min(len(texts), MOST_POINTS)} texts as points: the closer two are, the more alike their vectors"
    st.plotly_chart(_points(projection, texts), key="result-points", config=CONFIG, alt=alt)


def _legend(limit: str) -> Markup:
    scale = tag("i", class_="x-scale", aria_hidden="true")
    words = f"−{limit} or less, orange", scale, f"{limit} or more, blue; near zero none"
    return tag(
        "p", *(part if isinstance(part, Markup) else tag("span", part) for part in words), class_="x-legend"
    )


def _heat(vectors: Vectors, names: Sequence[str], first: int, limit: float) -> Figure:
    from plotly import graph_objects as go

    # With their numbers, for the same token can stand in several places.
    labels = [
        f"{number} {safe(clipped(name, 20))}" for number, name in enumerate(names[: len(vectors)], first)
    ]
    figure = go.Figure(
        go.Heatmap(
            z=vectors,
            x=list(range(1, vectors.shape[1] + 1)),
            y=labels,
            zmin=-limit,
            zmax=limit,
            colorscale=SCALE,
            showscale=False,
            hovertemplate="%{y}, number %{x}: %{z:.4f}<extra></extra>",
        )
    )
    figure.update_layout(
        height=90 + max(16 * len(vectors), 40),
        margin={"l": 8, "r": 8, "t": 4, "b": 8},
        yaxis={
            "type": "category",
            "autorange": "reversed",
            "showgrid": False,
            "fixedrange": True,
        },
        xaxis={"title": "Number of the vector", "showgrid": False},
    )
    return figure


def _label_sides(places: Sequence[tuple[float, float]]) -> list[str]:
    """Each label on the side of its point that is away from the nearest other point."""
    found = np.array(places)
    distances = np.linalg.norm(found[:, None] - found[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    below = found[distances.argmin(1), 1] > found[:, 1]
    return ["bottom center" if one else "top center" for one in below.tolist()]


def _points(projection: Projection, texts: Sequence[str]) -> Figure:
    from plotly import graph_objects as go

    places = projection.places[:MOST_POINTS]
    figure = go.Figure(
        go.Scatter(
            x=[place[0] for place in places],
            y=[place[1] for place in places],
            mode="markers+text",
            text=[str(number) for number in range(1, len(places) + 1)],
            textposition=_label_sides(places),
            textfont={"size": 13},
            marker={"size": 9, "color": f"rgb({ABOVE})"},
            customdata=[safe(clipped(text, 80)) for text in texts[: len(places)]],
            hovertemplate="%{text}. %{customdata}<extra></extra>",
            cliponaxis=False,
        )
    )
    x, y = (f"Direction {number}: {100 * share:.0f} %" for number, share in enumerate(projection.shares, 1))
    figure.update_layout(
        height=380,
        margin={"l": 8, "r": 8, "t": 20, "b": 8},
        showlegend=False,
        xaxis={"title": x, "zeroline": False},
        yaxis={"title": y, "zeroline": False},
    )
    return figure
