"""Rows under named columns: what a page shows, in the forms that people take along."""

import csv
import io
from dataclasses import dataclass

Cell = str | int | float | bool | None

# A spreadsheet would run what begins with one of these; names in configs and files are untrusted.
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Table:
    """A title, the columns' names, and rows with a cell for each column; None is an empty cell."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def csv_text(table: Table) -> str:
    """The table as CSV with a header line; numbers keep every digit."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(table.columns)
    writer.writerows([_csv_cell(cell) for cell in row] for row in table.rows)
    return file.getvalue()


def markdown_text(*tables: Table) -> str:
    """The tables in Markdown, one after the other, each under its title."""
    return "\n".join(line for table in tables for line in _markdown_lines(table))


def records(table: Table) -> list[dict[str, Cell]]:
    """The rows as JSON would have them, each with its columns' names."""
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def _csv_cell(cell: Cell) -> Cell:
    """The cell; a text that a spreadsheet would take for a formula begins with an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULAS) else cell


def _markdown_lines(table: Table) -> list[str]:
    rows = [table.columns, ("---",) * len(table.columns), *table.rows]
    lines = ["| " + " | ".join(map(_markdown_cell, row)) + " |" for row in rows]
    return [f"## {_markdown_cell(table.title)}", "", *lines, ""]


def _markdown_cell(cell: Cell) -> str:
    """The cell on one line, with nothing in it that ends the cell or begins an HTML tag."""
    text = "" if cell is None else str(cell)
    for letter in "\\|<`*_[]":
        text = text.replace(letter, f"\\{letter}")
    return " ".join(text.split()) if text != "---" else text
