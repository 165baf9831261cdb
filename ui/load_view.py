"""What loading the checkpoint into a class would do, as lists that unfold."""

import re
from collections.abc import Iterable

import streamlit as st

from explorer.checkpoint import LoadReport

MOST_LINES = 400


def draw_load_report(report: LoadReport) -> None:
    """The number of tensors that load, and every list that is not empty."""
    st.markdown(f"**{report.loaded:,}** tensors get their values from the checkpoint.")
    mismatched = (
        f"{m.name}: stored {_shape(m.stored)}, needed {_shape(m.expected)}" for m in report.mismatched
    )
    _draw_names("Missing: newly initialised, so random until trained", report.missing)
    _draw_names("Mismatched: of another shape in the checkpoint", tuple(mismatched))
    _draw_names("Unexpected: in the checkpoint, but not used by this class", report.unexpected)
    _draw_names("Tied: get their values from another tensor", report.tied)
    _draw_names("Missing by design", report.ignored_missing)
    _draw_names("Not used by design", report.ignored_unexpected)
    _draw_names("Could not be converted", report.conversion_errors)


def folded(names: Iterable[str]) -> tuple[str, ...]:
    """The names with those that differ only in a number as one line.

    >>> folded(["layer.0.bias", "layer.1.bias", "pooler.bias"])
    ('layer.*.bias × 2', 'pooler.bias')
    """
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(re.sub(r"(?<=\.)\d+(?=\.)", "*", name), []).append(name)
    return tuple(f"{group} × {len(same)}" if len(same) > 1 else same[0] for group, same in groups.items())


def _draw_names(title: str, names: tuple[str, ...]) -> None:
    if names:
        lines = folded(names)
        more = [f"… and {len(lines) - MOST_LINES:,} more"] if len(lines) > MOST_LINES else []
        with st.expander(f"{title} ({len(names):,})"):
            st.code("\n".join([*lines[:MOST_LINES], *more]), language=None)


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) or "one number"
