"""The one error handler: what a visitor sees when something fails."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from explorer.errors import ExplorerError
from ui.markup import plain

_log = logging.getLogger(__name__)


@contextmanager
def shown() -> Iterator[None]:
    """Every error of the block as what happened and what to do; our own faults go to the log."""
    try:
        yield
    except ExplorerError as error:
        st.error(f"**{plain(error.what)}** {plain(error.advice)}", icon=":material/error:")
    except Exception:  # noqa: BLE001  Whatever it is, the visitor sees no traceback and the log has it.
        _log.exception("A page failed")
        st.error("**This page failed, and the fault is ours.** Reload it, or try another model.")
