"""The tree of one model, or two aligned ones, as a grid that is read with the keyboard and by ear too."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import streamlit as st

from explorer.diff import TreeDiff
from explorer.head import head_of
from explorer.tables import diff_table, tree_table
from explorer.tree import ModuleTree
from explorer.tree_rows import LEFT, RowKind, find_row, rows_of
from ui import cache, errors, module_details, session, stored_view
from ui.kinds import SIGNS, WORDS
from ui.markup import Markup, draw, tag
from ui.stored_view import Stored

HERE = Path(__file__).parent
# One after the other they are one module.
SCRIPT = "\n".join(
    (HERE / f"{name}.js").read_text("utf-8")
    for name in (
        *("figures", "rows", "outline", "elements", "toolbar", "differences", "sight", "address"),
        "treegrid",
    )
)
# What the grid tells of itself: names in the address.
TOLD = ("module", "find_module", "only")
# A longer path or search is nobody's, and of a path that is none no more is told back.
LONGEST, LONGEST_TOLD = 2_000, 200

_grid = st.components.v2.component(
    "treegrid",
    css=(HERE / "treegrid.css").read_text("utf-8"),
    js=SCRIPT,
)


def draw_tree(tree: ModuleTree, key: str = "tree", stored: Stored | None = None) -> str | None:
    """One tree, and the details of the module that is selected, whose path is given.

    ``stored`` tells where the files hold a module.
    """
    return _draw(tree, key, stored)


def draw_diff(diff: TreeDiff, key: str = "diff", stored: Stored | None = None) -> str | None:
    """Two aligned trees, and the details of the module that is selected, whose path is given.

    ``stored`` tells where the files hold a module of the right tree.
    """
    _draw_legend(diff)
    return _draw(diff, key, stored)


def _draw_legend(diff: TreeDiff) -> None:
    """What the signs mean, and how many modules carry each."""
    draw(tag("div", *_marks(diff), class_="x-legend x-kinds"))


def _marks(diff: TreeDiff) -> Iterator[Markup]:
    counts: Counter[RowKind] = Counter()
    for row in rows_of(cache.packed(diff).root):
        counts[row.kind] += row.times
    head = head_of(diff)
    # What is added or dropped is counted as the sentence counts it, without what is in it.
    outermost: dict[RowKind, int] = {"added": len(head.added), "removed": len(head.removed)}
    for kind, sign in SIGNS.items():
        if counts[kind]:
            number, every = outermost.get(kind, counts[kind]), counts[kind]
            inside = f", {_modules(every)} with all that is in them" if every > number else ""
            text, title = f" {number:,} {WORDS[kind]}", f"{_modules(number)}{inside}"
            yield tag("span", tag("b", sign), text, class_=f"is-{kind}", title=title)


def _modules(number: int) -> str:
    return f"{number:,} module{'' if number == 1 else 's'}"


# Only this is run again when a module is selected.
@st.fragment
def _draw(source: ModuleTree | TreeDiff, key: str, stored: Stored | None) -> str | None:
    packed = cache.packed(source)
    _choose(_grid(data=packed.data, key=key, on_view_change=_nothing).view)
    path = session.chosen("module")
    row = find_row(packed.root, path) if path else None
    if row:
        with st.container(key=f"details-{key}"):
            module_details.draw_details(row, source)
            if stored and row.node.right:
                with errors.shown():
                    stored_view.draw_stored(row, stored(row.real_path))
    else:
        draw(tag("p", *_advice(path, source), class_="x-note"))
    _draw_table(source)
    return row.path if row else None


def _advice(path: str, source: ModuleTree | TreeDiff) -> Iterator[object]:
    """What to do where no module is selected, and why none is although the address names one."""
    if path:
        shown = path.removeprefix(LEFT)
        cut = "…" if len(shown) > LONGEST_TOLD else ""
        place = "either of these models" if isinstance(source, TreeDiff) else "this model"
        yield from ("There is no module ", tag("code", shown[:LONGEST_TOLD], cut), f" in {place}. ")
    yield "Choose a module to see its tensors, its settings, and its share."


def _choose(told: Any) -> None:
    """Put what the grid tells into the address; anybody can send anything."""
    for name in TOLD if isinstance(told, dict) else ():
        value = told.get(name)
        if isinstance(value, str) and len(value) <= LONGEST and value != session.chosen(name):
            # What is no text for an address, half a letter, is none for a tree either.
            session.choose(name, value.encode("utf-8", "replace").decode())


def _nothing() -> None:
    """The grid's news is read where the grid is drawn; without a callback it would have none."""


def _draw_table(source: ModuleTree | TreeDiff) -> None:
    """The same as a flat table, for those who cannot use the grid or want to sort it."""
    if session.toggle("Every module in a plain table", "flat"):
        table = diff_table(source) if isinstance(source, TreeDiff) else tree_table(source)
        columns = {
            name.replace("_", " "): [row[number] for row in table.rows]
            for number, name in enumerate(table.columns)
        }
        st.dataframe(columns, hide_index=True)
