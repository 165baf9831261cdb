"""The frame of every page: sidebar, picker, the model in the URL, and the one error handler.

The model is in the URL as ``?model=...``, so that links, reloads and Back work, and every page is
complete by itself: a deep link runs the page's file alone. Session-state keys live only here.
"""

import hashlib
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import Any

import streamlit as st

from explorer import gallery
from explorer.errors import ExplorerError, SourceError
from explorer.hub.settings import HubSettings
from explorer.opening import OpenedModel
from explorer.source import ModelSource, parse_source
from ui import cache, errors, markup, origin

SECTIONS = (
    ("", (("streamlit_app.py", "Home", ":material/home:"),)),
    (
        "Architecture",
        (("pages/1_Backbone_and_head.py", "Backbone and head", ":material/account_tree:"),),
    ),
)
# A longer text stays in the session: servers refuse long addresses.
LONGEST_IN_URL = 16_000
IN_SESSION = "config:session-"
RECENT = 8


@contextmanager
def open_page(
    title: str, heading: str | None = None, below: Callable[[], None] | None = None
) -> Iterator[OpenedModel]:
    """Draw the frame and open the chosen model for the block, which draws it.

    Without a model, or with one that cannot be opened, the block is not run: the page says why
    and ends there. ``below`` draws what every visitor sees under the block.
    """
    text = _chosen()
    about = f"{_short(text)} · " if text else ""
    st.set_page_config(f"{about}{title} · AutoModel Explorer", "🌳", "wide", 250)
    markup.draw_look()
    _draw_sidebar()
    st.title(heading or title, anchor=False)
    _draw_picker(text)
    model = None
    with _waiting(), errors.shown():
        model = _open(text)
    if model:
        with _waiting(), errors.shown():
            yield model
    if below:
        below()
    if not model:
        # Nothing was yielded: only the end of the script keeps the block from running.
        st.stop()


def choice_in_url(label: str, name: str, options: Sequence[str], default: str | None) -> str | None:
    """One of the options, chosen by the visitor and kept in the URL under the name; None of none."""
    if not options:
        return None
    position = options.index(default) if default in options else 0
    return st.selectbox(label, options, position, key=name, bind="query-params")


def pill_in_url(label: str, name: str, options: Sequence[str]) -> str | None:
    """As ``choice_in_url``, with all options in sight, the first one chosen at first."""
    return st.pills(label, options, default=options[0], required=True, key=name, bind="query-params")


def link(page: str, label: str, icon: str | None = None, model: str | None = None) -> None:
    """A link to a page that carries the chosen model along, or the model given."""
    text = model or _chosen()
    st.page_link(page, label=label, icon=icon, query_params={"model": text} if text else None)


def _open(text: str) -> OpenedModel | None:
    if not text:
        st.info("No model is chosen yet: paste one above, or take one from the gallery.")
        return None
    model = cache.opened(_source(_whole(text)))
    _state()["recent"] = [text, *(name for name in _state()["recent"] if name != text)][:RECENT]
    origin.draw_origin(model)
    for note in model.notes:
        st.info(markup.plain(note), icon=":material/info:")
    return model


def _waiting() -> AbstractContextManager[None]:
    """Says what takes so long while the workers start, and starts them."""
    text = "The workers are starting. This happens once, and takes some seconds."
    return nullcontext() if cache.workers_are_ready() else st.spinner(text)


def _draw_sidebar() -> None:
    with st.sidebar:
        markup.draw(markup.tag("div", "AutoModel Explorer", class_="x-brand"))
        for section, pages in SECTIONS:
            if section:
                st.caption(section)
            for page, label, icon in pages:
                link(page, label, icon)


def _draw_picker(text: str) -> None:
    state = _state()
    if state.get("shown") != text or "typed" not in state:
        state["shown"] = state["typed"] = text
    with st.container(horizontal=True, vertical_alignment="bottom", key="picker"):
        st.text_input(
            "Model",
            key="typed",
            on_change=_choose_typed,
            placeholder="google-bert/bert-base-uncased, a Hub URL, arch:llama, or the text of a config.json",
            help="A Hub id with or without @revision, a Hub URL, arch:NAME for an architecture of "
            "transformers with its default config, gallery:NAME, or a pasted config.json.",
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
    _draw_recent([name for name in state["recent"] if name != text])


def _draw_recent(names: Sequence[str]) -> None:
    if names:
        with st.container(horizontal=True, gap="small", vertical_alignment="center", key="recent-models"):
            st.caption("Recent", width="content")
            for name in names:
                label = markup.plain(_short(name))
                st.button(label, type="tertiary", key=f"recent:{name}", on_click=_choose, args=(name,))


def _state() -> MutableMapping[str, Any]:
    """This visitor's session, with the keys that the frame relies on."""
    st.session_state.setdefault("recent", [])
    st.session_state.setdefault("long_texts", {})
    return st.session_state


def _chosen() -> str:
    return st.query_params.get("model", "").strip()


def _choose(typed: str) -> None:
    """Make the text the chosen model: in the URL, in the one form that names it."""
    text = typed.strip()
    # What cannot be read stays as it was typed, and the page says what is wrong with it.
    with suppress(ExplorerError):
        text = _source(text).text if text else ""
    if len(text) > LONGEST_IN_URL:
        whole, text = text, f"{IN_SESSION}{hashlib.sha256(text.encode()).hexdigest()[:12]}"
        _state()["long_texts"][text] = whole
    _state()["shown"] = text
    st.query_params["model"] = text
    if not text:
        del st.query_params["model"]


def _source(text: str) -> ModelSource:
    return parse_source(text, HubSettings.from_environment().endpoint)


def _whole(text: str) -> str:
    """The text itself where the URL holds only its short form."""
    whole = _state()["long_texts"].get(text, text)
    if whole.startswith(IN_SESSION):
        raise SourceError(
            "This link names a config that was pasted in another session and is too long for a link.",
            "Paste or upload the config again.",
        )
    return whole


def _choose_typed() -> None:
    _choose(st.session_state["typed"])


def _choose_from_gallery() -> None:
    name = st.session_state["from_gallery"]
    st.session_state["from_gallery"] = None
    if name:
        _choose(f"gallery:{name}")


def _choose_upload() -> None:
    if uploaded := st.session_state["upload"]:
        _choose(uploaded.getvalue().decode("utf-8", "replace"))


def _short(text: str) -> str:
    """The model's name where there is little room."""
    name = "pasted config" if text.startswith(("config:", "{")) else text.rpartition("/")[2] or text
    return name if len(name) <= 40 else f"{name[:39]}…"
