"""The way on from Home: the architecture pages, and those that run the model, with what each shows."""

import streamlit as st

from explorer.auto_class import BACKBONE, AutoClass
from explorer.tasks import TASKS
from explorer.tasks.fitting import saved_for
from ui import frame, task_model

PAGES = (
    (
        "pages/2_Backbone_and_head.py",
        "Backbone and head",
        ":material/account_tree:",
        "What each task class adds to AutoModel, and what is trained.",
    ),
    (
        "pages/1_Config_and_parameters.py",
        "Config and parameters",
        ":material/tune:",
        "What every key means, and where the parameters are.",
    ),
    (
        "pages/3_Checkpoint.py",
        "Checkpoint",
        ":material/inventory_2:",
        "What the files hold, tensor by tensor, and how it loads.",
    ),
)
RUN = "Its answer to a text, and what goes on inside: backbone, then head."
RUN_ICON = ":material/play_arrow:"


def draw_next(architectures: tuple[str, ...], classes: tuple[AutoClass, ...]) -> None:
    """A card for each page, which carries the model along; to run it, those that it was saved for."""
    with st.container(key="next"), st.grid(min_column_width=250):
        for page, name, icon, shows in PAGES:
            frame.link(page, f"**{name}** {shows}", icon)
        for page in _run_pages(architectures, classes):
            frame.link(page, f"**Run it: {frame.TITLES[page]}** {RUN}", RUN_ICON)


def _run_pages(architectures: tuple[str, ...], classes: tuple[AutoClass, ...]) -> dict[str, None]:
    has_backbone = any(found.name == BACKBONE for found in classes)
    names = saved_for(architectures, classes) or tuple(
        task.name for task in TASKS if task.auto_class == BACKBONE and has_backbone
    )
    return dict.fromkeys(task_model.PAGES[name] for name in names)
