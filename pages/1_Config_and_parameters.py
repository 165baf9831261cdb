"""Config and parameters: what every key of the config means, and where the parameters are."""

from ui import cache, frame, session, tree_view

with frame.open_page("Config and parameters") as model:
    view = session.switch("View", "view", ("Config", "Parameters", "Modules", "torchinfo"))
    tree_view.draw_tree(cache.tree(model))
