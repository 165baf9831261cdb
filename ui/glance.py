"""A model at a glance: what it is and which class to use in a sentence, how big it is in tiles."""

from collections.abc import Iterator

import streamlit as st

from explorer import snippets
from ui import figures
from ui.facts import Facts
from ui.markup import Markup, code, draw, tag
from ui.overview import BITS, Overview

# How the config names a dtype whose elements have so many bits.
SAVED_BITS = {"float32": 32, "bfloat16": 16, "float16": 16}
# Names in configs are anybody's, and may be of any length.
LONGEST_NAME = 60
NOT_SAID = "the config does not say"


def draw_summary(seen: Overview) -> None:
    """What the model is and which class to use, and the line that loads it."""
    with st.container(key="summary"), st.grid(min_column_width=340):
        draw(tag("p", *_sentence(seen), class_="x-sentence"))
        draw(code("How to load it", snippets.load_line(seen.config, seen.tree.auto_class.name)))


def draw_facts(seen: Overview) -> None:
    """The sizes as tiles."""
    draw(tag("div", *_tiles(seen), class_="x-facts"))


def _sentence(seen: Overview) -> Iterator[object]:
    auto_class, count = seen.tree.auto_class, seen.tree.parameter_count
    shown = figures.rounded(count)
    size = tag("b", shown, title=f"{figures.exact(count)} parameters")
    yield tag("b", auto_class.model_class)
    if seen.kind:
        yield from (f" is {figures.article(shown)} ", tag("span", size, "-parameter"), f" {seen.kind}")
    else:
        yield from (" has ", size, " parameter" if count == 1 else " parameters")
    if not seen.is_saved:
        named = ", ".join(name[:LONGEST_NAME] for name in seen.config.architectures[:2])
        yield f". It was saved from {named}, which no auto class gives" if named else ""
    elif auto_class.is_backbone:
        yield ", saved without a head"
    elif auto_class.task:
        yield from (", saved with the head for ", tag("b", auto_class.task))
    yield from (f". {'Load' if seen.has_weights else 'Build'} it with ", tag("code", auto_class.name), ".")
    if not seen.has_weights:
        yield " Without a checkpoint, all its weights are random."
    if auto_class.is_backbone and len(seen.classes) > 1:
        yield f" {len(seen.classes) - 1} other auto classes take its config."


def _tiles(seen: Overview) -> Iterator[Markup]:
    facts, count = seen.facts, seen.tree.parameter_count
    yield tile("Parameters", figures.rounded(count), f"{figures.exact(count)} exactly")
    yield _weights(count, SAVED_BITS.get(seen.dtype or ""))
    yield _shape(facts)
    if facts.experts and facts.experts > 1:
        used = facts.experts_per_token
        each = f"{figures.exact(used)} for each token" if used else "in a layer"
        yield tile("Experts", figures.exact(facts.experts), each)
    if facts.image or facts.patch:
        patch = f"pixels, in patches of {figures.grouped(facts.patch)}" if facts.patch else "pixels"
        yield tile("Image", figures.grouped(facts.image or "any size"), patch)
    if facts.mel_bins:
        yield tile("Sound", figures.exact(facts.mel_bins), "mel bands")
    # A model that only looks or listens has neither tokens nor positions of them.
    only_senses = bool(facts.image or facts.patch or facts.mel_bins)
    for label, found, unit in (
        ("Vocabulary", facts.vocabulary, "tokens"),
        ("Context length", facts.context, "positions"),
    ):
        if found is not None:
            yield tile(label, figures.exact(found), unit)
        elif not only_senses:
            yield tile(label, "unknown", NOT_SAID)


def _shape(facts: Facts) -> Markup:
    """The shape of the part that the facts are of, and those of other parts by their names."""
    shape, parts = facts.shape, facts.parts
    note = "; ".join(f"{name}: {other.text}" for name, other in parts[:2])
    if not shape.text and parts:
        name, shape = parts[0]
        note = "; ".join((name, *(f"{name}: {other.text}" for name, other in parts[1:2])))
    elif not parts and shape.heads and str(facts.key_value_heads or shape.heads) != shape.heads:
        note = f"{figures.grouped(str(facts.key_value_heads))} key-value heads"
    label = "Layers × width" if shape.text and not shape.heads else "Layers × width × heads"
    return tile(label, shape.text or "unknown", note if shape.text else NOT_SAID)


def _weights(count: int, saved: int | None) -> Markup:
    """The bytes of the weights in four precisions; the config's own is marked."""
    sizes = (
        tag(
            "li",
            tag("span", dtype),
            tag("b", figures.size(count * bits / 8), title=f"{figures.exact(-(-count * bits // 8))} bytes"),
            tag("small", "as saved" if bits == saved else ""),
            class_="x-own" if bits == saved else "",
        )
        for dtype, bits in BITS.items()
    )
    return tag("div", tag("span", "Weights in memory"), tag("ul", *sizes), class_="x-weights")


def tile(label: str, value: str, note: str) -> Markup:
    """One size: what it is of, the size, and what more there is to say."""
    return tag("div", tag("span", label), tag("b", value), tag("small", note))
