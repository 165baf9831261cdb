"""What each layer makes of each token: lengths, turns, and places in a plane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from explorer.inside.explanation import EMBEDDINGS, OUTPUT, Explanation, HiddenStates
from ui import session
from ui.charts import CONFIG, safe
from ui.inside.heat import ONE_WAY, TWO_WAYS, Heat, draw_heat
from ui.inside.unknown import draw_nothing
from ui.inside.words import numbered, token_of
from ui.markup import Markup, draw, plain, table, tag

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

# Numbers of the vectors that are sent to the browser at once: 65,000 are 350 kB.
MOST_NUMBERS = 65_000
MOST_TOKENS = 256
# Of the maps of all layers, so that both are on one screen.
TALLEST = 380
LENGTHS = (
    "How long each token's vector is after each layer. One that is far longer than the others often "
    "belongs to a token that many heads look at."
)
COSINES = "How alike a vector is to that of the layer before: 1 means that the layer did not turn it."
POINTS = (
    "The tokens of one layer in the plane in which they lie farthest apart (two principal components). "
    "What is near here may still be far apart in the other directions."
)


# Only this is run again when a layer is chosen.
@st.fragment
def draw_hidden_states(explanation: Explanation) -> None:
    """Every layer at a glance, then the vectors of one layer."""
    found = [states for states in explanation.hidden_states if states.tokens]
    if not found:
        return draw_nothing(explanation, "hidden states", "hidden states", "vectors")
    states = _choose_states(found)
    name = plain(states.name)
    tokens = numbered(states.tokens)[:MOST_TOKENS]
    if len(states.tokens) > MOST_TOKENS:
        draw(
            tag(
                "p",
                f"Only the first {MOST_TOKENS} of {len(states.tokens):,} tokens are drawn.",
                class_="x-note",
            )
        )
    st.markdown("**Lengths of the vectors**")
    draw(tag("p", LENGTHS, class_="x-note"))
    draw_heat(lengths(states, tokens), "hidden-lengths", f"Length of each token's vector by layer, {name}")
    st.markdown("**Cosine with the layer before**")
    draw(tag("p", COSINES, class_="x-note"))
    draw_heat(
        cosines(states, tokens), "hidden-cosines", f"Cosine with the layer before, by token and layer, {name}"
    )
    draw(summary(states))
    _draw_layer(states, tokens)


def summary(states: HiddenStates) -> Markup:
    """Both maps as a table: of each layer the means, and the tokens that stand out."""
    rows = [_summed(states, layer, name) for layer, name in enumerate(states.layers)]
    columns = ("Layer", "=Mean length", "Longest", "=Mean cosine", "Most turned")
    grid = table(f"Lengths and cosines of {states.name}, layer by layer", columns, rows, "x-layer-means")
    return tag("details", tag("summary", "Lengths and cosines, as a table"), grid, class_="x-unfold")


def _summed(states: HiddenStates, layer: int, name: str) -> Markup:
    long, near = np.array(states.lengths[layer]), np.array(states.cosines[layer])
    longest, turned = int(long.argmax()), int(near.argmin())
    turns = [f"{near.mean():.3f}", _named(states, turned, f"{near[turned]:.3f}")] if layer else ["–", "–"]
    return tag(
        "tr",
        tag("th", name, scope="row"),
        tag("td", f"{long.mean():.4g}", class_="x-number"),
        tag("td", _named(states, longest, f"{long[longest]:.4g}")),
        tag("td", turns[0], class_="x-number"),
        tag("td", turns[1]),
    )


def _named(states: HiddenStates, token: int, number: str) -> Markup:
    place = tag("small", str(token), class_="x-place")
    return tag(
        "span", place, " ", token_of(states.tokens[token]), " ", tag("small", number), class_="x-guess"
    )


def _choose_states(found: Sequence[HiddenStates]) -> HiddenStates:
    names = [states.name for states in found]
    name = session.switch("States", "hidden-kind", names) if len(names) > 1 else names[0]
    return found[names.index(name)]


def _draw_layer(states: HiddenStates, tokens: Sequence[str]) -> None:
    last = states.layers[-1]
    chosen = session.select("Layer", "hidden-layer", states.layers, last) or last
    layer = states.layers.index(chosen)
    what = f"of the {chosen}" if chosen in (EMBEDDINGS, OUTPUT) else f"after {chosen}"
    st.markdown(f"**Tokens {what} in a plane**")
    draw(tag("p", POINTS, class_="x-note"))
    alt = f"{len(tokens)} tokens {what} in the plane where they lie farthest apart"
    st.plotly_chart(plane(states.points[layer], tokens), key="hidden-points", config=CONFIG, alt=alt)
    st.markdown(f"**Vectors {what}**")
    if states.vectors is None:
        draw(tag("p", "The numbers of the vectors themselves are too many to be sent here.", class_="x-note"))
        return
    heat = vectors(states, layer)
    if len(heat.rows) < len(states.tokens):
        text = f"Only the first {len(heat.rows):,} of {len(states.tokens):,} tokens are drawn."
        draw(tag("p", text, class_="x-note"))
    text = f"Every number of every vector, {states.width:,} for a token: orange below 0, blue above it."
    draw(tag("p", text, class_="x-note"))
    draw_heat(
        heat, "hidden-vectors", f"The vectors {what}: {len(heat.rows)} tokens by {states.width:,} numbers"
    )


def lengths(states: HiddenStates, tokens: Sequence[str]) -> Heat:
    """The vectors' lengths by layer and token."""
    values = np.array(states.lengths, dtype=np.float64)[:, : len(tokens)]
    hover = "<b>%{x}</b>, %{y}: length %{z:.4~g}"
    return Heat(
        values, states.layers, tokens, hover, float(values.min()), float(values.max()), tallest=TALLEST
    )


