"""What can be set of a task: a widget for each of its parameters."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from explorer.inside.loaded_facts import LoadedFacts
from explorer.tasks import Task
from explorer.tasks.parameter import Parameter, Parameters
from ui import session

OF_CONFIG = "by default"
# What the names of Python do not say to everybody.
LABELS = {
    "max_new_tokens": "Longest answer, in tokens",
    "do_sample": "Draw tokens by chance",
    "num_beams": "Beams",
    "top_n_tokens": "Alternatives to show",
    "truncate": "Cut a text that is too long",
    "targets": "Only these words",
    "src_lang": "From language",
    "tgt_lang": "Into language",
    "top_k": "Top k",
    "top_p": "Top p",
    "max_answer_len": "Longest answer, in tokens",
    "max_seq_len": "Window, in tokens",
    "doc_stride": "Overlap of windows",
    "handle_impossible_answer": "May have no answer",
    "aggregation_strategy": "Tokens to entities",
    "ignore_labels": "Leave out labels",
    "stride": "Overlap of windows",
    "function_to_apply": "Scores by",
}


def draw_settings(task: Task, facts: LoadedFacts | None = None) -> Callable[[], Parameters]:
    """The settings, each in the address; gives what makes them, which raises InputError.

    ``facts`` are known once the model is loaded: its languages can then be chosen.
    """
    values = {}
    with st.expander("Settings", icon=":material/tune:"), st.grid(min_column_width=190):
        for parameter in task.parameters:
            values[parameter.name] = _widget(parameter, facts)
    return lambda: task.settings(**values)


def _widget(parameter: Parameter, facts: LoadedFacts | None) -> Any:
    label = LABELS.get(parameter.name) or parameter.name.replace("_", " ").capitalize()
    about = f"{parameter.meaning} In Python: `{parameter.name}`."
    if parameter.kind == "flag":
        return session.toggle(label, parameter.name, help=about)
    if parameter.kind in ("whole", "real"):
        return _number(parameter, label, about)
    if parameter.kind == "choice":
        return _choice(parameter, label, about)
    if parameter.kind == "words":
        default = ", ".join(parameter.default)
        text = session.line(label, parameter.name, default, help=f"{about} Several go between commas.")
        return tuple(filter(None, (part.strip() for part in text.split(","))))
    if facts and facts.languages:
        options = (OF_CONFIG, *facts.languages)
        found = session.select(label, parameter.name, options, help=about)
        return None if found == OF_CONFIG else found
    return session.line(label, parameter.name, help=about).strip() or None


def _number(parameter: Parameter, label: str, about: str) -> float | None:
    look = {"placeholder": OF_CONFIG} if parameter.default is None else {}
    if parameter.kind == "whole":
        return session.number(label, parameter.name, parameter.default, int, help=about, **look)
    return session.number(label, parameter.name, parameter.default, float, step=0.05, help=about)


def _choice(parameter: Parameter, label: str, about: str) -> str | None:
    if parameter.default is not None:
        return session.select(label, parameter.name, parameter.choices, parameter.default, help=about)
    found = session.select(label, parameter.name, (OF_CONFIG, *parameter.choices), help=about)
    return None if found == OF_CONFIG else found
