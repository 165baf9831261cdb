"""Where the parameters are, as pictures: a bar for each layer, and nested areas for the modules."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from explorer.breakdown import Layer
from explorer.components import TITLES, Component
from explorer.tiles import Tile
from ui import figures

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

# Three to one against a white page and against a dark one, and apart in lightness from their neighbours.
COLOURS: dict[Component, str] = {
    "embeddings": "#2a64c4",
    "attention": "#4f97f2",
    "mixer": "#1496a8",
    "feed-forward": "#6a6fd6",
    "experts": "#5a52b8",
    "convolution": "#3d8f86",
    "projection": "#7f8fd0",
    "norm": "#8592a8",
    "head": "#d0701a",
    "other": "#8a8378",
}
# Colour is never alone: in the bars that lie on each other every component has its own hatching.
PATTERNS: dict[Component, str] = {
    "embeddings": "",
    "attention": "",
    "mixer": "/",
    "feed-forward": "/",
    "experts": "x",
    "convolution": "\\",
    "projection": "-",
    "norm": ".",
    "head": "|",
    "other": "+",
}
# What is dark enough for white letters; the others have dark ones.
DARK: tuple[Component, ...] = ("embeddings", "experts", "feed-forward")
MIXED, LINE, INK = "#b9c2d0", "#5a6579", "#10151f"
CONFIG = {"displayModeBar": False}


def draw_layers(layers: Sequence[Layer], alt: str) -> None:
    """A bar for each layer, stack by stack, its components on top of each other."""
    st.plotly_chart(_layers(layers), key="layers-chart", config=CONFIG, alt=alt)


def draw_tiles(tiles: Sequence[Tile], alt: str) -> None:
    """The modules as nested areas; a click opens one."""
    st.plotly_chart(_tiles(tiles), key="tiles-chart", config=CONFIG, alt=alt)


def _layers(layers: Sequence[Layer]) -> Figure:
    # Not before it is needed: a page without charts does not wait for it.
    from plotly import graph_objects as go

    places = _places(layers)
    names = [f"{safe(layer.stack)}.{layer.number}" for layer in layers]
    figure = go.Figure()
    for component in TITLES:
        sizes = [dict(layer.parts).get(component, 0) for layer in layers]
        if any(sizes):
            figure.add_bar(
                x=places,
                y=sizes,
                name=TITLES[component],
                marker={"color": COLOURS[component], "pattern": _pattern(component), "line": {"width": 0}},
                customdata=[[name, figures.exact(size)] for name, size in zip(names, sizes, strict=True)],
                hovertemplate=f"%{{customdata[0]}}<br>{TITLES[component]}: %{{customdata[1]}}<extra></extra>",
            )
    figure.update_layout(
        barmode="stack",
        bargap=0.12,
        height=360,
        margin={"l": 8, "r": 8, "t": 34, "b": 8},
        legend={"orientation": "h", "yanchor": "top", "y": -0.18, "x": 0, "traceorder": "normal"},
        yaxis={"title": "Parameters", "rangemode": "tozero", "fixedrange": True, **_amounts(layers)},
        xaxis={"title": "Layer", **_ticks(layers, places)},
    )
    _name_stacks(figure, layers, places)
    return figure


def _pattern(component: Component) -> dict[str, Any]:
    back, front = COLOURS[component], "rgba(255,255,255,.6)"
    return {"shape": PATTERNS[component], "bgcolor": back, "fgcolor": front, "size": 7, "solidity": 0.2}


def _places(layers: Sequence[Layer]) -> list[int]:
    """Where each bar stands: one after the other, with a gap before every stack."""
    places: list[int] = []
    for number, layer in enumerate(layers):
        is_first = number > 0 and layer.stack != layers[number - 1].stack
        places.append(places[-1] + (2 if is_first else 1) if places else 0)
    return places


def _ticks(layers: Sequence[Layer], places: Sequence[int]) -> dict[str, Any]:
    """The numbers of the layers, as many as there is room for."""
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 10**9) if len(layers) / step <= 18)
    shown = [number for number, layer in enumerate(layers) if layer.number % step == 0]
    return {
        "tickmode": "array",
        "tickvals": [places[number] for number in shown],
        "ticktext": [str(layers[number].number) for number in shown],
        "tickangle": 0,
        "showgrid": False,
    }


def _amounts(layers: Sequence[Layer]) -> dict[str, Any]:
    """Round numbers of parameters, written as everywhere."""
    most = max((layer.parameter_count for layer in layers), default=0)
    steps = (digit * 10**power for power in range(40) for digit in (1, 2, 5))
    step = next(step for step in steps if most < 7 * step or step >= 5 * 10**39)
    shown = range(0, most + step, step)
    return {
        "tickmode": "array",
        "tickvals": list(shown),
        "ticktext": [figures.round_number(count) for count in shown],
    }


def _name_stacks(figure: Figure, layers: Sequence[Layer], places: Sequence[int]) -> None:
    """The path of every stack above its first bar, where there is room for them."""
    stacks = {layer.stack: place for place, layer in reversed(list(zip(places, layers, strict=True)))}
    if len(stacks) > 8:
        return
    for stack, place in stacks.items():
        figure.add_annotation(
            x=place - 0.5,
            y=1.0,
            xref="x",
            yref="paper",
            xanchor="left",
            yanchor="bottom",
            showarrow=False,
            text=safe(_short(stack, 120 // len(stacks))),
            font={"size": 12},
        )


def _tiles(tiles: Sequence[Tile]) -> Figure:
    from plotly import graph_objects as go

    whole = tiles[0].size if tiles else 0
    ids = {tile.path: f"tile {number}" for number, tile in enumerate(tiles)}
    words = [TITLES[tile.component] if tile.component else "Of several components" for tile in tiles]
    figure = go.Figure(
        go.Treemap(
            ids=list(ids.values()),
            parents=["" if tile.above is None else ids[tile.above] for tile in tiles],
            labels=[safe(_short(tile.label, 40)) for tile in tiles],
            values=[tile.size for tile in tiles],
            text=[figures.rounded(tile.size) for tile in tiles],
            customdata=[
                [
                    safe(_short(tile.path, 90)) or "the model",
                    safe(_short(tile.class_name, 60)),
                    figures.exact(tile.size),
                    figures.share(tile.size, whole),
                    word,
                ]
                for tile, word in zip(tiles, words, strict=True)
            ],
            branchvalues="total",
            maxdepth=7,
            sort=True,
            marker={
                "colors": [COLOURS[tile.component] if tile.component else MIXED for tile in tiles],
                "line": {"width": 1, "color": LINE},
                "pad": {"t": 22, "l": 2, "r": 2, "b": 2},
            },
            textfont={"color": ["#ffffff" if tile.component in DARK else INK for tile in tiles]},
            texttemplate="%{label}<br>%{text}",
            hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<br>%{customdata[2]} parameters, "
            "%{customdata[3]}<br>%{customdata[4]}<extra></extra>",
            pathbar={"thickness": 24},
            tiling={"pad": 1},
        )
    )
    smallest = {"minsize": 9, "mode": "hide"}
    figure.update_layout(height=520, uniformtext=smallest, margin={"l": 0, "r": 0, "t": 4, "b": 0})
    return figure


def _short(text: str, most: int) -> str:
    """The text, without its middle where it is long."""
    half = max(most // 2 - 1, 4)
    return text if len(text) <= most else f"{text[:half]}…{text[-half:]}"


def safe(text: str) -> str:
    """The text for plotly, which takes some tags and templates for its own."""
    return escape(text, quote=False).replace("%{", "%\u200b{").replace("$", "&#36;")
