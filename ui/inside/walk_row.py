"""One line of the walk: a module, what goes in and comes out, and how long it took."""

from dataclasses import dataclass

from explorer.inside.explanation import Explanation, Shape
from explorer.inside.walk_outline import Line
from ui.inside.shape_words import words_of
from ui.inside.words import bar, duration, shape_of, share
from ui.markup import Markup, join, name, tag


@dataclass(frozen=True, slots=True)
class Scene:
    """What every line needs to know of the whole."""

    explanation: Explanation
    seconds: float
    is_head: bool = False


def row_of(line: Line, scene: Scene) -> Markup:
    """Name, class, shapes, time and share of a line."""
    times = [tag("span", f"× {line.count}", class_="x-times")] if line.count > 1 else []
    known = [tag("small", f"inside as in {line.alike}")] if line.alike else []
    called = tag("span", tag("code", name(line.label or "the model")), *times, class_="x-walk-name")
    kind = tag("span", tag("small", line.step.class_name), *known, class_="x-walk-class")
    took = tag(
        "span",
        bar(line.seconds / scene.seconds if scene.seconds else 0, "x-of-head" if scene.is_head else ""),
        tag("span", duration(line.seconds), class_="x-walk-time"),
        tag("span", share(line.seconds, scene.seconds), class_="x-walk-share"),
        class_="x-walk-took",
    )
    return tag("span", called, kind, _shapes(line, scene.explanation), took, class_="x-walk-row")


def _shapes(line: Line, explanation: Explanation) -> Markup:
    """The first tensor in and the first out; all of them, with words, where the mouse rests."""
    step = line.step
    first = [shape_of(shapes[0]) if shapes else "–" for shapes in (step.inputs, step.outputs)]
    title = f"in: {_all(step.inputs, explanation)}; out: {_all(step.outputs, explanation)}"
    spoken = tag("span", " gives ", class_="x-hidden")
    arrow = tag("span", " → ", aria_hidden="true")
    shown = (first[0], _more(step.inputs), join((arrow, spoken)), first[1], _more(step.outputs))
    return tag("span", *shown, class_="x-walk-shape", title=title)


def _more(shapes: tuple[Shape, ...]) -> Markup:
    return tag("small", f" +{len(shapes) - 1}") if len(shapes) > 1 else Markup()


def _all(shapes: tuple[Shape, ...], explanation: Explanation) -> str:
    return " and ".join(_told(shape, explanation) for shape in shapes) or "no tensor"


def _told(shape: Shape, explanation: Explanation) -> str:
    words = words_of(shape, explanation)
    return f"{shape_of(shape)} ({words})" if words else shape_of(shape)
