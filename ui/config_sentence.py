"""What a config says in a few sentences, made from its fields."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from explorer import value_text
from explorer.config import ConfigField
from explorer.config_parts import part_name
from explorer.opening import OpenedModel
from ui import figures
from ui.facts import facts_of
from ui.markup import Markup, tag

MOST_NAMED = 4
# A longer size is none.
LONGEST_SIZE = 40
# What a reader asks for last of what differs.
MINOR = ("identity", "regularisation", "generation", "task labels", "other")


def sentence(model: OpenedModel, fields: tuple[ConfigField, ...], classes: Mapping[str, str]) -> Markup:
    """What the config is, its sizes, and how far it is from the defaults of its class."""
    if not model.is_known:
        why = "The installed transformers has no config class for it, so what the defaults are is not known."
        return tag("p", f"A config with {_keys(len(fields))}{_sizes(fields)}. {why}", class_="x-sentence")
    name = classes.get("", "config")
    own = [field for field in fields if field.has_default]
    what = f"{_article(name)} {name} with {_keys(len(own))}{_parts(fields)}{_sizes(fields)}. "
    changed = sorted((field for field in own if field.is_changed), key=lambda field: field.group in MINOR)
    if model.source.kind == "arch":
        why = "as it is without a checkpoint: nothing differs from the class defaults."
        if changed:
            why = f"as it is without a checkpoint, completed so that a model can be built: {_named(changed)}."
        return tag("p", what, tag("strong", f"This is the class {why}"), class_="x-sentence")
    return tag(
        "p", what, tag("strong", _differences(name, own, changed)), _filled(name, fields), class_="x-sentence"
    )


def found(fields: Sequence[ConfigField], shown: Sequence[ConfigField], text: str, only_changed: bool) -> str:
    """How many of the keys are in sight and why, and what to do where none is."""
    differ = ["that differ from the default"] if only_changed else []
    has = [f"with “{value_text.name(text)}” in their name, value or meaning"] if text else []
    why = " ".join([*differ, *has])
    if not why:
        return f"All {_keys(len(fields))}."
    if shown:
        return f"{len(shown):,} of {_keys(len(fields))}: those {why}."
    advice = "Try a part of a word, such as head or drop." if text else "It is the class as it comes."
    return f"None of the {_keys(len(fields))} is among those {why}. {advice}"


def _differences(name: str, own: Sequence[ConfigField], changed: Sequence[ConfigField]) -> str:
    defaults = f"{name}'s defaults"
    if not changed:
        return f"None of them differs from {defaults}."
    verb = "differs" if len(changed) == 1 else "differ"
    return f"{len(changed):,} of {len(own):,} keys {verb} from {defaults}: {_named(changed)}."


def _filled(name: str, fields: Iterable[ConfigField]) -> str:
    """Who says what: the file or the class."""
    count = Counter(field.status for field in fields)
    stated, filled = count["changed"] + count["same"], count["left out"] + count["worked out"]
    unknown, elsewhere = count["extra"], count["set aside"]
    said = [f" The file states {stated:,} of them, the class fills in {filled:,}."]
    said += [f"The file has {_keys(unknown)} more that {name} does not know."] if unknown else []
    said += [f"{_keys(elsewhere).capitalize()} of the file {name} keeps elsewhere."] if elsewhere else []
    return " ".join(said)


def _sizes(fields: tuple[ConfigField, ...]) -> str:
    facts = facts_of(fields)
    sizes = (
        _number(facts.shape.layers, "layer", "layers"),
        _number(facts.shape.width, "wide", "wide"),
        _number(facts.shape.heads, "attention head", "attention heads"),
        _number(facts.experts, "expert", "experts"),
        _number(facts.vocabulary, "token in the vocabulary", "tokens in the vocabulary"),
        _number(facts.context, "token of context", "tokens of context"),
    )
    said = ", ".join(filter(None, sizes))
    return f": {said}" if said else ""


def _number(size: str | int | None, one: str, more: str) -> str:
    text = f"{size:,}" if isinstance(size, int) else figures.grouped(value_text.visible(size or ""))
    return f"{text} {one if text == '1' else more}" if text and len(text) <= LONGEST_SIZE else ""


def _parts(fields: Iterable[ConfigField]) -> str:
    names = [name for name in dict.fromkeys(map(part_name, fields)) if name]
    return f", those of {_listed(names)} included" if names else ""


def _named(fields: Sequence[ConfigField]) -> str:
    return _listed([field.name for field in fields])


def _listed(names: Sequence[str]) -> str:
    # The last one is named too, since "1 more" is no shorter.
    count = MOST_NAMED if len(names) > MOST_NAMED + 1 else len(names)
    shown = [value_text.name(name) for name in names[:count]]
    if len(names) > count:
        shown.append(f"{len(names) - count:,} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _keys(count: int) -> str:
    return f"{count:,} key" if count == 1 else f"{count:,} keys"


def _article(name: str) -> str:
    return "An" if name[:1] in "AEIO" else "A"
