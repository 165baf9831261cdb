"""The frame of every page: sidebar, picker, the chosen model, and the one error handler.

The model is in the URL as ``?model=...``, so that links, reloads and Back work, and every page is
complete by itself: a deep link runs the page's file alone.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import streamlit as st

from explorer.opening import OpenedModel
from ui import cache, errors, markup, origin, picker, session, shared_work

SECTIONS = (
    ("", (("streamlit_app.py", "Home", ":material/home:"),)),
    (
        "Architecture",
        (
            ("pages/1_Config_and_parameters.py", "Config and parameters", ":material/tune:"),
            ("pages/2_Backbone_and_head.py", "Backbone and head", ":material/account_tree:"),
            ("pages/3_Checkpoint.py", "Checkpoint", ":material/inventory_2:"),
        ),
    ),
    (
        "Run",
        (
            ("pages/4_Text_generation.py", "Text generation", ":material/edit_note:"),
            ("pages/5_Fill_mask.py", "Fill-mask", ":material/select:"),
            ("pages/6_Translation_and_summarization.py", "Translation, summary", ":material/translate:"),
            ("pages/7_Question_answering.py", "Question answering", ":material/quiz:"),
            ("pages/8_Named_entities.py", "Named entities", ":material/person_pin_circle:"),
            ("pages/9_Text_classification.py", "Text classification", ":material/label:"),
            ("pages/10_Feature_extraction.py", "Feature extraction", ":material/scatter_plot:"),
        ),
    ),
)
TITLES = {page: title for _, pages in SECTIONS for page, title, _ in pages}


@contextmanager
def open_page(
    title: str,
    heading: str | None = None,
    below: Callable[[], None] | None = None,
    default: Callable[[], str] | None = None,
) -> Iterator[OpenedModel]:
    """Draw the frame and open the chosen model for the block, which draws it.

    ``default`` names the model that is opened where none is chosen.

    Without a model, or with one that cannot be opened, the block is not run: the page says why
    and ends there, after what ``below`` draws in place of the block.
    """
    session.enter(title)
    text = picker.chosen()
    about = f"{picker.short(text)} · " if text else ""
    st.set_page_config(f"{about}{title} · AutoModel Explorer", "🌳", "wide", 250)
    markup.draw_look()
    _draw_sidebar()
    st.title(heading or title, anchor=False)
    recent = picker.draw_picker()
    model = None
    with _waiting(), errors.shown():
        model = _open(text or (default() if default else ""))
    with recent:
        picker.draw_recent(model)
    if model:
        with _waiting(), errors.shown():
            yield model
    elif below:
        below()
    elif not text:
        st.info("No model is chosen yet: paste one above, or take one from the gallery.")
    session.leave()
    # All is on its way to the browser by now.
    shared_work.tidy()
    if not model:
        # Nothing was yielded: only the end of the script keeps the block from running.
        st.stop()


def link(page: str, label: str, icon: str | None = None, model: str | None = None, **choices: str) -> None:
    """A link to a page that carries along the chosen model and class, and what was last chosen there.

    Or one that leads to the model given, with these choices.
    """
    given = {"model": model, **choices} if model else session.carried(TITLES[page])
    st.page_link(page, label=label, icon=icon, query_params=given or None)


def _open(text: str) -> OpenedModel | None:
    if not text:
        return None
    model = cache.opened(picker.source(text))
    origin.draw_origin(model)
    for note in model.notes:
        markup.draw_note(note)
    return model


def _waiting() -> AbstractContextManager[None]:
    """Says what takes so long while the workers start, and starts them."""
    text = "The workers are starting. This happens once, and takes some seconds."
    return nullcontext() if shared_work.workers_are_ready() else st.spinner(text)


def _draw_sidebar() -> None:
    with st.sidebar:
        markup.draw(markup.tag("div", "AutoModel Explorer", class_="x-brand"))
        for section, pages in SECTIONS:
            if section:
                st.caption(section)
            for page, label, icon in pages:
                link(page, label, icon)
