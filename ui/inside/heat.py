"""A grid of numbers as a heat map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from ui.charts import CONFIG, safe
from ui.results.vector_charts import ABOVE, BELOW

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

Colours = tuple[tuple[float, str], ...]
# From nothing to a blue that stands out from a white page and from a dark one.
BLUE = "61,132,232"
ONE_WAY: Colours = (
    (0, f"rgba({BLUE},0)"),
    (0.01, f"rgba({BLUE},.09)"),
    (0.05, f"rgba({BLUE},.22)"),
    (0.2, f"rgba({BLUE},.5)"),
    (0.5, f"rgba({BLUE},.78)"),
    (1, f"rgba({BLUE},1)"),
)
# Below zero orange, above it blue, as in all charts of vectors here; a number says which it is.
TWO_WAYS: Colours = ((0, f"rgb({BELOW})"), (0.5, "rgba(144,132,134,0)"), (1, f"rgb({ABOVE})"))
FONT = {"size": 11}


@dataclass(frozen=True, slots=True)
class Heat:
    """Numbers by rows and columns, the words of one cell, and the range that the colours stand for."""

    values: np.ndarray[Any, Any]
    rows: Sequence[str]
    columns: Sequence[str]
    hover: str
    lowest: float
    highest: float
    colours: Colours = ONE_WAY
    number_format: str = ""
    tallest: int = 820
    row_title: str = ""
    column_title: str = ""


def draw_heat(heat: Heat, key: str, alt: str) -> None:
    """Show the heat map; ``alt`` says in words what it is of."""
    st.plotly_chart(figure(heat), key=key, config=CONFIG, alt=alt)


def figure(heat: Heat) -> Figure:
    """The heat map, its first row on top."""
    # Not before it is needed: a page without charts does not wait for it.
    from plotly import graph_objects as go

    found = go.Figure(
        go.Heatmap(
            z=rounded(heat.values),
            x=[safe(column) for column in heat.columns],
            y=[safe(row) for row in heat.rows],
            zmin=heat.lowest,
            zmax=heat.highest if heat.highest > heat.lowest else heat.lowest + 1,
            colorscale=[list(step) for step in heat.colours],
            colorbar={"thickness": 12, "tickformat": heat.number_format, "outlinewidth": 0},
            hovertemplate=f"{heat.hover}<extra></extra>",
            hoverongaps=False,
        )
    )
    # A label for each as long as there is room: plotly leaves out those that would lie on another.
    axis = {"type": "category", "automargin": True, "showgrid": False, "zeroline": False, "tickfont": FONT}
    found.update_layout(
        height=_height(len(heat.rows), heat.tallest),
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        xaxis={"side": "top", "tickangle": -60, "title": heat.column_title, **axis},
        yaxis={"autorange": "reversed", "title": heat.row_title, **axis},
    )
    return found


def rounded(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The numbers with as many digits as are seen, in half the bytes."""
    return np.asarray(np.round(values, 4), dtype=np.float32)


def _height(rows: int, tallest: int) -> int:
    """Lines as high as a label in small maps, lower ones in maps that would not fit on a screen."""
    return max(round(rows * max(9, min(21, tallest / max(rows, 1)))), 50) + 110
