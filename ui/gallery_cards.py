"""The gallery: well-known checkpoints as cards, one family at a time."""

from collections import Counter

import streamlit as st

from explorer import gallery
from explorer.gallery import GalleryEntry
from ui import figures, frame, session
from ui.markup import plain


def draw_gallery() -> None:
    """The families, the largest first, and a card for each checkpoint of the chosen one.

    All cards at once would double the time until the page is on the screen.
    """
    st.subheader("Gallery", anchor="gallery")
    st.caption("Configs of well-known checkpoints that come with the app: these work without the Hub.")
    counts = Counter(entry.family for entry in gallery.entries())
    family = session.pills("Family", "family", tuple(name for name, _ in counts.most_common()))
    with st.container(key="gallery"), st.grid(min_column_width=250):
        for entry in gallery.entries():
            if entry.family == family:
                _draw_card(entry)


def _draw_card(entry: GalleryEntry) -> None:
    size = f" · {figures.rounded(entry.published_total)} published" if entry.published_total else ""
    label = f"**{plain(entry.id)}** {plain(entry.sentence)} *{entry.modality} · {entry.year}{plain(size)}*"
    frame.link("streamlit_app.py", label, model=f"gallery:{entry.id}")
