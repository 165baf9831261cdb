"""The head matrix: what every auto class makes of the model, and the choice of one of them."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from explorer.auto_class import AutoClass
from explorer.config import ModelConfig
from explorer.head import Head
from explorer.heads import HeadMatrix, HeadRow
from explorer.output_shape import HeadOutputs
from explorer.tree import ModuleNode, walk
from ui import figures, session
from ui.markup import plain
from ui.verdicts import SIGNS, WORDS

HERE = Path(__file__).parent
KEY = "head_matrix"
MOST_NAMED = 4
MOST_OUTPUTS = 3
# What a model is most often made for comes first, where its config does not say what it was saved as.
FIRST_TASKS = (
    "fill-mask",
    "text2text-generation",
    "automatic-speech-recognition",
    "image-text-to-text",
    "text-generation",
    "image-classification",
    "zero-shot-image-classification",
    "object-detection",
)

_draw = st.components.v2.component(
    "head_matrix",
    css=(HERE / "matrix.css").read_text("utf-8"),
    js=(HERE / "matrix.js").read_text("utf-8"),
)


def choose(matrix: HeadMatrix, config: ModelConfig) -> str | None:
    """The auto class that the address names, or the one to begin with; None where there is none."""
    names = [row.auto_class.name for row in matrix.heads if row.head]
    wanted, first = session.chosen("auto_class"), _first_choice(matrix, config)
    if wanted in names or not first:
        return wanted if wanted in names else None
    if wanted:
        session.draw_unlisted(wanted, first)
    return first


def row_of(matrix: HeadMatrix, auto_class: str | None) -> HeadRow | None:
    """The row of the auto class."""
    return next((row for row in matrix.heads if row.auto_class.name == auto_class), None)


def draw_matrix(
    matrix: HeadMatrix, outputs: Iterable[HeadOutputs] | None, chosen: str | None, *, is_reading: bool
) -> None:
    """All rows, AutoModel first; choosing one puts it into the address.

    Without ``outputs`` they are still being computed; ``is_reading`` says so of the verdicts.
    """
    if matrix.checkpoint_error:
        reason = plain(matrix.checkpoint_error)
        st.warning(f"The checkpoint cannot be read, so nothing is known of loading it. {reason}")
    shapes = None if outputs is None else {found.auto_class.name: found for found in outputs}
    rows = [_row(row, shapes, is_reading=is_reading) for row in (*_backbone(matrix), *matrix.heads)]
    data = {"rows": rows, "chosen": chosen}
    _draw(data=data, key=KEY, on_chosen_change=_choose)


def _choose() -> None:
    found = session.value_of(KEY)
    session.choose("auto_class", found and found["chosen"])


def _backbone(matrix: HeadMatrix) -> tuple[HeadRow, ...]:
    return (matrix.backbone,) if matrix.backbone else ()


def _first_choice(matrix: HeadMatrix, config: ModelConfig) -> str | None:
    """The class that the checkpoint was saved from, or else the first that has a usual task."""
    backbone = matrix.backbone.auto_class.model_class if matrix.backbone else None
    rows = [row for row in matrix.heads if row.head]
    rows.sort(
        key=lambda row: (
            # A class that is the backbone itself has nothing to compare.
            row.auto_class.model_class == backbone,
            row.auto_class.model_class not in config.architectures,
            not (row.head and (row.head.added or row.head.removed)),
            _place(row.auto_class.task),
        )
    )
    return rows[0].auto_class.name if rows else None


def _place(task: str | None) -> int:
    """The task's place among the usual ones; the others come after them, and no task last."""
    return FIRST_TASKS.index(task) if task in FIRST_TASKS else len(FIRST_TASKS) + (task is None)


def _row(row: HeadRow, shapes: Mapping[str, HeadOutputs] | None, *, is_reading: bool) -> dict[str, Any]:
    """What the browser draws: text and nothing else, for names are untrusted."""
    verdict = "error" if row.error else "reading" if is_reading else row.verdict
    count = row.parameter_count
    return {
        "name": row.auto_class.name,
        "isBackbone": row.auto_class.is_backbone,
        "task": row.auto_class.task or "",
        "model": row.auto_class.model_class,
        "size": "" if count is None else figures.rounded(count),
        "exact": "" if count is None else f"{figures.exact(count)} parameters",
        **_head(row.head, count, row.auto_class),
        "outputs": _outputs(row, shapes),
        "verdict": verdict.replace(" ", "-"),
        "sign": SIGNS[verdict],
        "word": WORDS[verdict],
        "error": row.error or "",
    }


def _head(head: Head | None, whole: int | None, auto_class: AutoClass) -> dict[str, Any]:
    if head is None or auto_class.is_backbone:
        return {"added": [], "removed": [], "head": ""}
    size = f"+ {figures.exact(head.parameter_count)}"
    if head.parameter_count:
        size += f" ({figures.share(head.parameter_count, whole or 0)})"
    elif not (head.added or head.removed):
        size = "the backbone itself"
    elif any(tensor.tied_to for module in head.added for node in walk(module) for tensor in node.tensors):
        size = "+ 0, tied"
    return {"added": _names(head.added), "removed": _names(head.removed), "head": size}


def _names(modules: tuple[ModuleNode, ...]) -> list[str]:
    more = len(modules) - MOST_NAMED
    return [module.path for module in modules[:MOST_NAMED]] + ([f"{more:,} more"] if more > 0 else [])


def _outputs(row: HeadRow, shapes: Mapping[str, HeadOutputs] | None) -> list[tuple[str, str]]:
    """The lines on the outputs, each with what it says when it is pointed at."""
    if row.error:
        return []
    if shapes is None:
        return [("…", "being measured")]
    found = shapes.get(row.auto_class.name)
    if found is None or not found.outputs:
        return [("output shape unknown", (found and found.error) or "")]
    return [(str(output), "") for output in found.outputs[:MOST_OUTPUTS]]
