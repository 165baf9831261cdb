"""The fields of a config as tables that unfold, one for each group."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from explorer import value_text
from explorer.config import ConfigField
from explorer.config_parts import ConfigPart, FieldGroup, key_of
from ui import figures
from ui.markup import Markup, join, table, tag

# What shapes the model is open at first; the rest says in one line what of it differs.
FOLDED = frozenset({"identity", "regularisation", "generation", "task labels", "other"})
MOST_NAMED = 4
# The whole of a longer value is in config.json, and in the files to take along.
LONGEST = 40_000
UNEXPLAINED = "The glossary does not have this key yet."
EXACT_FROM = 10_000

REASONS = {
    "changed": "The file says something else than the config class would by itself.",
    "worked out": "The file does not have this key: the class works it out from others that it has.",
    "same": "The file says what the config class would say by itself.",
    "left out": "The file does not have this key, so the default of the config class holds.",
    "extra": "The config class does not declare this key, but keeps it: a model may still read it.",
    "set aside": "The config class reads this key, and keeps what it says under another name, in the "
    "settings for generation, or not at all.",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """How the fields are looked at: words to mark, whether defaults are known, whether all is open."""

    words: tuple[str, ...] = ()
    has_defaults: bool = True
    is_open: bool = False


def links(parts: tuple[ConfigPart, ...], reading: Reading) -> Markup:
    """Every group as a link to where it is, one line for each part."""
    lines = (
        tag(
            "p",
            tag("b", value_text.name(part.name) if part.name else "the whole") if len(parts) > 1 else "",
            *(_link(group, _anchor(number, group), reading) for group in part.groups),
        )
        for number, part in enumerate(parts)
    )
    return tag("nav", *lines, class_="x-config-links", aria_label="Groups of keys")


def groups(part: ConfigPart, number: int, reading: Reading) -> Markup:
    """Every group of the part with its table."""
    return join(_group(part, group, _anchor(number, group), reading) for group in part.groups)


def _link(group: FieldGroup, anchor: str, reading: Reading) -> Markup:
    changed = len(group.changed) if reading.has_defaults else 0
    differ = tag("b", f" ≠ {changed:,}", title=f"{changed:,} differ from the default") if changed else ""
    count = tag("small", figures.exact(len(group.fields)), differ)
    return tag("a", _title(group), " ", count, href=f"#{anchor}")


def _group(part: ConfigPart, group: FieldGroup, anchor: str, reading: Reading) -> Markup:
    keys = figures.counted(len(group.fields), "key")
    told = _told(group) if reading.has_defaults else ""
    summary = tag("summary", tag("b", _title(group)), " ", tag("small", keys), " ", told)
    columns = ("Key", "Value", *(["Class default"] if reading.has_defaults else []), "What it means")
    rows = (_row(field, reading) for field in group.fields)
    caption = value_text.name(f"{part.name} {group.name}".strip())
    # A link to what lies inside unfolds the group; one to the group itself would not.
    body = tag("div", table(f"Keys: {caption}", columns, rows, "x-config"), id=anchor)
    is_open = reading.is_open or group.name not in FOLDED
    return tag("details", summary, body, class_="x-config-group", **({"open": "open"} if is_open else {}))


def _told(group: FieldGroup) -> Markup:
    """Which keys differ, so that a folded group says it too."""
    changed = [value_text.name(key_of(field)) for field in group.changed]
    if not changed:
        return tag("small", "none differs", class_="x-note")
    more = f" and {len(changed) - MOST_NAMED:,} more" if len(changed) > MOST_NAMED else ""
    return tag("small", f"≠ {', '.join(changed[:MOST_NAMED])}{more}", class_="x-differs")


def _row(field: ConfigField, reading: Reading) -> Markup:
    status = field.status.replace(" ", "-") if reading.has_defaults else "stated"
    return tag("tr", *_cells(field, reading), class_=f"x-is-{status}")


def _cells(field: ConfigField, reading: Reading) -> Iterator[Markup]:
    key = tag("code", _breakable(_marked(value_text.name(key_of(field)), reading.words)))
    yield tag("th", key, scope="row", title=value_text.name(field.name))
    yield tag("td", _value(field.value, reading.words), class_="x-config-value")
    if reading.has_defaults:
        yield tag("td", _standing(field), class_="x-config-default", title=REASONS[field.status])
    meaning = _marked(field.meaning, reading.words) if field.meaning else UNEXPLAINED
    yield tag("td", meaning, class_="x-config-meaning" if field.meaning else "x-config-meaning x-note")


def _value(value: object, words: tuple[str, ...] = ()) -> Markup:
    """The value, the whole of a long one on request."""
    brief, full = value_text.short(value), value_text.whole(value)
    if brief == full:
        is_large = isinstance(value, int) and not isinstance(value, bool) and abs(value) >= EXACT_FROM
        exact = {"title": figures.exact(value)} if is_large and isinstance(value, int) else {}
        return tag("code", _marked(brief, words), **exact)
    rest = len(full) - LONGEST
    more = [tag("p", f"… and {rest:,} more characters, in config.json below.")] if rest > 0 else []
    return tag(
        "details",
        tag("summary", tag("code", _marked(brief, words))),
        tag("pre", _marked(full[:LONGEST], words)),
        *more,
    )


def _standing(field: ConfigField) -> Markup:
    """How the value stands to the class default, as a sign, in words, and with the default if it differs."""
    if field.status == "changed":
        return join((tag("b", "≠ "), _value(field.default)))
    if field.status == "worked out":
        return join((tag("b", "≠ "), _value(field.default), " ", tag("small", "worked out from other keys")))
    signs = {
        "same": "= the same",
        "left out": "○ not in the file",
        "extra": "+ not a key of the class",
        "set aside": "→ kept elsewhere",
    }
    return tag("span", signs[field.status])


def _marked(text: str, words: tuple[str, ...]) -> Markup:
    """The text with the words that are looked for marked in it."""
    if not words:
        return tag("bdi", text)
    pieces = re.split(f"({'|'.join(map(re.escape, words))})", text, flags=re.IGNORECASE)
    return tag("bdi", *(tag("mark", piece) if place % 2 else piece for place, piece in enumerate(pieces)))


def _breakable(name: Markup) -> Markup:
    """The name of a key, which may be broken after each of its words."""
    return Markup(name.replace("_", "_<wbr>"))


def _title(group: FieldGroup) -> str:
    return group.name.capitalize()


def _anchor(number: int, group: FieldGroup) -> str:
    return f"keys-{number}-{group.name.replace(' ', '-')}"