def cosines(states: HiddenStates, tokens: Sequence[str]) -> Heat:
    """The cosines with the layer before; the first of them has none before it."""
    values = np.array(states.cosines, dtype=np.float64)[1:, : len(tokens)]
    hover = "<b>%{x}</b>, %{y}: cosine %{z:.3f}"
    lowest = float(values.min(initial=1))
    colours = TWO_WAYS if lowest < 0 else ONE_WAY
    lowest = -1 if lowest < 0 else lowest
    return Heat(values, states.layers[1:], tokens, hover, lowest, 1, colours, tallest=TALLEST)


def vectors(states: HiddenStates, layer: int) -> Heat:
    """The numbers of one layer's vectors, as many tokens as may be sent."""
    size = (len(states.lengths), len(states.tokens), states.width)
    most = max(MOST_NUMBERS // max(states.width, 1), 1)
    values = np.frombuffer(states.vectors or b"", np.float32).reshape(size)[layer, :most]
    # A few numbers of some models are a hundred times the others, which would all be pale beside them.
    edge = float(np.quantile(np.abs(values), 0.995)) if values.size else 1.0
    columns = [str(number) for number in range(states.width)]
    hover = "<b>%{y}</b>, number %{x}: %{z:.4~g}"
    return Heat(values, numbered(states.tokens)[:most], columns, hover, -edge, edge, TWO_WAYS)


def plane(points: Sequence[tuple[float, float]], tokens: Sequence[str]) -> Figure:
    """The tokens as points with their names."""
    from plotly import graph_objects as go

    names = [safe(token) for token in tokens]
    places: list[Any] = [np.asarray(axis, np.float32) for axis in zip(*points[: len(tokens)], strict=True)]
    figure = go.Figure(
        go.Scatter(
            x=places[0],
            y=places[1],
            text=names,
            mode="markers+text",
            textposition="top center",
            cliponaxis=False,
            marker={"size": 8, "color": "rgb(61,132,232)"},
            hovertemplate="<b>%{text}</b><extra></extra>",
        )
    )
    axis = {"showticklabels": False, "zeroline": True}
    figure.update_layout(
        height=440,
        margin={"l": 24, "r": 24, "t": 24, "b": 8},
        xaxis={"title": "first component", **axis},
        yaxis={"title": "second component", **axis},
    )
    return figure
