"""What one visitor has chosen: in the URL, so that a link, a reload, Back and Forward give the same view.

The only place that touches Streamlit's session state. A widget follows the address and writes to it;
Streamlit's own ``bind="query-params"`` does not follow Back and Forward.
"""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import streamlit as st

from ui.markup import plain

# Servers refuse long addresses, and a letter can take twelve characters there.
LONGEST_IN_ADDRESS = 2_000
# What JavaScript can count to.
MOST = 2**53 - 1
# What stays the same from page to page.
CARRIED = ("model", "auto_class")
IN_SESSION = "(a long text)"
_N = TypeVar("_N", int, float)


def chosen(name: str, default: str = "") -> str:
    """What the address says under the name."""
    return st.query_params.get(name, default)


def choose(name: str, value: str | None) -> None:
    """Put the value into the address; nothing takes the name out of it."""
    if value:
        st.query_params[name] = value
    elif name in st.query_params:
        del st.query_params[name]


def remembered(name: str) -> dict[str, Any]:
    """What this visitor's session keeps under the name, to be read and written."""
    found: dict[str, Any] = st.session_state.setdefault(f"remembered:{name}", {})
    return found


def enter(page: str) -> None:
    """Let every widget of the page follow the address anew, when the visitor comes from another page.

    The widgets of the page before are still known at that moment, under the same keys.
    """
    here = remembered("page")
    if here.get("title") != page:
        here["title"] = page
        remembered("seen").clear()
        remembered("written").clear()
    remembered("addresses")[page] = {
        name: value for name, value in st.query_params.items() if name not in CARRIED
    }
    here["drawn"] = set()


def leave() -> None:
    """End the page's run: Streamlit now forgets every widget that was not drawn."""
    here = remembered("page")
    here["known"] = here["drawn"]


def carried(page: str) -> dict[str, str]:
    """What an address has to say so that the page shows this model, and what was last chosen there."""
    here = {name: value for name in CARRIED if (value := chosen(name))}
    last: dict[str, str] = remembered("addresses").get(page, {})
    return here | last


def follow(name: str, value: Any) -> None:
    """Make the widget of this key show the value, when the address is new to it, or Streamlit forgot it.

    What is typed into it stays otherwise: until the address changes, the widget is right.
    """
    seen, here = remembered("seen"), remembered("page")
    here.setdefault("drawn", set()).add(name)
    # What Streamlit forgot may still be in its state, and is drawn empty.
    is_forgotten = name not in here.get("known", ()) or name not in st.session_state
    if seen.get(name) != value or is_forgotten:
        seen[name] = st.session_state[name] = value


def keep(name: str, value: Any) -> None:
    """Let the widget of this key show what it shows, although the address now says the value."""
    remembered("seen")[name] = value


def value_of(key: str) -> Any:
    """What the widget of this key shows; None before it was drawn."""
    return st.session_state.get(key)


def clear(key: str, value: Any = None) -> None:
    """Empty the widget of this key, before it is drawn again."""
    st.session_state[key] = value


def select(
    label: str, name: str, options: Sequence[str], default: str | None = None, **look: Any
) -> str | None:
    """One of the options from a long list, kept in the address; None when there are none."""
    if not options:
        return None
    first = _listed(name, options, default)
    chosen_now: str = st.selectbox(label, options, key=name, on_change=_write(name, first), **look)
    return chosen_now


def switch(label: str, name: str, options: Sequence[str], default: str | None = None, **look: Any) -> str:
    """One of a few options, all in sight, kept in the address."""
    first = _listed(name, options, default)
    found: str | None = st.segmented_control(
        label,
        options,
        required=True,
        key=name,
        on_change=_write(name, first),
        **{"label_visibility": "collapsed"} | look,
    )
    return found or first


def pills(label: str, name: str, options: Sequence[str]) -> str:
    """One of some options, all in sight, kept in the address."""
    first = _listed(name, options, None)
    found: str | None = st.pills(label, options, required=True, key=name, on_change=_write(name, first))
    return found or first


def search(label: str, name: str, placeholder: str) -> str:
    """What the visitor looks for, kept in the address."""
    follow(name, chosen(name))
    found = st.text_input(
        label, key=name, on_change=_write(name, ""), placeholder=placeholder, icon=":material/search:"
    )
    return (found or "").strip()


def line(label: str, name: str, default: str = "", **look: Any) -> str:
    """A short text, kept in the address."""
    follow(name, chosen(name, default))
    return st.text_input(label, key=name, on_change=_write(name, default), **look) or ""


def area(label: str, name: str, default: str, **look: Any) -> str:
    """A text of many lines, kept in the address; a long one is kept in the session."""
    wanted = chosen(name, default)
    if wanted.startswith(IN_SESSION):
        wanted = remembered("long texts").get(wanted, default)
        if wanted == default:
            st.caption(
                ":material/info: This link names a text that was typed in another session and is too long"
                " for a link."
            )
    follow(name, wanted)
    return st.text_area(label, key=name, on_change=_write(name, default), **look) or ""


def number(label: str, name: str, default: float | None, kind: type[_N], **look: Any) -> _N | None:
    """A whole or real number, kept in the address.

    Any is taken: a widget with limits would turn red, and keep to itself what was typed.
    """
    wanted = default
    with suppress(ValueError, OverflowError):
        wanted = min(max(kind(chosen(name)), kind(-MOST)), kind(MOST))
    follow(name, wanted)
    step = {"step": 1} if kind is int else {}
    found: _N | None = st.number_input(
        label, key=name, on_change=_write(name, default), value=None, **step, **look
    )
    return found


def toggle(label: str, name: str, **look: Any) -> bool:
    """A switch that is off at first, kept in the address."""
    follow(name, chosen(name) == "1")
    return st.toggle(label, key=name, on_change=_write(name, False), **look)


def _listed(name: str, options: Sequence[str], default: str | None) -> str:
    """The option that stands for no word in the address; the widget follows the address."""
    first = default if default in options else options[0]
    wanted = chosen(name, first)
    # What the address names may be an option of another model.
    if wanted not in options:
        draw_unlisted(wanted, first)
    follow(name, wanted if wanted in options else first)
    return first


def draw_unlisted(wanted: str, shown: str) -> None:
    """Say that what the address names cannot be chosen here, and what is shown."""
    st.caption(f":material/info: {plain(shown)} is shown: {plain(wanted[:80])} is none of the choices here.")


def confirm() -> None:
    """Let what the visitor wrote win over the address, which a click right after it brings as it was before.

    To be called back by whatever is clicked.
    """
    for name, default in remembered("written").items():
        if name in st.session_state:
            _put(name, default)


def _write(name: str, default: Any) -> Callable[[], None]:
    """Puts what the widget shows into the address; its default needs no word there."""

    def write() -> None:
        remembered("written")[name] = default
        confirm()

    return write


def _put(name: str, default: Any) -> None:
    value = st.session_state[name]
    text = "1" if value is True else None if value is None else str(value)
    if text and len(text) > LONGEST_IN_ADDRESS:
        whole, text = text, f"{IN_SESSION} {hashlib.sha256(text.encode()).hexdigest()[:12]}"
        remembered("long texts")[text] = whole
    keep(name, value)
    if text == "" != default:
        # What was emptied stays empty: without its name in the address the default would come back.
        st.query_params[name] = ""
    else:
        choose(name, None if value == default else text)
