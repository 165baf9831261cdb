"""The walk through a model as lines that lie within each other, equal layers in a row as one."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from explorer.inside.explanation import Part, Shape, WalkStep


@dataclass(frozen=True, slots=True)
class Walked:
    """A module at work with the modules that worked for it."""

    step: WalkStep
    inside: tuple["Walked", ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a module, or ``count`` of them in a row that are of one class and take and give the same.

    ``label`` is the path within the line above. ``alike`` is the label of the line whose inside is the
    same and drawn there. ``hidden`` counts the lines within it that are too many to draw.
    """

    label: str
    step: WalkStep
    seconds: float
    inside: tuple["Line", ...] = ()
    count: int = 1
    alike: str | None = None
    hidden: int = 0

    @property
    def leads_to_layers(self) -> bool:
        """Whether equal layers are among what is inside."""
        return self.count == 1 and any(line.count > 1 or line.leads_to_layers for line in self.inside)


Stage = tuple[Part | None, tuple[Walked, ...]]


def tree_of(walk: Iterable[WalkStep]) -> tuple[Walked, ...]:
    """The steps, given in the order in which they began, each with those within it."""
    return _within(list(walk), -1)


def _within(steps: Sequence[WalkStep], depth: int) -> tuple[Walked, ...]:
    found = []
    start = 0
    while start < len(steps) and steps[start].depth > depth:
        first = steps[start]
        rest = range(start + 1, len(steps))
        end = next((place for place in rest if steps[place].depth <= first.depth), len(steps))
        found.append(Walked(first, _within(steps[start + 1 : end], first.depth)))
        start = end
    return tuple(found)


def stages_of(roots: Iterable[Walked]) -> tuple[Stage, ...]:
    """What works one after the other: backbone, head; what holds both is opened."""
    opened = [part for root in roots for part in _opened(root)]
    parts = groupby(opened, lambda walked: walked.step.part)
    return tuple((part, tuple(walked)) for part, walked in parts)


def _opened(walked: Walked) -> Iterator[Walked]:
    if walked.step.part is None and walked.inside:
        for inner in walked.inside:
            yield from _opened(inner)
    else:
        yield walked


def lines_of(walked: Sequence[Walked], above: str = "") -> tuple[Line, ...]:
    """A line for each module, or for each row of equal ones."""
    return tuple(_folded(run, above) if len(run) > 1 else _line(run[0], above) for run in _runs_of(walked))


def _runs_of(walked: Sequence[Walked]) -> list[list[Walked]]:
    runs: list[list[Walked]] = []
    for here in walked:
        if runs and _follows(runs[-1][-1].step, here.step):
            runs[-1].append(here)
        else:
            runs.append([here])
    return runs


def _follows(before: WalkStep, step: WalkStep) -> bool:
    """Whether the step is the next layer of the list, or the same module once more, with the same shapes."""
    if (before.class_name, _main(before)) != (step.class_name, _main(step)):
        return False
    list_before, number_before = _numbered(before.path)
    list_now, number = _numbered(step.path)
    is_next = number is not None and list_now == list_before and number - 1 == number_before
    return is_next or step.path == before.path


def _main(step: WalkStep) -> tuple[Shape | None, Shape | None]:
    """The first tensor that goes in and the first that comes out; what follows them differs at times."""
    return next(iter(step.inputs), None), next(iter(step.outputs), None)


def _numbered(path: str) -> tuple[str, int | None]:
    found = re.fullmatch(r"(.*?)([0-9]{1,9})", path)
    return (found[1], int(found[2])) if found else (path, None)


def _line(walked: Walked, above: str) -> Line:
    step = walked.step
    return Line(_label(step.path, above), step, step.seconds, lines_of(walked.inside, step.path))


def _folded(run: Sequence[Walked], above: str) -> Line:
    first, last = run[0].step, run[-1].step
    labels = [_label(first.path, above), _label(last.path, above)]
    label = labels[0] if first.path == last.path else " … ".join(labels)
    seconds = sum(walked.step.seconds for walked in run)
    return Line(label, first, seconds, tuple(_members(run, above)), len(run))


def _members(run: Sequence[Walked], above: str) -> Iterator[Line]:
    """The layers of the row one by one; an inside that was drawn before is not drawn again."""
    drawn: dict[object, str] = {}
    for walked in run:
        line = _line(walked, above)
        known = drawn.setdefault(_pattern(walked, walked.step.path), line.label)
        is_again = known != line.label and bool(line.inside)
        yield replace(line, inside=(), alike=known) if is_again else line


def _pattern(walked: Walked, above: str) -> object:
    """What makes two insides equal: all but the times."""
    inner = walked.inside
    return [
        (part.step.path.removeprefix(above), part.step.class_name, _main(part.step), _pattern(part, above))
        for part in inner
    ].__repr__()


def _label(path: str, above: str) -> str:
    return path.removeprefix(f"{above}.") if above else path


def trimmed(lines: tuple[Line, ...], most: int) -> tuple[Line, ...]:
    """The lines with at most so many of them, the outer ones first."""
    kept: set[int] = set()
    level: list[Line] = list(lines)
    while level and len(kept) < most:
        kept.update(id(line) for line in level[: most - len(kept)])
        level = [inner for line in level if id(line) in kept for inner in line.inside]
    return tuple(_kept(line, kept) for line in lines if id(line) in kept)


def _kept(line: Line, kept: set[int]) -> Line:
    shown = tuple(_kept(inner, kept) for inner in line.inside if id(inner) in kept)
    hidden = sum(count_of(inner) for inner in line.inside if id(inner) not in kept)
    return replace(line, inside=shown, hidden=hidden)


def count_of(line: Line) -> int:
    """How many lines the line is, all within it included."""
    return 1 + sum(count_of(inner) for inner in line.inside)
