"""What a page shows, to take along: as CSV, JSON or Markdown, and as the Python that gives the same."""

import json
import re
from collections.abc import Callable
from typing import Any

import streamlit as st

from explorer.table import Table, csv_text, markdown_text
from ui import picker


def draw_exports(
    name: str, tables: Callable[[], tuple[Table, ...]], document: Callable[[], Any], code: str
) -> None:
    """Two buttons: one for the files, one for the code.

    ``name`` is what the files hold; they are called after it and the chosen model. They are written
    when they are asked for: the first table as CSV, all tables as Markdown, and ``document`` as JSON.
    """
    stem = f"{_file_name(picker.short(picker.chosen()))}-{name}"
    with st.container(horizontal=True, gap="small", key=f"exports-{name}"):
        with st.popover("Export", icon=":material/download:"), st.container(key=f"files-{name}"):
            _button("CSV", f"{stem}.csv", "text/csv", lambda: csv_text(tables()[0]))
            _button(
                "JSON",
                f"{stem}.json",
                "application/json",
                lambda: json.dumps(document(), indent=2, ensure_ascii=False),
            )
            _button("Markdown", f"{stem}.md", "text/markdown", lambda: markdown_text(*tables()))
            st.caption("CSV has the first table; JSON and Markdown have all of them.")
        with st.popover("Python", icon=":material/code:"), st.container(key=f"code-{name}"):
            st.caption("The same in Python, to run where transformers is installed.")
            st.code(code, language="python")


def _file_name(text: str) -> str:
    """The text with nothing in it that a file's name could not have."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", text).strip("-.") or "model"


def _button(label: str, file: str, kind: str, content: Callable[[], str]) -> None:
    st.download_button(
        label,
        content,
        file,
        kind,
        key=f"download:{file}",
        on_click="ignore",
        icon=":material/download:",
        width="stretch",
        help=f"Download {file}",
    )
