"""Config and parameters: what every key of the config means, and where the parameters are."""

from ui import cache, config_view, frame, session, treegrid

VIEWS = ("Config", "Parameters", "Modules", "torchinfo")

with frame.open_page("Config and parameters") as model:
    view = session.switch("View", "view", VIEWS)
    if view == "Config" and model.config:
        config_view.draw_config(model, model.config)
    elif view == "Config":
        config_view.draw_absence()
    else:
        treegrid.draw_tree(cache.tree(model))
