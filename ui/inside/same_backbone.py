"""AutoModel and the task model on one input: that the backbone is the same is shown, not said."""

import math
from collections.abc import Sequence

from explorer.inside.same_backbone import Comparison, SameBackbone
from ui import figures
from ui.inside.words import shape_of
from ui.markup import Markup, draw, join, name, tag

SHOWN = 6


def draw_same_backbone(value: SameBackbone) -> None:
    """Two lines from the input to the features, what became of both, and the head on AutoModel's own."""
    draw(picture(value))


def picture(value: SameBackbone) -> Markup:
    """The picture with its comparisons and notes."""
    lines = [
        _line("AutoModel", value.backbone_class, value, 0),
        _line("the task class", value.task_class, value, 1),
    ]
    notes = [tag("p", note, class_="x-notice") for note in value.notes]
    steps = [_features(value.features), *([_logits(value)] if _has_head(value) else [])]
    return tag("div", *lines, *steps, *notes, class_="x-picture x-same")


def _has_head(value: SameBackbone) -> bool:
    """Whether the task class is more than AutoModel's."""
    return value.task_class != value.backbone_class or value.logits is not None


def _line(title: str, class_name: str, value: SameBackbone, side: int) -> Markup:
    """Input, backbone, and on the side of the task class its head."""
    last = value.features[-1] if value.features else None
    inside = tag(
        "span", tag("b", class_name if side == 0 else f"its {value.backbone_class}"), class_="x-block"
    )
    blocks = [_group("backbone", "backbone", [inside])]
    features = tag("span", f"features {shape_of(last.shape)}" if last else "features", class_="x-end")
    blocks.append(features)
    if side and _has_head(value):
        blocks.append(_group("head", "head", _head(value.head_modules)))
        output = f"logits {shape_of(value.logits.shape)}" if value.logits else "logits"
        blocks.append(tag("span", output, class_="x-end"))
    arrow = tag("span", "→", class_="x-arrow", aria_hidden="true")
    chain = [tag("span", "same input", class_="x-end")]
    chain += [tag("span", arrow, block, class_="x-step") for block in blocks]
    called = tag("span", f"{title}: ", tag("code", class_name), class_="x-name")
    return tag("div", called, tag("div", *chain, class_="x-chain"), class_="x-line")


def _group(kind: str, title: str, blocks: Sequence[Markup]) -> Markup:
    return tag(
        "div",
        tag("span", title, class_="x-title"),
        tag("div", *blocks, class_="x-blocks"),
        class_=f"x-group x-of-{kind}",
    )


def _head(modules: Sequence[tuple[str, str]]) -> list[Markup]:
    blocks = [
        tag("span", tag("b", name(path)), tag("small", what), class_="x-block") for path, what in modules
    ]
    return blocks or [tag("span", "no module of its own", class_="x-block")]


def _features(features: Sequence[Comparison]) -> Markup:
    """What both backbones gave, number by number."""
    title = "1. AutoModel’s features and those inside the task class"
    if not features:
        body: list[Markup] = [tag("p", _sign("unknown", "?"), " This could not be compared.")]
    else:
        body = [_compared(found, ("AutoModel", "task class")) for found in features]
    return tag("section", tag("h4", title), *body, class_="x-compared")


def _logits(value: SameBackbone) -> Markup:
    """What the head makes of AutoModel's features, beside what the whole task model gives."""
    title = "2. The head on AutoModel’s features, and the whole task model"
    if value.logits is None:
        text = " Not shown for this model: nothing is claimed about its logits."
        return tag("section", tag("h4", title), tag("p", _sign("unknown", "?"), text), class_="x-compared")
    body = [_compared(value.logits, ("head on AutoModel", "task class"))]
    if value.logits.is_equal and value.features and all(found.is_equal for found in value.features):
        lesson = (
            f"So {value.task_class} is AutoModel with a head on it: the head on AutoModel’s features gives "
            "the same logits."
        )
        body.append(tag("p", tag("strong", lesson)))
    return tag("section", tag("h4", title), *body, class_="x-compared")


def _compared(found: Comparison, sides: tuple[str, str]) -> Markup:
    size = figures.exact(_size(found))
    if found.is_equal:
        verdict = join((_sign("ready", "= equal, bit for bit"), f" in all {size} numbers"))
    else:
        difference = f" The greatest difference among {size} numbers is {found.greatest_difference:.3g}."
        verdict = join((_sign("wrong-checkpoint", "≠ not equal"), difference))
    samples = [
        tag("div", tag("span", side), tag("code", _numbers(numbers, _size(found))))
        for side, numbers in zip(sides, found.samples, strict=True)
    ]
    named = tag("p", tag("code", found.name), f" {shape_of(found.shape)}: ", verdict)
    return tag("div", named, tag("div", *samples, class_="x-samples"))


def _size(found: Comparison) -> int:
    return math.prod(found.shape)


def _numbers(numbers: Sequence[float], size: int) -> str:
    """The first numbers, with all digits that 32 bits hold, so that equal ones look equal."""
    shown = numbers[:SHOWN]
    more = " …" if size > len(shown) else ""
    return "  ".join(f"{number:>12.8g}" for number in shown) + more


def _sign(kind: str, text: str) -> Markup:
    return tag("span", text, class_=f"x-badge x-{kind}")
