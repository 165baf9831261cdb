"""A run as its visitor sees it: how far it is, and the button that ends it."""

import time
from collections.abc import Callable

import streamlit as st

from ui.runs import Run

# Between two looks a visitor's click is heard, and tokens are drawn as they come.
LOOK_EVERY = 0.05
# What ends sooner needs no word.
SAID_AFTER = 0.3


def wait(run: Run, draw_parts: Callable[[], None] | None = None) -> None:
    """Say how far the run is until it has ended, draw what comes meanwhile, and then the page again."""
    with st.container(horizontal=True, vertical_alignment="center", key="waiting"):
        st.button("Stop", icon=":material/stop:", key=f"stop:{run.place}", on_click=run.stop)
        bar = st.empty()
    place, drawn = st.empty(), 0
    while not run.is_over:
        run.look()
        waited = time.monotonic() - run.begun
        if waited > SAID_AFTER:
            said = f"{run.doing}…" + (f" {waited:.0f} s" if waited >= 2 else "")
            if run.share is None:
                bar.caption(f":material/hourglass_top: {said}")
            else:
                bar.progress(min(run.share, 1.0), said)
        if draw_parts and len(run.parts) != drawn:
            drawn = len(run.parts)
            with place.container():
                draw_parts()
        time.sleep(LOOK_EVERY)
    st.rerun()
