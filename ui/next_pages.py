"""The way on from Home: the three architecture pages, with what each shows."""

import streamlit as st

from ui import frame

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


def draw_next() -> None:
    """A card for each page, which carries the model along."""
    with st.container(key="next"), st.grid(min_column_width=250):
        for page, name, icon, shows in PAGES:
            frame.link(page, f"**{name}** {shows}", icon)
