"""Where the parameters are, and what torchinfo says of them, as flat tables and as JSON."""

from typing import Any

from explorer.active_parameters import Routing
from explorer.breakdown import Breakdown, Parts
from explorer.components import TITLES, Component
from explorer.table import Cell, Table
from explorer.torchinfo_summary import TorchinfoSummary


def components_table(breakdown: Breakdown) -> Table:
    """One row for each component; ``share`` is of the model's parameters."""
    whole = breakdown.parameter_count
    rows = ((component, size, size / whole) for component, size in breakdown.parts)
    title = f"Parameters of {breakdown.tree.auto_class.model_class}"
    return Table(title, ("component", "parameter_count", "share"), tuple(rows))


def layers_table(breakdown: Breakdown) -> Table:
    """One row for each layer, with a column for each component that any layer has."""
    found = {component for layer in breakdown.layers for component, _ in layer.parts}
    components = tuple(component for component in TITLES if component in found)
    rows: list[tuple[Cell, ...]] = []
    for layer in breakdown.layers:
        sizes = dict(layer.parts)
        inside = (sizes.get(component, 0) for component in components)
        rows.append((layer.stack, layer.number, layer.parameter_count, *inside))
    title = f"Layers of {breakdown.tree.auto_class.model_class}"
    return Table(title, ("stack", "layer", "parameter_count", *components), tuple(rows))


def breakdown_json(breakdown: Breakdown, routing: Routing | None) -> dict[str, Any]:
    """The parameters by component and by layer, and how many a token passes where that is certain."""
    named = breakdown.tree.auto_class
    return {
        "auto_class": named.name,
        "model_class": named.model_class,
        "parameter_count": breakdown.parameter_count,
        "active_parameter_count": routing.active if routing else None,
        "head_is_known": breakdown.head is not None,
        "components": _parts(breakdown.parts),
        "outside_of_layers": _parts(breakdown.outside),
        "layers": [
            {
                "stack": layer.stack,
                "layer": layer.number,
                "parameter_count": layer.parameter_count,
                "components": _parts(layer.parts),
            }
            for layer in breakdown.layers
        ],
    }


def totals_table(summary: TorchinfoSummary) -> Table:
    """The way from the model's parameters to torchinfo's total, one step a row."""
    rows = (
        ("parameters, tied ones counted once", summary.parameter_count),
        *((step.reason, step.elements) for step in summary.differences),
        (f"total that torchinfo {summary.version} reports", summary.total),
    )
    return Table(f"{summary.auto_class.model_class} and torchinfo", ("reason", "parameters"), rows)


def torchinfo_json(summary: TorchinfoSummary) -> dict[str, Any]:
    """torchinfo's text and total, the exact total, and why they differ."""
    return {
        "auto_class": summary.auto_class.name,
        "model_class": summary.auto_class.model_class,
        "torchinfo": summary.version,
        "depth": summary.depth,
        "total": summary.total,
        "parameter_count": summary.parameter_count,
        "differences": [{"reason": step.reason, "parameters": step.elements} for step in summary.differences],
        "counted_again": [{"name": name, "same_as": owner} for name, owner in summary.counted_again],
        "rows_left_out": summary.cut_rows,
        "text": summary.text,
    }


def _parts(parts: Parts) -> dict[Component, int]:
    return dict(parts)
