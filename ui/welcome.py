"""What a first visitor sees: what this is for, backbone and head in a picture, and where to start."""

import streamlit as st

from explorer import gallery
from ui import figures, frame
from ui.markup import Markup, draw, plain, tag

WHAT = (
    "Paste the name of any model on the Hub to see what is inside it: its layers, its parameters, "
    "and which class to load it with. Nothing is downloaded but its config and the headers of its files."
)
EXAMPLES = (
    ("google-bert/bert-base-uncased", "An encoder"),
    ("meta-llama/Meta-Llama-3.1-405B", "A large language model"),
    ("google/vit-base-patch16-224", "A vision model"),
)
DEMO = "demo:text-classification"


def draw_welcome() -> None:
    """Two sentences, a picture, and models to start from."""
    with st.container(key="welcome"):
        draw(tag("p", WHAT, class_="x-lead"))
        draw(_picture())
        st.caption("Start with one of these")
        with st.grid(min_column_width=210):
            for entry in gallery.entries():
                if kind := dict(EXAMPLES).get(entry.id):
                    size = figures.rounded(entry.published_total or 0)
                    label = f"**{kind}** {plain(entry.id)} *{size} parameters · {entry.year}*"
                    frame.link("streamlit_app.py", label, model=f"gallery:{entry.id}")
            frame.link(
                "streamlit_app.py", f"**A tiny model of our own** {DEMO} *all here, needs no Hub*", model=DEMO
            )


def _picture() -> Markup:
    """AutoModel is the backbone; AutoModelForXXX is the same backbone with a head on it."""
    backbone = _box("backbone", "backbone", "what the model has learned")
    head = _box("head", "+ head", "a small layer for one task")
    rows = (
        ("AutoModel", (backbone,), "a vector for each token"),
        ("AutoModelForXXX", (backbone, head), "an answer: a label, a word, a place"),
    )
    lines = (
        tag(
            "div",
            tag("code", name, class_="x-figure-name"),
            *boxes,
            tag("span", "→ ", out, class_="x-figure-end"),
            class_="x-figure-row",
        )
        for name, boxes, out in rows
    )
    caption = tag("figcaption", "Every task model in transformers is a backbone with a head on it.")
    return tag("figure", *lines, caption, class_="x-figure")


def _box(kind: str, name: str, note: str) -> Markup:
    return tag("span", tag("b", name), tag("small", note), class_=f"x-box x-box-{kind}")
