"""The tree of one model, or two aligned ones, as a grid that is read with the keyboard and by ear too."""

from pathlib import Path
from typing import Any

import streamlit as st

from explorer.diff import TreeDiff
from explorer.tree import ModuleTree
from explorer.tree_rows import find_row
from ui import cache, module_details, session
from ui.module_details import Stored

HERE = Path(__file__).parent
SCRIPTS = ("figures", "rows", "outline", "elements", "toolbar", "treegrid")
# What the grid tells of itself: names in the address.
TOLD = ("module", "find_module", "only")
# A longer path or search is nobody's.
LONGEST = 2_000

_grid = st.components.v2.component(
    "treegrid",
    css=(HERE / "treegrid.css").read_text("utf-8"),
    js="\n".join((HERE / f"{name}.js").read_text("utf-8") for name in SCRIPTS),
)


def draw_tree(tree: ModuleTree, key: str = "tree", stored: Stored | None = None) -> str | None:
    """One tree and the details of the selected module, whose path is given.

    ``stored`` tells where the files hold a module, by its path.
    """
    return _draw(tree, key, stored)


def draw_diff(diff: TreeDiff, key: str = "diff", stored: Stored | None = None) -> str | None:
    """Two aligned trees and the details of the selected module, whose path is given.

    ``stored`` tells where the files hold a module of the right tree, by its path.
    """
    module_details.draw_legend(diff)
    return _draw(diff, key, stored)


# Only this is run again when a module is selected.
@st.fragment
def _draw(tree: ModuleTree | TreeDiff, key: str, stored: Stored | None) -> str | None:
    packed = cache.packed(tree)
    _choose(_grid(data=packed.data, key=key, on_view_change=_nothing).view)
    path = session.chosen("module")
    row = find_row(packed.root, path) if path else None
    module_details.draw_details(row, packed.root.module, stored)
    return row.path if row else None


def _choose(told: Any) -> None:
    """Put what the grid tells into the address; anybody can send anything."""
    for name in TOLD if isinstance(told, dict) else ():
        value = told.get(name)
        if isinstance(value, str) and len(value) <= LONGEST and value != session.chosen(name):
            session.choose(name, value)


def _nothing() -> None:
    """The grid's news is read where it is drawn; a component needs a callback to have news."""
