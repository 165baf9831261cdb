"""Home: paste a model and see its facts at a glance; the gallery below."""

from ui import cache, frame, gallery_cards, next_pages, overview, tree_view

with frame.open_page("Home", "What is inside this model?", gallery_cards.draw_gallery) as model:
    tree = cache.tree(model)
    if not model.is_known:
        overview.draw_unknown(tree, model.config)
        next_pages.draw_next()
        tree_view.draw_tree(tree)
    else:
        seen = overview.seen_of(model.config, tree, cache.fields(model), cache.auto_classes(model))
        overview.draw_summary(seen)
        overview.draw_facts(seen)
        overview.draw_tasks(seen, cache.heads(model) if model.has_checkpoint else None)
        next_pages.draw_next()
