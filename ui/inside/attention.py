"""Attention maps: which token looks at which, by layer and head."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from explorer.inside.explanation import AttentionMaps, Explanation
from ui import session
from ui.inside.heat import Heat, draw_heat
from ui.inside.thumbnail import picture_of
from ui.inside.unknown import draw_nothing
from ui.inside.words import bar, numbered, percent, token_of
from ui.markup import Markup, draw, join, plain, table, tag

MOST_TOKENS = 128
# No higher than a phone's screen, where the map is narrow.
TALLEST = 480
MOST_HEADS = 32
MEAN = "mean of all heads"
WARNING = (
    "Attention is not explanation: a weight says from which token a head fetched something, not what it was "
    "and not whether the answer depends on it. Other heads, later layers and the path around them decide "
    "that too, and quite other weights can lead to the same answer."
)
SCALED = "Special tokens often draw most of the attention: without them, each row is made 1 again."
# A special token as tokenizers write it; a mask is one of those that a reader asks about.
SPECIAL = re.compile(r"\[(?!MASK\])[A-Z]+\]|<(?!mask>|extra_id)[^<>\s]+>")


@dataclass(frozen=True, slots=True)
class Map:
    """The maps of all heads of one layer, (heads, rows, columns), with the tokens' labels."""

    heads: np.ndarray[Any, Any]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    row_tokens: tuple[str, ...]
    column_tokens: tuple[str, ...]


# Only this is run again when a layer or a head is chosen.
@st.fragment
def draw_attention(explanation: Explanation) -> None:
    """A heat map of one head, thumbnails of its neighbours, and where each token looks most."""
    found = [maps for maps in explanation.attentions if maps.data]
    if not found:
        return draw_nothing(explanation, "attention", "attention", "eager")
    draw(tag("p", tag("b", "Mind "), WARNING, class_="x-notice"))
    maps = _choose_maps(found)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        layers = [str(number) for number in range(maps.layers)]
        layer = int(session.select("Layer", "attention-layer", layers) or 0)
        heads = [MEAN, *map(str, range(maps.heads))]
        head = session.select("Head", "attention-head", heads) or MEAN
        is_hiding = _choose_hiding(maps)
    shown = map_of(maps, layer, is_hiding)
    _draw_cut(maps)
    if is_hiding:
        draw(tag("p", SCALED, class_="x-note"))
    what = (
        f"Head {head} of layer {layer}"
        if head != MEAN
        else f"Mean of all {maps.heads:,} heads of layer {layer}"
    )
    values = shown.heads.mean(axis=0) if head == MEAN else shown.heads[int(head)]
    draw_heat(
        _heat(shown, values), "attention-map", f"{what}, {plain(maps.name)}: the table below says the same"
    )
    draw(thumbnails(shown, head, layer))
    draw(most_looked_at(shown, values, what))


def _choose_maps(found: Sequence[AttentionMaps]) -> AttentionMaps:
    names = [maps.name for maps in found]
    name = session.switch("Maps", "attention-kind", names) if len(names) > 1 else names[0]
    return found[names.index(name)]


def _choose_hiding(maps: AttentionMaps) -> bool:
    special = sorted({token for token in (*maps.row_tokens, *maps.column_tokens) if SPECIAL.fullmatch(token)})
    if not special:
        return False
    return session.toggle(plain(f"Without {', '.join(special[:4])}"), "attention-without")


def _draw_cut(maps: AttentionMaps) -> None:
    longest = max(len(maps.row_tokens), len(maps.column_tokens))
    if longest > MOST_TOKENS:
        draw(tag("p", f"Only the first {MOST_TOKENS} of {longest:,} tokens are drawn.", class_="x-note"))


def map_of(maps: AttentionMaps, layer: int, is_hiding: bool) -> Map:
    """One layer of the maps; without special tokens, what is left of each row is made 1 again."""
    size = (maps.layers, maps.heads, len(maps.row_tokens), len(maps.column_tokens))
    heads = np.frombuffer(maps.data, np.float32).reshape(size)[layer]
    rows, columns = _kept(maps.row_tokens, is_hiding), _kept(maps.column_tokens, is_hiding)
    heads = heads[:, rows][:, :, columns]
    if is_hiding:
        sums = heads.sum(axis=2, keepdims=True)
        heads = np.divide(heads, sums, out=np.zeros_like(heads), where=sums > 0)
    row_labels, column_labels = numbered(maps.row_tokens), numbered(maps.column_tokens)
    return Map(
        heads,
        tuple(row_labels[place] for place in rows),
        tuple(column_labels[place] for place in columns),
        tuple(maps.row_tokens[place] for place in rows),
        tuple(maps.column_tokens[place] for place in columns),
    )


def _kept(tokens: Sequence[str], is_hiding: bool) -> list[int]:
    places = range(min(len(tokens), MOST_TOKENS))
    return [place for place in places if not (is_hiding and SPECIAL.fullmatch(tokens[place]))]


def _heat(shown: Map, values: np.ndarray[Any, Any]) -> Heat:
    hover = "<b>%{y}</b> looks at <b>%{x}</b>: %{z:.1%}"
    highest = float(values.max(initial=0))
    return Heat(
        values,
        shown.rows,
        shown.columns,
        hover,
        0,
        highest,
        number_format=".0%",
        tallest=TALLEST,
        row_title="token that looks",
        column_title="looks at →",
    )


def thumbnails(shown: Map, chosen: str, layer: int) -> Markup:
    """All heads of the layer, small."""
    count = len(shown.heads)
    pictures = [_thumbnail(shown.heads[head], head, chosen) for head in range(min(count, MOST_HEADS))]
    rest = f" The first {MOST_HEADS} of {count} are drawn." if count > MOST_HEADS else ""
    text = f"All heads of layer {layer}, each in shades of its own greatest weight.{rest}"
    return tag("div", tag("p", text, class_="x-note"), tag("div", *pictures, class_="x-thumbnails"))


def _thumbnail(values: np.ndarray[Any, Any], head: int, chosen: str) -> Markup:
    is_chosen = str(head) == chosen
    greatest = percent(float(values.max(initial=0)))
    image = tag("img", src=picture_of(values), alt=f"Head {head}: its greatest weight is {greatest}")
    caption = tag("figcaption", f"head {head}", " (shown above)" if is_chosen else "")
    return tag("figure", image, caption, class_="x-thumbnail x-is-chosen" if is_chosen else "x-thumbnail")


def most_looked_at(shown: Map, values: np.ndarray[Any, Any], what: str) -> Markup:
    """The map as a table: for each token the three that it looks at most."""
    best = np.argsort(-values, axis=1, kind="stable")[:, :3]
    rows = [
        tag(
            "tr",
            tag("th", _place(shown.rows[row]), token_of(token), scope="row"),
            *(tag("td", _looked_at(shown, column, float(values[row, column]))) for column in best[row]),
        )
        for row, token in enumerate(shown.row_tokens)
    ]
    columns = ("Token", "looks most at", "then at", "then at")[: 1 + best.shape[1]]
    grid = table(f"{what}: where each token looks most", columns, rows, "x-looks")
    return tag("details", tag("summary", "Where each token looks most, as a table"), grid, class_="x-unfold")


def _looked_at(shown: Map, column: int, weight: float) -> Markup:
    token = token_of(shown.column_tokens[column])
    number = tag("small", percent(weight))
    return tag("span", _place(shown.columns[column]), token, bar(weight), number, class_="x-guess")


def _place(label: str) -> Markup:
    return join((tag("small", label.partition(" ")[0], class_="x-place"), " "))
