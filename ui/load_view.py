"""What loading the checkpoint into a class would do: a verdict in words, a bar, and every list."""

from collections.abc import Sequence

from explorer.auto_class import class_of_checkpoint
from explorer.checkpoint import Checkpoint, LoadReport
from explorer.opening import OpenedModel
from ui import cache, session
from ui.load_parts import Line, Part, parts_of
from ui.load_words import fewer_than_stored, hints_of, verdict_of
from ui.markup import Markup, draw, tag
from ui.verdicts import SIGNS, WORDS

MOST_LINES = 400
# A longer list would push away all that is below it.
MOST_OPEN = 20


def choose_class(model: OpenedModel, checkpoint: Checkpoint) -> str | None:
    """The class to load into; None, and a sentence that says why, where there is none."""
    if checkpoint.format == "gguf":
        why = "A GGUF file names its tensors in llama.cpp's way, so no class can be set beside it."
    elif not model.is_known or model.config is None:
        why = "transformers has no class for this model, so there is nothing to load it into."
    else:
        classes = cache.auto_classes(model)
        names = [found.name for found in classes]
        saved_from = class_of_checkpoint(model.config.architectures, classes)
        return session.select("Class to load into", "auto_class", names, saved_from)
    draw(tag("p", why, class_="x-note"))
    return None


def draw_load_report(report: LoadReport) -> None:
    """The verdict, what explains it, and the tensors of every fate."""
    parts = parts_of(report)
    lists = (_list(part) for part in parts if part.lines)
    draw(tag("div", _sentence(report), _bar(parts), *lists, class_="x-load"))


def draw_note(report: LoadReport, stored: int) -> None:
    """Why the numbers of tensors in the class and in the files differ, where that needs a word."""
    if note := fewer_than_stored(report, stored):
        draw(tag("p", note, class_="x-note"))


def _sentence(report: LoadReport) -> Markup:
    told, meaning = verdict_of(report)
    kind = report.verdict.replace(" ", "-")
    verdict = f"{SIGNS[report.verdict]} {WORDS[report.verdict]}"
    words = tag("p", tag("span", verdict, class_=f"x-badge x-{kind}"), " ", told, " ", tag("strong", meaning))
    hints = tag("ul", *(tag("li", hint) for hint in hints_of(report)))
    return tag("div", words, hints, class_=f"x-sentence x-{kind}")


def _bar(parts: Sequence[Part]) -> Markup:
    """The tensors of the class by their fates, as one bar and its legend."""
    shown = [part for part in parts if part.is_of_the_class]
    pieces = tag("div", *map(_piece, shown), class_="x-stack", aria_hidden="true")
    return tag("div", pieces, tag("div", *map(_legend, shown), class_="x-legend"), class_="x-load-bar")


def _piece(part: Part) -> Markup:
    return tag("i", class_=f"x-{part.fate}", style=f"flex-grow:{part.count}", title=part.title)


def _legend(part: Part) -> Markup:
    return tag("span", tag("b", part.sign, aria_hidden="true"), f" {part.title}", class_=f"x-{part.fate}")


def _list(part: Part) -> Markup:
    """The names of the part, to be unfolded."""
    lines = [_line(line) for line in part.lines[:MOST_LINES]]
    if (more := len(part.lines) - MOST_LINES) > 0:
        lines.append(tag("li", f"… and {more:,} more, which the export lists"))
    sign = tag("b", part.sign, aria_hidden="true")
    summary = tag("summary", sign, f" {part.title}", tag("small", part.meaning))
    is_open = {"open": ""} if part.is_open and len(lines) <= MOST_OPEN else {}
    return tag("details", summary, tag("ul", *lines), class_=f"x-{part.fate}", **is_open)


def _line(line: Line) -> Markup:
    times = tag("span", f" × {line.count:,}", class_="x-times") if line.count > 1 else ""
    return tag("li", tag("code", line.name), times, tag("small", f" {line.more}") if line.more else "")
