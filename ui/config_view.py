"""The Config view: every key with its value, what it means, and how it stands to the class default."""

import json
from collections.abc import Mapping

import streamlit as st

from explorer import value_text
from explorer.config import ConfigField, ModelConfig
from explorer.config_parts import ConfigPart, matching, parts_of
from explorer.export import config_json
from explorer.opening import OpenedModel
from explorer.snippets import config_code
from explorer.tables import fields_table
from ui import cache, config_sentence, config_table, exports, session
from ui.config_table import Reading
from ui.markup import Markup, code, draw, join, tag

# More than a browser shows with ease.
LONGEST_TEXT = 200_000


def draw_config(model: OpenedModel, config: ModelConfig) -> None:
    """The whole view: what the config says, the keys that the visitor asks for, and its text."""
    fields, classes = cache.fields(model), cache.config_classes(model)
    draw(config_sentence.sentence(model, fields, classes))
    has_defaults = _has_defaults(model, fields)
    with st.container(horizontal=True, vertical_alignment="bottom", key="config-choice"):
        text = session.search("Find a key", "find", "dropout, vocabulary, 768 …")
        only_changed = has_defaults and session.toggle("Only what differs from the default", "changed")
    chosen = tuple(field for field in fields if field.is_changed) if only_changed else fields
    shown = matching(chosen, text)
    reading = Reading(tuple(text.split()), has_defaults, bool(text) or only_changed)
    told = config_sentence.found(fields, shown, text, only_changed)
    draw(join((tag("p", told, class_="x-note", role="status"), _keys(shown, classes, reading))))
    _draw_text(config)
    exports.draw_exports(
        "config",
        {"Config": lambda: fields_table(fields)},
        lambda: config_json(config, fields),
        config_code(config, model.is_known),
    )


def draw_absence() -> None:
    """What to do with a model that has no config."""
    st.info(
        "This model comes without a config, so there are no keys to explain. "
        "Look at its modules here, or at what its files hold on the page Checkpoint; "
        "to read a config, paste another model or the text of a config.json above."
    )


def _has_defaults(model: OpenedModel, fields: tuple[ConfigField, ...]) -> bool:
    """Whether there are defaults to compare with: those of a class are not compared with themselves."""
    is_default = model.source.kind == "arch" and not any(field.is_changed for field in fields)
    return model.is_known and not is_default


def _keys(shown: tuple[ConfigField, ...], classes: Mapping[str, str], reading: Reading) -> Markup:
    parts = parts_of(shown)
    named = len(parts) > 1 or any(part.name for part in parts)
    sections = (
        tag(
            "section",
            *([_heading(part, classes)] if named else []),
            config_table.groups(part, number, reading),
            class_="x-config-part",
        )
        for number, part in enumerate(parts)
    )
    return join((config_table.links(parts, reading), *sections))


def _heading(part: ConfigPart, classes: Mapping[str, str]) -> Markup:
    """Which part of the model the keys are of, and the class that reads them."""
    name = tag("code", value_text.name(part.name)) if part.name else "The whole"
    class_name = tag("small", classes.get(part.name, ""))
    meaning = part.meaning if part.name else "The keys that are of no part alone."
    return tag("header", tag("h3", name, " ", class_name), tag("p", meaning))


def _draw_text(config: ModelConfig) -> None:
    if session.toggle("Show the config as JSON", "raw"):
        text = json.dumps(config.values, indent=2, ensure_ascii=False)
        is_default = config.source.kind == "arch"
        origin = "As transformers makes it." if is_default else "As it was read, with its keys sorted."
        rest = len(text) - LONGEST_TEXT
        more = f" The first {LONGEST_TEXT:,} characters; {rest:,} more follow." if rest > 0 else ""
        st.caption(f"{origin}{more}")
        draw(code("The config as JSON", text[:LONGEST_TEXT]))
