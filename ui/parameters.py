"""The views Parameters, Modules and torchinfo: how many parameters a class has, and where they are."""

from collections.abc import Callable

import streamlit as st

from explorer.active_parameters import Routing, routing_of
from explorer.auto_class import BACKBONE, class_of_checkpoint
from explorer.breakdown import Breakdown
from explorer.config import ModelConfig
from explorer.export import tree_json
from explorer.opening import OpenedModel
from explorer.parameter_tables import breakdown_json, components_table, layers_table
from explorer.snippets import checkpoint_code, parameters_code, tree_code
from explorer.tables import tree_table
from explorer.tiles import Tile
from ui import cache, charts, component_table, exports, session, torchinfo_view, treegrid
from ui.markup import draw, plain, tag
from ui.stored_view import stored_of


def draw_parameters(model: OpenedModel) -> None:
    """How many parameters the chosen class has: in all, by component, by layer, and by module."""
    auto_class = _choose_class(model)
    breakdown = cache.breakdown(model, auto_class)
    routing = routing_of(breakdown.tree, model.config.values) if model.config else None
    draw(component_table.total(breakdown, routing))
    if breakdown.parameter_count:
        draw(component_table.components(breakdown))
        _draw_layers(breakdown)
        _draw_tiles(breakdown, cache.tiles(model, auto_class))
    _draw_exports(model, breakdown, routing)


def draw_modules(model: OpenedModel) -> None:
    """The module tree of the chosen class, with the details of the selected module."""
    tree = cache.tree(model, _choose_class(model))
    treegrid.draw_tree(tree, key="modules", stored=stored_of(model, tree.auto_class.name))
    code = _code(model, tree_code, tree.auto_class.name)
    exports.draw_exports("modules", {"Modules": lambda: tree_table(tree)}, lambda: tree_json(tree), code)


def draw_torchinfo(model: OpenedModel) -> None:
    """What torchinfo prints of the chosen class, beside the exact total."""
    if not model.is_known or model.config is None:
        st.info("torchinfo describes classes, and transformers has none for this model: see Modules instead.")
        return
    summary = cache.torchinfo_summary(model, _choose_class(model))
    torchinfo_view.draw_summary(summary, model.config)


def _choose_class(model: OpenedModel) -> str:
    """The auto class to look at; at first the one that the checkpoint was saved from."""
    if not model.is_known or model.config is None:
        return BACKBONE
    classes = cache.auto_classes(model)
    first = class_of_checkpoint(model.config.architectures, classes)
    names = [found.name for found in classes]
    return session.select("Class", "auto_class", names, first) or BACKBONE


def _draw_layers(breakdown: Breakdown) -> None:
    st.subheader("Layer by layer", anchor="layers")
    layers = breakdown.layers
    if not layers:
        draw(tag("p", "No modules of this model are repeated as layers are.", class_="x-note"))
        return
    name = plain(breakdown.tree.auto_class.model_class)
    charts.draw_layers(
        layers, f"A bar for each of {len(layers)} layers of {name}; the table below says the same"
    )
    draw(component_table.outside(breakdown))
    draw(component_table.layers(breakdown))


def _draw_tiles(breakdown: Breakdown, tiles: tuple[Tile, ...]) -> None:
    st.subheader("Module by module", anchor="modules")
    draw(tag("p", "The larger, the more parameters. Click a module to look into it.", class_="x-note"))
    name = plain(breakdown.tree.auto_class.model_class)
    charts.draw_tiles(tiles, f"The {len(tiles)} largest modules of {name} as nested areas; see also Modules")


def _draw_exports(model: OpenedModel, breakdown: Breakdown, routing: Routing | None) -> None:
    exports.draw_exports(
        "parameters",
        {
            "Components": lambda: components_table(breakdown),
            "Layers": lambda: layers_table(breakdown),
        },
        lambda: breakdown_json(breakdown, routing),
        _code(model, parameters_code, breakdown.tree.auto_class.name),
    )


def _code(model: OpenedModel, write: Callable[[ModelConfig, str], str], auto_class: str) -> str:
    """The Python for a class; where there is none, that for the tensors of the files."""
    if model.is_known and model.config:
        return write(model.config, auto_class)
    return checkpoint_code(cache.checkpoint(model).future.result())
