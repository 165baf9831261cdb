"""The walk through a model as lines that lie within each other, equal layers in a row as one."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from explorer.inside.explanation import Part, WalkStep


@dataclass(frozen=True, slots=True)
class Walked:
    """A module at work with the modules that worked for it."""

    step: WalkStep
    inside: tuple["Walked", ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a module, or ``count`` of them in a row that are alike.

    ``label`` is the path within the line above. ``seconds`` are those of all of them, and what is inside
    such a row is a line for each. ``alike`` is the label of the line whose inside is the same and shown
    there. ``hidden`` counts the lines within it that are too many to show.
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
    """A line for each module, or for each row of layers that are alike."""
    return tuple(_folded(run, above) if len(run) > 1 else _line(run[0], above) for run in _runs_of(walked))


def _runs_of(walked: Sequence[Walked]) -> list[list[Walked]]:
    runs: list[list[Walked]] = []
    for here in walked:
        if runs and _follows(runs[-1][-1].step, here.step) and _are_alike(runs[-1][-1], here):
            runs[-1].append(here)
        else:
            runs.append([here])
    return runs


def _follows(before: WalkStep, step: WalkStep) -> bool:
    """Whether the step is the next layer of the list, or the same module once more."""
    list_before, number_before = _numbered(before.path)
    list_now, number = _numbered(step.path)
    is_next = number is not None and list_now == list_before and number - 1 == number_before
    return is_next or step.path == before.path


def _numbered(path: str) -> tuple[str, int | None]:
    found = re.fullmatch(r"(.*?)([0-9]{1,9})", path)
    return (found[1], int(found[2])) if found else (path, None)


def _are_alike(one: Walked, other: Walked) -> bool:
    """Whether two modules differ in nothing but name and time, and those within them neither."""
    return (
        _looks(one.step) == _looks(other.step)
        and _names_within(one) == _names_within(other)
        and all(map(_are_alike, one.inside, other.inside))
    )


def _looks(step: WalkStep) -> tuple[object, ...]:
    # Of what goes in the first tensor alone: only the layers behind the first get what the first one made.
    return step.class_name, step.part, step.inputs[:1], step.outputs


def _names_within(walked: Walked) -> list[str]:
    return [_label(inner.step.path, walked.step.path) for inner in walked.inside]


def _line(walked: Walked, above: str) -> Line:
    step = walked.step
    return Line(_label(step.path, above), step, step.seconds, lines_of(walked.inside, step.path))


def _folded(run: Sequence[Walked], above: str) -> Line:
    """The row as a line; the inside of its layers is shown in the first alone."""
    members = [_line(walked, above) for walked in run]
    first, last = members[0], members[-1]
    label = first.label if first.label == last.label else f"{first.label} … {last.label}"
    alike = (replace(line, inside=(), alike=first.label) if line.inside else line for line in members[1:])
    seconds = sum(line.seconds for line in members)
    return Line(label, first.step, seconds, (first, *alike), len(run))


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
