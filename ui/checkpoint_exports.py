"""What the page of a checkpoint shows, to take along."""

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
    """The tensors first, for they are what is taken along as CSV."""

    def all_tables() -> tuple[Table, ...]:
        adding_up = (tables.reconciliation_table(reconciliation),) if reconciliation else ()
        loading = (tables.load_table(report),) if report else ()
        return tables.tensors_table(checkpoint), tables.files_table(checkpoint), *adding_up, *loading

    def document() -> dict[str, Any]:
        stated = model.repository.stated_parameters if model.repository else None
        found = export.checkpoint_json(checkpoint, reconciliation, stated)
        return found | {"load": export.load_json(report) if report else None}

    auto_class = report.auto_class.name if report else None
    draw_exports("checkpoint", all_tables, document, snippets.checkpoint_code(checkpoint, auto_class))
