"""Config and parameters: what every key of the config means, and where the parameters are."""

from ui import config_view, frame, parameters, session

VIEWS = ("Config", "Parameters", "Modules", "torchinfo")

with frame.open_page("Config and parameters") as model:
    view = session.switch("View", "view", VIEWS)
    if view == "Config" and model.config:
        config_view.draw_config(model, model.config)
    elif view == "Config":
        config_view.draw_absence()
    elif view == "Parameters":
        parameters.draw_parameters(model)
    elif view == "Modules":
        parameters.draw_modules(model)
    else:
        parameters.draw_torchinfo(model)
