"""What the page of a checkpoint shows, to take along."""

from collections.abc import Callable
from typing import Any

from explorer import export, snippets, tables
from explorer.checkpoint import Checkpoint, LoadReport
from explorer.opening import OpenedModel
from explorer.reconciliation import Reconciliation
from explorer.table import Table
from ui.exports import draw_exports


def draw(
    model: OpenedModel,
    checkpoint: Checkpoint,
    report: LoadReport | None,
    reconciliation: Reconciliation | None,
) -> None:
    """The tensors first, for they are what is taken along most."""

    found: dict[str, Callable[[], Table]] = {
        "Tensors": lambda: tables.tensors_table(checkpoint),
        "Files": lambda: tables.files_table(checkpoint),
    }
    if reconciliation:
        found["From config to files"] = lambda: tables.reconciliation_table(reconciliation)
    if report:
        found["Load report"] = lambda: tables.load_table(report)

    def document() -> dict[str, Any]:
        stated = model.repository.stated_parameters if model.repository else None
        held = export.checkpoint_json(checkpoint, reconciliation, stated)
        return held | {"load": export.load_json(report) if report else None}

    auto_class = report.auto_class.name if report else None
    draw_exports("checkpoint", found, document, snippets.checkpoint_code(checkpoint, auto_class))
