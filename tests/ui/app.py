"""A page opened in Streamlit's own AppTest, on the real answers."""

import json
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from ui.packed_tree import unpack

ROOT = Path(__file__).parents[2]
HOME = "streamlit_app.py"
HEADS = "pages/2_Backbone_and_head.py"


def open_page(model: str | None = None, page: str = HOME, **parameters: str) -> AppTest:
    """The page as a visitor gets it who follows a link to it."""
    app = AppTest.from_file(str(ROOT / HOME), default_timeout=120)
    if page != HOME:
        # AppTest knows the other pages only after a first run.
        app.run()
        app.switch_page(page)
    if model is not None:
        parameters["model"] = model
    for name, value in parameters.items():
        app.query_params[name] = value
    return settled(app.run())


def settled(app: AppTest) -> AppTest:
    """The page after a run that must not have failed."""
    assert not app.exception
    return app


def text_of(app: AppTest) -> str:
    """All that the page says in HTML of its own."""
    bodies = (element.proto.body for element in app.get("html"))
    return "\n".join(body for body in bodies if not body.startswith("<style>"))


def errors_of(app: AppTest) -> str:
    """All errors that the page shows."""
    return "\n".join(error.value for error in app.error).replace("\\", "")


def matrix_of(app: AppTest) -> dict[str, dict[str, Any]]:
    """The rows of the head matrix by the auto class, as the browser gets them."""
    return {row["name"]: row for row in _component(app, "head_matrix")["rows"]}


def chosen_of(app: AppTest) -> str | None:
    """The auto class that the head matrix shows as chosen."""
    chosen: str | None = _component(app, "head_matrix")["chosen"]
    return chosen


def tree_of(app: AppTest) -> dict[str, Any]:
    """The columns of the tree, as the browser gets them."""
    return unpack(_sent(app, "treegrid").bytes)


def _component(app: AppTest, name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(_sent(app, name).json)
    return data


def _sent(app: AppTest, name: str) -> Any:
    return next(part.proto for part in app.get("bidi_component") if part.proto.component_name == name)


def address_of(app: AppTest) -> str:
    """The model that the address names."""
    value = app.query_params["model"]
    return value if isinstance(value, str) else value[0]
