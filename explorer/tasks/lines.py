"""A file of lines as inputs of a task, one for each line."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from explorer.errors import InputError
from explorer.tasks.plain_inputs import input_of
from explorer.tasks.question_answering import QuestionAnsweringInput
from explorer.tasks.task import Task, TaskInput
from explorer.tasks.text import MOST_TEXTS

_SEPARATORS = {"csv": ",", "tsv": "\t"}
TEXT, QUESTION, CONTEXT = "text", "question", "context"


@dataclass(frozen=True, slots=True)
class Line:
    """An input, and the line of the file that it begins on, counted from 1."""

    number: int
    inputs: TaskInput


def inputs_from_file(task: Task, name: str, content: bytes) -> tuple[Line, ...]:
    """The inputs that the file holds: a text on each line, or the columns of a CSV or TSV file.

    A column called ``text`` is taken, or the first one where none is; question answering takes
    ``question`` and ``context``, or the first two. Raises InputError, which names the line.
    """
    rows = tuple(_rows(task, name, _decoded(content)))
    if not rows:
        raise InputError("The file has no lines with text.", "Choose another.")
    if len(rows) > MOST_TEXTS:
        raise InputError(
            f"The file has {len(rows):,} lines, and at most {MOST_TEXTS:,} are taken at once.",
            "Cut it into several.",
        )
    return tuple(Line(number, _input(task, number, cells)) for number, cells in rows)


def _decoded(content: bytes) -> str:
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return content.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"The file is not text in UTF-8: byte {error.start + 1:,} cannot be read.", "Save it as UTF-8."
        ) from error


def _rows(task: Task, name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """The cells of each line that has any, with the line's number."""
    wanted = (QUESTION, CONTEXT) if isinstance(task.example, QuestionAnsweringInput) else (TEXT,)
    separator = _SEPARATORS.get(name.rpartition(".")[2].lower())
    if separator is None:
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                yield number, line.split("\t")[: len(wanted)] if len(wanted) > 1 else [line]
        return
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    places, read = None, 0
    try:
        for cells in reader:
            # A cell in quotes can have lines within it.
            number, read = read + 1, reader.line_num
            if places is None:
                titles = [cell.strip().lower() for cell in cells]
                has_titles = all(one in titles for one in wanted)
                places = [titles.index(one) for one in wanted] if has_titles else list(range(len(wanted)))
                if has_titles:
                    continue
            if any(cell.strip() for cell in cells):
                yield number, [cells[place] if place < len(cells) else "" for place in places]
    except csv.Error as error:
        raise InputError(f"Line {reader.line_num:,} is not CSV: {error}.", "Check its quotes.") from error


def _input(task: Task, number: int, cells: list[str]) -> TaskInput:
    try:
        return input_of(task, *cells)
    except InputError as error:
        raise InputError(f"Line {number:,}: {error.what}", error.advice) from error
