"""The picker on top of every page: a box to paste into, the gallery, an upload, and recent models."""

import hashlib
from contextlib import suppress

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer import gallery
from explorer.errors import ExplorerError, SourceError
from explorer.hub.settings import HubSettings
from explorer.opening import OpenedModel
from explorer.source import ModelSource, parse_source
from ui import browser_memory, session

# A longer text stays in the session: servers refuse long addresses.
LONGEST_IN_URL = 16_000
IN_SESSION = "config:session-"
LONGEST_SHORT, LONGEST_LABEL = 40, 60


def chosen() -> str:
    """The model that the address names, as it is written there."""
    return session.chosen("model").strip()


def source(text: str) -> ModelSource:
    """What the text names; SourceError says what is wrong with it."""
    whole = session.remembered("long texts").get(text, text)
    if whole.startswith(IN_SESSION):
        raise SourceError(
            "This link names a config that was pasted in another session and is too long for a link.",
            "Paste or upload the config again.",
        )
    return _parsed(whole)


def short(text: str) -> str:
    """The model's name where there is little room."""
    name = "pasted config" if text.startswith(("config:", "{")) else text.rpartition("/")[2] or text
    return name if len(name) <= LONGEST_SHORT else f"{name[: LONGEST_SHORT - 1]}…"


def draw_picker() -> DeltaGenerator:
    """Everything that chooses a model; what was typed stays in the box. Gives the place for recent ones."""
    session.follow("typed", _in_box(chosen()))
    with st.container(horizontal=True, vertical_alignment="bottom", key="picker"):
        st.text_input(
            "Model",
            key="typed",
            on_change=_choose_typed,
            placeholder="google-bert/bert-base-uncased, a Hub URL, arch:llama, or the text of a config.json",
            help="A Hub id with or without @revision, a Hub URL, arch:NAME for an architecture of "
            "transformers with its default config, gallery:NAME, demo:text-classification for a tiny model "
            "that this project trained, or a pasted config.json.",
            autocomplete="off",
        )
        # A click sends the box first and then itself, with the address as it was before both: so it
        # must choose once more, or the old address would win.
        st.button("Explore", type="primary", icon=":material/search:", on_click=_choose_typed)
        st.selectbox(
            "Gallery",
            [entry.id for entry in gallery.entries()],
            index=None,
            key="from_gallery",
            on_change=_choose_from_gallery,
            placeholder="Well-known models",
            width=230,
        )
        with st.popover("Upload", icon=":material/upload_file:"):
            st.file_uploader("A config.json", "json", key="upload", on_change=_choose_upload)
    return st.container(key="recent")


def confirm() -> None:
    """Let all that was typed win over the address, which a click right after it brings as it was before.

    To be called back by whatever is clicked.
    """
    _choose_typed()
    session.confirm()


def draw_recent(model: OpenedModel | None) -> None:
    """The models that this browser has seen lately; the one that was opened joins them."""
    text = chosen()
    # The text behind a name of the session is gone with it.
    lasts = model is not None and not text.startswith(IN_SESSION)
    browser_memory.draw(text, _label(text, model), lasts, _choose)


def _label(text: str, model: OpenedModel | None) -> str:
    """Enough to tell the model from others of its name: owner, kind and revision are in the text."""
    if text.startswith("config:") and model and model.config:
        text = f"pasted config ({model.config.model_type})"
    elif len(text) > LONGEST_LABEL:
        # The ends tell: where it is, and what it is called.
        text = f"{text[: LONGEST_LABEL // 3]}…{text[1 - 2 * LONGEST_LABEL // 3 :]}"
    return text[:LONGEST_LABEL]


def _in_box(text: str) -> str:
    """What stands in the box for what the address names: a config is legible there."""
    if text.startswith("config:"):
        with suppress(ExplorerError):
            return source(text).name
    return text


def _choose(typed: str) -> None:
    """Make the text the chosen model: in the URL, in the one form that names it."""
    text = typed.strip()
    # What cannot be read stays as it was typed, and the page says what is wrong with it.
    with suppress(ExplorerError):
        text = _parsed(text).text if text else ""
    if len(text) > LONGEST_IN_URL:
        whole, text = text, f"{IN_SESSION}{hashlib.sha256(text.encode()).hexdigest()[:12]}"
        session.remembered("long texts")[text] = whole
    session.choose("model", text)


def _parsed(text: str) -> ModelSource:
    return parse_source(text, HubSettings.from_environment().endpoint)


def _choose_typed() -> None:
    _choose(session.value_of("typed"))
    # The box keeps the text as it was typed.
    session.keep("typed", _in_box(chosen()))


def _choose_from_gallery() -> None:
    name = session.value_of("from_gallery")
    session.clear("from_gallery")
    if name:
        _choose(f"gallery:{name}")


def _choose_upload() -> None:
    if uploaded := session.value_of("upload"):
        _choose(uploaded.getvalue().decode("utf-8", "replace"))
