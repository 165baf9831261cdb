"""The models seen lately: a list that only the visitor's browser keeps, and draws.

The server hears of a name when its link is clicked, as if it had been typed.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from ui import session

KEY = "recent-models"
# What is longer is not kept: a link with it may be too long for a server, and it is no name.
LONGEST = 2_000

_HERE = Path(__file__).parent
_recent = st.components.v2.component(
    "recent_models",
    js=(_HERE / "recent.js").read_text("utf-8"),
    css=(_HERE / "recent.css").read_text("utf-8"),
)


def draw(current: str, label: str, is_open: bool, choose: Callable[[str], None]) -> None:
    """Show the recent models but the current one, which joins them once it could be opened."""

    def follow() -> None:
        if name := clicked(session.value_of(KEY)):
            choose(name)

    keeps = is_open and len(current) <= LONGEST
    data = {"current": current, "label": label, "keeps": keeps, "longest": LONGEST}
    _recent(data=data, key=KEY, on_clicked_change=follow)


def clicked(state: Any) -> str:
    """The name that the browser sent, nothing if it is none: its storage can be edited by anyone."""
    name = state.get("clicked") if hasattr(state, "get") else None
    return name if isinstance(name, str) and len(name) <= LONGEST else ""
