"""What a page shows, to take along: as CSV, JSON or Markdown, and as the Python that gives the same."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from explorer.table import Table, csv_text, markdown_text
from ui import picker

Tables = Mapping[str, Callable[[], Table]]


def draw_exports(name: str, tables: Tables, document: Callable[[], Any], code: str = "") -> None:
    """Two buttons: one for the files, one for the code, where there is any.

    ``name`` is what the page is about; the files are called after it and the chosen model. They are
    written when they are asked for: each table as CSV, all of them as Markdown, and ``document`` as JSON.
    """
    model = _file_name(picker.short(picker.chosen()))
    stem = f"{model}-{name}"
    with st.container(horizontal=True, gap="small", key=f"exports-{name}"):
        with st.popover("Export", icon=":material/download:"), st.container(key=f"files-{name}"):
            for title, table in tables.items():
                file = f"{model}-{_file_name(title.lower())}.csv"
                _button(f"CSV: {title}", file, "text/csv", lambda table=table: csv_text(table()))
            _button(
                "JSON",
                f"{stem}.json",
                "application/json",
                lambda: json.dumps(document(), indent=2, ensure_ascii=False),
            )
            _button(
                "Markdown",
                f"{stem}.md",
                "text/markdown",
                lambda: markdown_text(*(t() for t in tables.values())),
            )
        if not code:
            return
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
