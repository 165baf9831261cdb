"""Rows under named columns: what a page shows, in the forms that people take along."""

import csv
import io
import re
from dataclasses import dataclass

Cell = str | int | float | bool | None

# A spreadsheet runs a cell that begins with one of these. Where the semicolon separates cells it
# begins one within a text, quoted or not. Names in configs and files are untrusted.
_FORMULA = re.compile(r"((?:^|[;\t\r\n])\s*)(?=[=+\-@＝＋－＠])")
# What begins something in Markdown; an entity cannot be taken for a backslash's escape.
_MARKDOWN = {letter: f"\\{letter}" for letter in "\\|`*_[]~$"} | {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


@dataclass(frozen=True, slots=True)
class Table:
    """A title, the columns' names, and rows with a cell for each column; None is an empty cell."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def csv_text(table: Table) -> str:
    """The table as CSV with a header line; numbers keep every digit.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(map(_csv_cell, table.columns))
    writer.writerows(map(_csv_cell, row) for row in table.rows)
    return file.getvalue()


def markdown_text(*tables: Table) -> str:
    """The tables in Markdown, one after the other, each under its title; numbers to the right."""
    return "\n".join(line for table in tables for line in _markdown_lines(table))


def records(table: Table) -> list[dict[str, Cell]]:
    """The rows as JSON would have them, each with its columns' names."""
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def _csv_cell(cell: Cell) -> Cell:
    return _FORMULA.sub(r"\1'", cell) if isinstance(cell, str) else cell


def _markdown_lines(table: Table) -> list[str]:
    lines = [_markdown_row(row) for row in (table.columns, *table.rows)]
    columns = zip(*table.rows, strict=True) if table.rows else [()] * len(table.columns)
    rule = f"| {' | '.join('---:' if _is_numbers(column) else '---' for column in columns)} |"
    return [f"## {_markdown_cell(table.title)}", "", lines[0], rule, *lines[1:], ""]


def _markdown_row(row: tuple[Cell, ...]) -> str:
    return f"| {' | '.join(map(_markdown_cell, row))} |"


def _markdown_cell(cell: Cell) -> str:
    """The cell on one line, with nothing in it that ends the cell or begins anything else."""
    text = "" if cell is None else str(cell)
    return "".join(_MARKDOWN.get(letter, letter) for letter in " ".join(text.split()))


def _is_numbers(cells: tuple[Cell, ...]) -> bool:
    known = [cell for cell in cells if cell is not None]
    return bool(known) and all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in known)
