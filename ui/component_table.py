"""The parameters of a class as tables: in all, by component, and by layer."""

from explorer.active_parameters import Routing
from explorer.breakdown import Breakdown, Layer, runs_of
from explorer.components import TITLES, Component
from explorer.named_tree import UNKNOWN
from ui import figures
from ui.charts import COLOURS
from ui.markup import Markup, join, table, tag

# A browser draws so many rows at once without delay.
MOST_RUNS = 500


def total(breakdown: Breakdown, routing: Routing | None) -> Markup:
    """The parameters of the class, and those that a token passes where there are experts to choose from."""
    whole = breakdown.parameter_count
    named = breakdown.tree.auto_class.model_class
    is_named = breakdown.tree.auto_class != UNKNOWN
    notes = [f"{figures.exact(whole)} exactly" + (", tied weights counted once" if is_named else "")]
    if routing:
        notes.append(
            f"A token passes {figures.rounded(routing.active)} of them ({figures.exact(routing.active)}): "
            f"it is sent to {routing.used:,} of {routing.experts:,} experts in a layer that has experts."
        )
    if breakdown.head is None:
        notes.append("There is no AutoModel of it to compare with, so it is not known which are the head's.")
    where = tag("code", named) if is_named else "the files"
    figure = tag("b", figures.rounded(whole), class_="x-total-figure")
    return tag(
        "div",
        tag("span", figure, " parameters in ", where),
        *(tag("small", note) for note in notes),
        class_="x-totals",
    )


def components(breakdown: Breakdown) -> Markup:
    """A row for each component with its share as a bar."""
    whole = breakdown.parameter_count
    rows = [
        tag(
            "tr",
            tag("th", _name(component), scope="row"),
            tag("td", _bar(size, whole), class_="x-share"),
            tag("td", figures.share(size, whole), class_="x-number"),
            _count(size),
            style=_colour(component),
        )
        for component, size in breakdown.parts
    ]
    last = tag(
        "tr",
        tag("th", "All", scope="row"),
        tag("td"),
        tag("td", figures.share(whole, whole), class_="x-number"),
        _count(whole),
        class_="x-total",
    )
    columns = ("Component", "", "=Share", "=Parameters")
    return table("Parameters by component", columns, [*rows, last], "x-parts")


def outside(breakdown: Breakdown) -> Markup:
    """What lies in no layer."""
    whole = sum(size for _, size in breakdown.outside)
    if not whole:
        return tag("p", "All parameters lie in the layers.", class_="x-note")
    parts = ", ".join(f"{TITLES[part].lower()} {figures.rounded(size)}" for part, size in breakdown.outside)
    share = figures.share(whole, breakdown.parameter_count)
    return tag("p", f"Outside of the layers: {figures.rounded(whole)}, {share} ({parts}).", class_="x-note")


def layers(breakdown: Breakdown) -> Markup:
    """A row for each layer, or for equal ones that follow each other."""
    found = {component for layer in breakdown.layers for component, _ in layer.parts}
    shown = tuple(component for component in TITLES if component in found)
    runs = runs_of(breakdown.layers)
    rows = (_run(run, shown, breakdown.parameter_count) for run in runs[:MOST_RUNS])
    titles = (f"={TITLES[component]}" for component in shown)
    columns = ("Stack", "Layers", *titles, "=Per layer", "=All of them", "=Share")
    grid = table("Parameters by layer", columns, rows, "x-layers")
    if len(runs) <= MOST_RUNS:
        return grid
    return join((grid, tag("p", f"Only the first {MOST_RUNS:,} lines are drawn.", class_="x-note")))


def _run(run: tuple[Layer, ...], shown: tuple[Component, ...], whole: int) -> Markup:
    first, parts = run[0], dict(run[0].parts)
    together = sum(layer.parameter_count for layer in run)
    numbers = f"{first.number}–{run[-1].number} × {len(run):,}" if len(run) > 1 else str(first.number)
    return tag(
        "tr",
        tag("th", tag("code", first.stack or "."), scope="row"),
        tag("td", numbers),
        *(_count(parts.get(component, 0)) for component in shown),
        _count(first.parameter_count),
        _count(together),
        tag("td", figures.share(together, whole), class_="x-number"),
    )


def _name(component: Component) -> Markup:
    return tag("span", TITLES[component], class_="x-part")


def _bar(size: int, whole: int) -> Markup:
    length = tag("span", "", style=f"--share:{100 * size / whole:.3f}%")
    return tag("span", length, class_="x-part-bar", aria_hidden="true")


def _count(size: int) -> Markup:
    shown = figures.rounded(size) if size else "–"
    return tag("td", shown, class_="x-number", title=f"{figures.exact(size)} parameters")


def _colour(component: Component) -> str:
    return f"--part:{COLOURS[component]}"
