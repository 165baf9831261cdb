"""Checkpoint: what the files hold, and what loading them into a class would do."""

import streamlit as st

from ui import frame

with frame.open_page("Checkpoint") as model:
    st.info("No view is drawn yet.")
