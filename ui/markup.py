"""The few pieces of HTML that Streamlit has no element for; every text is escaped here.

Names in configs and checkpoints are untrusted, so nothing but ``Markup`` reaches ``draw``.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from pathlib import Path

import streamlit as st

# What Markdown or one of Streamlit's directives could take for its own.
MARKDOWN = frozenset("\\`*_{}[]()#+-.!|<>~$:&/@")
LOOK = Path(__file__).parent / "look"


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def tag(name: str, *content: object, **attributes: str) -> Markup:
    """An element; what is not Markup in it is escaped. ``class_`` and ``aria_label`` lose their underscore.

    >>> tag("td", "<b>", class_="count")
    '<td class="count">&lt;b&gt;</td>'
    """
    given = "".join(
        f' {key.strip("_").replace("_", "-")}="{escape(text)}"' for key, text in attributes.items()
    )
    return Markup(f"<{name}{given}>{join(content)}</{name}>")


def join(parts: Iterable[object]) -> Markup:
    """The parts one after the other."""
    return Markup("".join(part if isinstance(part, Markup) else escape(str(part)) for part in parts))


def table(caption: str, columns: Sequence[str], rows: Iterable[Markup], kind: str) -> Markup:
    """A table that scrolls by itself; the caption is for screen readers.

    A column whose title begins with = holds numbers.
    """
    head = tag("thead", tag("tr", *map(_column, columns)))
    body = tag("table", tag("caption", caption), head, tag("tbody", *rows))
    return tag("div", body, class_=f"x-table {kind}", role="region", aria_label=caption, tabindex="0")


def code(label: str, text: str) -> Markup:
    """Code or a listing that scrolls by itself, by keyboard too.

    Streamlit's own loads 1.6 MB to colour it, and its colours are too faint to read.
    """
    return tag("pre", tag("code", text), class_="x-code", role="region", aria_label=label, tabindex="0")


def _column(title: str) -> Markup:
    name = title.removeprefix("=")
    return tag("th", name, scope="col", class_="" if name == title else "x-number")


def name(text: str) -> Markup:
    """A dotted name that breaks between its parts, and is copied as it is.

    >>> name("a_b.<c>")
    'a_<wbr></wbr>b.<wbr></wbr>&lt;c&gt;'
    """
    return Markup(re.sub("[._]", rf"\g<0>{tag('wbr')}", escape(text)))


def plain(text: str) -> str:
    """Markdown that shows the text as it is, for Streamlit's own elements.

    >>> print(plain("a_b [c]"))
    a\\_b \\[c\\]
    """
    return "".join(f"\\{letter}" if letter in MARKDOWN else letter for letter in text)


def draw(markup: Markup) -> None:
    """Show the markup on the page."""
    st.html(markup)


def draw_note(note: str) -> None:
    """A sentence that the reader must see, above what it is about."""
    draw(tag("p", tag("b", "Note "), note, class_="x-notice"))


def draw_look() -> None:
    """Put the style sheets on the page, once per run."""
    st.html(f"<style>{_look()}</style>")


@cache
def _look() -> str:
    return "\n".join(path.read_text("utf-8") for path in sorted(LOOK.glob("*.css")))
