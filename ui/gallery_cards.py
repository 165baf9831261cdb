"""The gallery: well-known checkpoints as cards, one family at a time, or all that match a search."""

from collections import Counter
from collections.abc import Sequence
from functools import cache

import streamlit as st

from explorer import gallery
from explorer.gallery import GalleryEntry
from ui import figures, frame, picker, session, welcome
from ui.markup import plain

# All cards at once would double the time until the page is on the screen.
MOST_CARDS = 24
ORDERS = ("Newest", "Oldest", "Largest", "Smallest", "By name")
# Families of fewer models stand together.
SMALL, OTHERS = 3, "Others"


def draw_gallery() -> None:
    """The families, the largest first, and a card for each checkpoint that is chosen or looked for."""
    if not picker.chosen():
        welcome.draw_welcome()
    st.subheader("Gallery", anchor="gallery")
    st.caption(
        f"{len(gallery.entries())} well-known checkpoints whose configs come with the app: "
        "these work without the Hub."
    )
    with st.container(horizontal=True, vertical_alignment="bottom", key="gallery-choice"):
        wanted = session.search("Search the gallery", "find", "name, family, year, or what it does")
        order = session.select("Order", "order", ORDERS) or ORDERS[0]
    counts = Counter(map(_family, gallery.entries()))
    families = sorted(counts, key=lambda name: (name == OTHERS, -counts[name]))
    family = session.pills("Family", "family", ("All", *families))
    _draw_cards(_ordered(_matching(wanted, family), order))


def _draw_cards(entries: Sequence[GalleryEntry]) -> None:
    if not entries:
        st.info("No model of the gallery matches. Any model of the Hub can be pasted above.")
    with st.container(key="gallery"), st.grid(min_column_width=240):
        for entry in entries[:MOST_CARDS]:
            _draw_card(entry)
    if len(entries) > MOST_CARDS:
        st.caption(f"{len(entries) - MOST_CARDS} more: choose a family, or search.")


def _matching(wanted: str, family: str) -> list[GalleryEntry]:
    """The entries of the family in which every word that is looked for occurs."""
    words = wanted.lower().split()
    entries = [entry for entry in gallery.entries() if family in ("All", _family(entry))]
    return [entry for entry in entries if all(word in _text(entry) for word in words)]


def _text(entry: GalleryEntry) -> str:
    said = (entry.id, *entry.aliases, entry.family, entry.modality, str(entry.year), entry.sentence)
    return " ".join((*said, entry.auto_class, str(entry.config.model_type))).lower()


def _ordered(entries: list[GalleryEntry], order: str) -> list[GalleryEntry]:
    """The entries in this order; what has no published size comes last among sizes."""
    if order in ("Newest", "Oldest"):
        return sorted(entries, key=lambda entry: entry.year, reverse=order == "Newest")
    if order in ("Largest", "Smallest"):
        sized = sorted(entries, key=lambda entry: entry.published_total or 0, reverse=order == "Largest")
        return sorted(sized, key=lambda entry: entry.published_total is None)
    return sorted(entries, key=lambda entry: entry.id.lower())


def _family(entry: GalleryEntry) -> str:
    return entry.family if _family_sizes()[entry.family] >= SMALL else OTHERS


@cache
def _family_sizes() -> Counter[str]:
    return Counter(entry.family for entry in gallery.entries())


def _draw_card(entry: GalleryEntry) -> None:
    size = f"{figures.rounded(entry.published_total)} parameters · " if entry.published_total else ""
    facts = plain(f"{size}{entry.modality} · {entry.year}")
    label = f"**{plain(entry.id)}** {plain(entry.sentence)} *{facts}*"
    frame.link("streamlit_app.py", label, model=f"gallery:{entry.id}")
