"""Home: paste a model and see its facts at a glance; the gallery below."""

from explorer import snippets
from explorer.tables import classes_table
from ui import cache, exports, frame, gallery_cards, glance, next_pages, overview, task_table, unknown_view
from ui.stages import Stages

with frame.open_page("Home", "What is inside this model?", gallery_cards.draw_gallery) as model:
    if not model.is_known:
        unknown_view.draw_unknown(model)
    else:
        tree = cache.tree(model)
        seen = overview.overview_of(model.config, tree, cache.fields(model), cache.auto_classes(model))
        glance.draw_summary(seen)
        glance.draw_facts(seen)
        stages = Stages()
        has_checkpoint = model.has_checkpoint
        heads = (
            stages.so_far(cache.heads(model), "Reading the checkpoint's headers") if has_checkpoint else None
        )
        task_table.draw_tasks(seen, has_checkpoint, heads)
        next_pages.draw_next(model.config.architectures, seen.classes)
        exports.draw_exports(
            "facts",
            {
                "Facts": lambda: overview.facts_table(seen),
                "Auto classes": lambda: classes_table(seen.classes),
            },
            lambda: overview.document_of(seen),
            snippets.load_code(model.config, tree.auto_class.name),
        )
        gallery_cards.draw_gallery()
        stages.catch_up()
