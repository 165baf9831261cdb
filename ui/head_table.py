"""The head matrix: one row for each auto class that maps the config."""

from collections.abc import Iterable

import streamlit as st

from explorer.auto_class import BACKBONE
from explorer.checkpoint import LoadReport
from explorer.config import ModelConfig
from explorer.head import Head
from explorer.heads import HeadMatrix, HeadRow
from explorer.tree import ModuleNode
from ui import figures
from ui.markup import Markup, draw, join, plain, table, tag

COLUMNS = ("Auto class and its task", "Model class", "=Parameters", "=Head", "Adds and drops", "Verdict")
SIGNS = {"ready": "✓", "untrained head": "◐", "wrong checkpoint": "✗", "unknown": "?", "error": "!"}
SHOWN = {"unknown": "not read", "error": "cannot be built"}
MOST_NAMED = 3


def draw_heads(matrix: HeadMatrix, chosen: str | None) -> None:
    """The whole matrix, with the chosen class marked."""
    if matrix.checkpoint_error:
        reason = plain(matrix.checkpoint_error)
        st.warning(f"The checkpoint cannot be read, so nothing is known of loading it. {reason}")
    rows = (*([matrix.backbone] if matrix.backbone else []), *matrix.heads)
    draw(table("The head matrix", COLUMNS, (_row(row, chosen) for row in rows), "x-heads"))


def buildable(matrix: HeadMatrix) -> tuple[str, ...]:
    """The auto classes that can be compared with the backbone."""
    return tuple(row.auto_class.name for row in matrix.heads if row.head)


def report_of(matrix: HeadMatrix, chosen: str | None) -> LoadReport | None:
    """What loading the checkpoint into the chosen class would do; None where that is not known."""
    return next((row.report for row in matrix.heads if row.auto_class.name == chosen), None)


def first_choice(matrix: HeadMatrix, config: ModelConfig) -> str | None:
    """The class that the checkpoint was saved from, or else the first that is ready and has a task."""
    rows = [row for row in matrix.heads if row.head]
    # A class that is the backbone itself has nothing to compare.
    rows.sort(
        key=lambda row: (
            not _changes_something(row),
            row.auto_class.model_class not in config.architectures,
            row.verdict != "ready",
            row.auto_class.task is None,
        )
    )
    return rows[0].auto_class.name if rows else None


def _changes_something(row: HeadRow) -> bool:
    return bool(row.head and (row.head.added or row.head.removed))


def _row(row: HeadRow, chosen: str | None) -> Markup:
    name = row.auto_class.name
    kind = "x-backbone" if name == BACKBONE else "x-head"
    state = " x-chosen" if name == chosen else ""
    return tag("tr", *_cells(row), class_=f"{kind}{state}")


def _cells(row: HeadRow) -> Iterable[Markup]:
    yield tag("th", tag("code", row.auto_class.name), tag("small", row.auto_class.task or ""), scope="row")
    yield _cell("Model class", row.auto_class.model_class, "x-class")
    yield _cell("Parameters", _count(row.parameter_count), "x-number")
    yield _cell("Head", _count(row.head.parameter_count) if row.head else "", "x-number x-head-size")
    yield _cell("Adds and drops", _changes(row.head) if row.head else "")
    yield tag("td", _verdict(row), data_label="Verdict")


def _cell(label: str, content: Markup | str, kind: str = "") -> Markup:
    """A cell that says its column's name where the table is a list of cards, on a phone."""
    return tag("td", content, class_=kind if content else f"{kind} x-empty", data_label=label)


def _count(count: int | None) -> str:
    return "" if count is None else figures.exact(count)


def _changes(head: Head) -> Markup:
    lines = (("x-added", _names("+", head.added)), ("x-removed", _names("−", head.removed)))
    return join(tag("span", names, class_=kind) for kind, names in lines if names)


def _names(sign: str, modules: tuple[ModuleNode, ...]) -> str:
    names = [f"{sign}\u202f{module.path}" for module in modules[:MOST_NAMED]]
    more = [f"and {len(modules) - MOST_NAMED:,} more"] if len(modules) > MOST_NAMED else []
    return " ".join([*names, *more])


def _verdict(row: HeadRow) -> Markup:
    verdict = "error" if row.error else row.verdict
    badge = tag(
        "span",
        f"{SIGNS[verdict]} {SHOWN.get(verdict, verdict)}",
        class_=f"x-badge x-{verdict.replace(' ', '-')}",
    )
    return tag("span", badge, tag("small", row.error)) if row.error else badge
