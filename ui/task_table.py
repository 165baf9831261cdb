"""What a model can do: each auto class with its task, and whether the checkpoint is ready for it."""

import streamlit as st

from explorer.auto_class import AutoClass
from explorer.heads import HeadMatrix
from ui.markup import Markup, draw, join, plain, table, tag
from ui.overview import Overview
from ui.verdicts import SIGNS, WORDS

VERDICT = "This checkpoint"


def draw_tasks(seen: Overview, has_checkpoint: bool, matrix: HeadMatrix | None = None) -> None:
    """One row for each auto class; without the matrix the checkpoint is still being read."""
    verdicts = _verdicts(matrix) if matrix else None
    if matrix and matrix.checkpoint_error:
        reason = plain(matrix.checkpoint_error)
        st.warning(f"The checkpoint cannot be read, so nothing is known of loading it. {reason}")
    rows = [_row(seen, found, has_checkpoint, verdicts) for found in seen.classes]
    columns = ("Task", "Auto class", "Model class", *((VERDICT,) if has_checkpoint else ()))
    draw(table("What it can do", columns, rows, "x-tasks"))


def _row(
    seen: Overview, found: AutoClass, has_checkpoint: bool, verdicts: dict[str, Markup] | None
) -> Markup:
    is_saved = found.model_class in seen.config.architectures
    mark = join((" ", tag("span", "★ saved as this", class_="x-badge x-saved"))) if is_saved else ""
    reading = tag("span", "reading…", class_="x-note")
    verdict = reading if verdicts is None else verdicts.get(found.name, _badge("unknown"))
    return tag(
        "tr",
        tag("th", found.task or "–", scope="row"),
        tag("td", tag("code", found.name), mark, data_label="Auto class"),
        tag("td", found.model_class, data_label="Model class"),
        tag("td", verdict, data_label=VERDICT) if has_checkpoint else "",
        class_="x-chosen" if is_saved else "",
    )


def _verdicts(matrix: HeadMatrix) -> dict[str, Markup]:
    rows = (*((matrix.backbone,) if matrix.backbone else ()), *matrix.heads)
    return {
        row.auto_class.name: _badge("error" if row.error else row.verdict, row.error or "") for row in rows
    }


def _badge(verdict: str, reason: str = "") -> Markup:
    kind = f"x-badge x-{verdict.replace(' ', '-')}"
    return tag("span", f"{SIGNS[verdict]} {WORDS[verdict]}", class_=kind, title=reason)
