"""The walk of a text through a model, module by module: backbone, then head."""

from collections import Counter
from collections.abc import Sequence

from explorer.auto_class import BACKBONE
from explorer.inside.explanation import Explanation, Part
from explorer.inside.walk_outline import Line, Stage, Walked, count_of, lines_of, stages_of, tree_of, trimmed
from ui import figures
from ui.inside.shape_words import words_of, words_of_scores
from ui.inside.unknown import draw_nothing
from ui.inside.walk_row import Scene, row_of
from ui.inside.words import duration, shape_of, share, token_of
from ui.markup import Markup, draw, tag

# A browser draws so many at once without delay.
MOST_LINES = 400
MOST_TOKENS = 24
# A head of so few lines is shown with all that is in it.
SMALL = 20
TITLES: dict[Part | None, str] = {
    "backbone": "Backbone: what AutoModel is",
    "head": "Head: what the task class adds",
    None: "Neither backbone nor head",
}


def draw_walk(explanation: Explanation) -> None:
    """The modules in the order in which they work, with shapes and times; each opens to what is in it."""
    if not explanation.walk:
        return draw_nothing(explanation, "the walk", "walk", "module")
    draw(walk(explanation))


def walk(explanation: Explanation) -> Markup:
    """The walk as a flow from the tokens to the output."""
    roots = tree_of(explanation.walk)
    stages = stages_of(roots)
    # A clock that is too coarse for a tiny model may give a part more time than the whole.
    whole = max(sum(root.step.seconds for root in roots), sum(map(_seconds, stages)))
    flow = [_tokens(explanation)]
    for part, walked in _with_budget(stages):
        flow += [_arrow(), _stage(part, walked, Scene(explanation, whole, part == "head"))]
    if explanation.auto_class != BACKBONE and not any(part == "head" for part, _ in stages):
        flow += [_arrow(), _no_head()]
    flow += [_arrow(), _output(explanation, roots[-1])]
    return tag("div", _times(stages, whole), _legend(explanation), *flow, class_="x-walk")


def _with_budget(stages: Sequence[Stage]) -> list[tuple[Part | None, tuple[Line, ...]]]:
    """The stages as lines, at most so many; the head comes first in what there is room for."""
    left = MOST_LINES
    drawn: dict[int, tuple[Line, ...]] = {}
    for place in sorted(range(len(stages)), key=lambda place: stages[place][0] != "head"):
        drawn[place] = trimmed(lines_of(stages[place][1]), max(left, len(stages)))
        left -= sum(map(count_of, drawn[place]))
    return [(part, drawn[place]) for place, (part, _) in enumerate(stages)]


def _seconds(stage: Stage) -> float:
    return sum(walked.step.seconds for walked in stage[1])


def _times(stages: Sequence[Stage], whole: float) -> Markup:
    """The whole time, and how much of it each part took."""
    parts: dict[str, float] = {}
    for stage in stages:
        parts[stage[0] or "other"] = parts.get(stage[0] or "other", 0) + _seconds(stage)
    parts["between"] = max(whole - sum(parts.values()), 0)
    words = {"backbone": "backbone", "head": "head", "other": "neither", "between": "between modules"}
    told = [_part(words[kind], kind, seconds, whole) for kind, seconds in parts.items() if seconds]
    filled = [
        tag("i", class_=f"x-is-{kind}", style=f"flex-grow:{seconds / whole:.5f}")
        for kind, seconds in parts.items()
        if seconds
    ]
    stack = tag("div", *filled, class_="x-walk-stack", aria_hidden="true")
    total = tag("span", tag("b", duration(whole)), " in all, measured while every module was watched")
    return tag("div", stack, tag("div", total, *told, class_="x-legend"), class_="x-walk-times")


def _part(word: str, kind: str, seconds: float, whole: float) -> Markup:
    took = f" {duration(seconds)}, {share(seconds, whole)}"
    return tag("span", tag("b", word), took, class_=f"x-is-{kind}")


def _legend(explanation: Explanation) -> Markup:
    """How a line is read, with what the sizes of the commonest shape are."""
    shapes = Counter(step.outputs[0] for step in explanation.walk if step.outputs)
    told = ((shape, words_of(shape, explanation)) for shape, _ in shapes.most_common())
    words = next((f" {shape_of(shape)} is {words}." for shape, words in told if words.count("×") == 2), "")
    text = (
        "Each line: module, class, shape of the first tensor that goes in → comes out (+1: and one more), "
        f"time with all that is within, share of the whole.{words}"
    )
    return tag("p", text, class_="x-note")


def _tokens(explanation: Explanation) -> Markup:
    shown = [token_of(token) for token in explanation.tokens[:MOST_TOKENS]]
    more = len(explanation.tokens) - MOST_TOKENS
    rest = [f"and {more:,} more"] if more > 0 else []
    count = figures.counted(len(explanation.tokens), "token")
    return tag("div", tag("b", count), *shown, *rest, class_="x-walk-end")


def _arrow() -> Markup:
    return tag("div", "↓", class_="x-walk-arrow", aria_hidden="true")


def _output(explanation: Explanation, root: Walked) -> Markup:
    shape = next(iter(root.step.outputs), ())
    is_head = explanation.auto_class != BACKBONE
    outputs = root.step.outputs
    words = words_of_scores(outputs, explanation) if is_head else words_of(shape, explanation)
    title = tag("b", "logits" if is_head else "features")
    return tag("div", title, tag("span", shape_of(shape)), f"({words})" if words else "", class_="x-walk-end")


def _stage(part: Part | None, lines: tuple[Line, ...], scene: Scene) -> Markup:
    named = scene.explanation.backbone if part == "backbone" else ""
    title = tag("div", TITLES[part], *([" · ", tag("code", named)] if named else []), class_="x-title")
    body = [_line(line, scene, is_first=True) for line in lines]
    return tag(
        "section",
        title,
        *body,
        class_=f"x-group x-walk-stage x-of-{part or 'other'}",
        aria_label=TITLES[part],
    )


def _no_head() -> Markup:
    title = tag("div", TITLES["head"], class_="x-title")
    return tag("section", title, "No module of its own was at work.", class_="x-group x-walk-stage x-of-head")


def _line(line: Line, scene: Scene, *, is_first: bool = False) -> Markup:
    row = row_of(line, scene)
    if not line.inside and not line.hidden:
        return tag("div", row, class_="x-walk-line")
    inside = [_line(inner, scene) for inner in line.inside]
    if line.hidden:
        count = figures.counted(line.hidden, "more line")
        inside.append(tag("p", f"{count} within {line.label}: too many to draw here.", class_="x-note"))
    is_small_head = scene.is_head and count_of(line) <= SMALL
    is_open = is_small_head or line.leads_to_layers or (is_first and scene.is_head)
    body = tag("div", *inside, class_="x-walk-inside")
    opened = {"open": ""} if is_open else {}
    return tag("details", tag("summary", row), body, class_="x-walk-line", **opened)
