"""A model's facts at a glance: what it is, how big, what it can do."""

import streamlit as st

from explorer.auto_class import AutoClass
from explorer.config import ConfigField, ModelConfig
from explorer.tree import ModuleTree
from ui import figures
from ui.facts import facts_of
from ui.markup import Markup, draw, table, tag

BITS = {"fp32": 32, "bf16": 16, "int8": 8, "int4": 4}


def draw_facts(config: ModelConfig, fields: tuple[ConfigField, ...], tree: ModuleTree) -> None:
    """The sizes as tiles."""
    facts, count = facts_of(fields), tree.parameter_count
    is_saved = tree.auto_class.model_class in config.architectures
    origin = "what the checkpoint was saved from" if is_saved else "the config names no class"
    shape = " × ".join(value or "unknown" for value in (facts.layers, facts.width, facts.heads))
    _draw_tiles(
        _tile("Class", tree.auto_class.model_class, origin, "x-two"),
        _tile(
            "Parameters",
            figures.rounded(count),
            f"{figures.exact(count)} exactly, tied ones counted once",
            "x-two",
        ),
        _tile("Layers × width × heads", shape, "attention heads of one layer", "x-two"),
        _tile("Vocabulary", _known(facts.vocabulary), "tokens"),
        _tile("Context length", _known(facts.context), "tokens, as the config says"),
    )
    weights = (
        _tile(dtype, figures.size(count * bits / 8), f"{bits} bits each") for dtype, bits in BITS.items()
    )
    st.subheader("Size of the weights", anchor=False)
    _draw_tiles(*weights)


def draw_unknown(tree: ModuleTree) -> None:
    """What the file headers alone tell."""
    count = tree.parameter_count
    _draw_tiles(
        _tile("Class", "unknown", "transformers has no class for it"),
        _tile("Parameters", figures.rounded(count), f"{figures.exact(count)} elements, by the file headers"),
    )


def draw_tasks(config: ModelConfig, classes: tuple[AutoClass, ...]) -> None:
    """What the model can do, and by which class."""
    rows = (_task(auto_class, auto_class.model_class in config.architectures) for auto_class in classes)
    draw(table("What it can do", ("Task", "Auto class", "Model class"), rows, "x-tasks"))


def _task(auto_class: AutoClass, is_saved: bool) -> Markup:
    mark = tag("span", "★ saved as this", class_="x-badge x-saved") if is_saved else ""
    return tag(
        "tr",
        tag("th", auto_class.task or "–", scope="row"),
        tag("td", tag("code", auto_class.name), " ", mark, data_label="Auto class"),
        tag("td", auto_class.model_class, data_label="Model class"),
    )


def _draw_tiles(*tiles: Markup) -> None:
    draw(tag("div", *tiles, class_="x-tiles"))


def _tile(label: str, value: str, note: str, kind: str = "") -> Markup:
    return tag("div", tag("span", label), tag("b", value), tag("small", note), class_=kind)


def _known(count: int | None) -> str:
    return "unknown" if count is None else figures.exact(count)
