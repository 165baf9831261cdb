"""What the page of a checkpoint shows, to take along."""

from collections.abc import Callable
from typing import Any

from explorer import export, snippets, tables
from explorer.checkpoint import Checkpoint, Format, LoadReport, Shard
from explorer.opening import OpenedModel
from explorer.reconciliation import Reconciliation
from explorer.table import Table
from ui.checkpoint_view import listed
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


def draw_listed(model: OpenedModel) -> None:
    """The files as the repository lists them, of a checkpoint that cannot be read."""
    files = listed(model)
    rows = tuple((file.name, file.nbytes) for file in files)

    def document() -> dict[str, Any]:
        return {"files": [{"name": name, "bytes": nbytes} for name, nbytes in rows]}

    found = {"Files": lambda: Table("Files", ("name", "bytes"), rows)}
    shards = tuple(Shard(file.name, file.nbytes or 0, ()) for file in files)
    code = snippets.checkpoint_code(Checkpoint(model.source, _format(shards), shards))
    draw_exports("checkpoint", found, document, code)


def _format(shards: tuple[Shard, ...]) -> Format:
    ending = shards[0].name.rpartition(".")[2] if shards else ""
    return "safetensors" if ending == "safetensors" else "gguf" if ending == "gguf" else "pickle"
