"""The gallery: well-known checkpoints as cards."""

import streamlit as st

from explorer import gallery
from explorer.gallery import GalleryEntry
from ui import figures, frame
from ui.markup import plain


def draw_gallery() -> None:
    """A card for every checkpoint that the project carries, by modality, the largest group first."""
    st.subheader("Gallery", anchor="gallery")
    st.caption("Configs of well-known checkpoints that come with the app: these work without the Hub.")
    groups: dict[str, list[GalleryEntry]] = {}
    for entry in gallery.entries():
        groups.setdefault(entry.modality, []).append(entry)
    with st.container(key="gallery"):
        for modality, entries in sorted(groups.items(), key=lambda group: -len(group[1])):
            st.markdown(f"**{plain(modality.capitalize())}**")
            with st.grid(min_column_width=250):
                for entry in entries:
                    _draw_card(entry)


def _draw_card(entry: GalleryEntry) -> None:
    # One element each: a page of a hundred cards must still paint at once.
    size = f" · {figures.rounded(entry.published_total)}" if entry.published_total else ""
    label = (
        f"**{plain(entry.id)}** {plain(entry.sentence)} *{plain(entry.family)} · {entry.year}{plain(size)}*"
    )
    frame.link("streamlit_app.py", label, model=f"gallery:{entry.id}")
