"""Home for a model without a class: what the headers of its files tell."""

from typing import Any

from explorer import export, snippets, tables
from explorer.checkpoint import Checkpoint
from explorer.opening import OpenedModel
from explorer.tree import ModuleTree
from ui import cache, exports, figures, next_pages, treegrid
from ui.checkpoint_view import reading
from ui.glance import tile
from ui.markup import draw, tag
from ui.stages import Stages


def draw_unknown(model: OpenedModel) -> None:
    """What is known at once, then what the headers say, and at last the modules that their names tell of."""
    stages = Stages()
    checkpoint = stages.so_far(cache.checkpoint(model), reading(model))
    _draw_tiles(model, checkpoint)
    # Without a class none can run it.
    next_pages.draw_next((), ())
    if checkpoint:
        tree = cache.tree(model)
        treegrid.draw_tree(tree)
        _draw_exports(model, checkpoint, tree)
    stages.catch_up()


def _draw_tiles(model: OpenedModel, checkpoint: Checkpoint | None) -> None:
    model_type = model.config and model.config.model_type
    why = f"transformers has no class for {model_type}" if model_type else "there is no config to tell"
    size, note = "…", "the headers are being read"
    if checkpoint:
        whole = cache.checkpoint_totals(model).whole
        size = figures.rounded(whole.elements)
        note = f"{figures.exact(whole.elements)} exactly, in {figures.counted(whole.tensors, 'tensor')}"
    tiles = (
        tile("Class", "unknown", why),
        tile("Elements in the files", size, note),
        tile("Tasks", "unknown", "without a class, none can be told"),
    )
    draw(tag("div", *tiles, class_="x-facts"))


def _draw_exports(model: OpenedModel, checkpoint: Checkpoint, tree: ModuleTree) -> None:
    def document() -> dict[str, Any]:
        stated = model.repository.stated_parameters if model.repository else None
        return export.checkpoint_json(checkpoint, None, stated) | {"tree": export.tree_json(tree)}

    exports.draw_exports(
        "facts",
        {
            "Files": lambda: tables.files_table(checkpoint),
            "Tensors": lambda: tables.tensors_table(checkpoint),
            "Modules": lambda: tables.tree_table(tree),
        },
        document,
        snippets.checkpoint_code(checkpoint),
    )
