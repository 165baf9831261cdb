"""Where an answer may begin and end: two scores for the tokens of the context that have any."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from explorer.tasks.question_answering import PlaceScore
from ui.charts import CONFIG, safe
from ui.figures import counted
from ui.markup import draw, join, table, tag
from ui.results.excerpts import clipped
from ui.results.scores import percent

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

# A context of as many tokens is shown whole; of a longer one the highest are.
MOST_IN_ORDER, MOST_PLACES = 80, 30
# What is less, of all or of the highest, would be a hair's breadth in the chart of a long context.
LEAST, LEAST_SHARE = 0.001, 0.01
BEGINS, ENDS = "#4f97f2", "#d0701a"


def draw_places(places: Sequence[PlaceScore], context: str) -> None:
    """Bars up where the answer may begin, and down where it may end, and the same as a table."""
    shown = that_matter(places)
    if not shown:
        draw(tag("p", f"No token reaches {percent(LEAST)}, to begin or to end an answer.", class_="x-note"))
        return
    of = counted(len(places), "token")
    said = (
        f"All {of} of the context, in their order."
        if len(shown) == len(places)
        else f"The {len(shown)} of {of} with the highest scores, in their order."
    )
    draw(join((tag("h3", "Where it begins and ends"), tag("p", said, class_="x-note"))))
    alt = f"Scores of {len(shown)} tokens to begin and to end the answer; the table below says the same"
    st.plotly_chart(_chart(places, shown, context), key="result-places", config=CONFIG, alt=alt)
    rows = (
        tag(
            "tr",
            tag("th", tag("bdi", _text(context, places[number])), scope="row"),
            tag("td", percent(places[number].begins), class_="x-number"),
            tag("td", percent(places[number].ends), class_="x-number"),
            tag("td", f"{places[number].start:,}", class_="x-number"),
        )
        for number in shown
    )
    columns = ("Token", "=Begins", "=Ends", "=Character")
    told = table("Scores along the context", columns, rows, "x-places")
    draw(tag("details", tag("summary", "The same as a table"), told, class_="x-result-more"))


def that_matter(places: Sequence[PlaceScore]) -> list[int]:
    """The numbers of the tokens to show, in the order of the context: all, or those with the highest scores.

    None where no score is worth a look.
    """
    highest = [max(place.begins, place.ends) for place in places]
    best = max(highest, default=0.0)
    if best < LEAST:
        return []
    if len(places) <= MOST_IN_ORDER:
        return list(range(len(places)))
    found = [number for number, score in enumerate(highest) if score >= max(LEAST, LEAST_SHARE * best)]
    return sorted(sorted(found, key=lambda number: -highest[number])[:MOST_PLACES])


def _chart(places: Sequence[PlaceScore], shown: Sequence[int], context: str) -> Figure:
    from plotly import graph_objects as go

    figure, texts = go.Figure(), [safe(_text(context, places[number])) for number in shown]
    begins, ends = ([getattr(places[n], side) for n in shown] for side in ("begins", "ends"))
    for name, scores, sign, colour in (("begins ↑", begins, 1, BEGINS), ("ends ↓", ends, -1, ENDS)):
        figure.add_bar(
            x=list(range(len(shown))),
            y=[sign * score for score in scores],
            name=name,
            marker={"color": colour, "pattern": {"shape": "" if sign > 0 else "/"}, "line": {"width": 0}},
            customdata=[[text, percent(score)] for text, score in zip(texts, scores, strict=True)],
            hovertemplate="%{customdata[0]}<br>" + name[:-2] + ": %{customdata[1]}<extra></extra>",
        )
    figure.update_layout(
        barmode="relative",
        bargap=0.4,
        height=320,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0},
        xaxis={
            "tickvals": list(range(len(shown))),
            "ticktext": texts,
            "tickangle": -60 if len(shown) > 8 else 0,
            "tickfont": {"size": 12},
            "showgrid": False,
        },
        yaxis={"title": "Probability", "fixedrange": True, **_scale(max(*begins, *ends))},
    )
    return figure


def _scale(highest: float) -> dict[str, object]:
    """The same scale up and down, without a sign: both are probabilities."""
    steps = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
    step = next((step for step in steps if highest < 4 * step), 0.5)
    most = math.ceil(highest / step)
    ticks = [step * number for number in range(-most, most + 1)]
    return {"tickmode": "array", "tickvals": ticks, "ticktext": [f"{100 * abs(tick):g} %" for tick in ticks]}


def _text(context: str, place: PlaceScore) -> str:
    """The token as it is written in the context."""
    return clipped(context[place.start : place.end].strip(), 20) or "(space)"
