"""A flat table on a page: its first rows, numbers to the right."""

from explorer.table import Cell, Table
from ui.markup import Markup, draw, table, tag
from ui.results.excerpts import clipped

# The rest is in the file that is downloaded.
ROWS, COLUMNS, LETTERS = 200, 12, 150


def draw_table(found: Table) -> None:
    """Its title, its first rows and columns, and a word on what is not shown; long texts are cut."""
    rows, columns = found.rows[:ROWS], found.columns[:COLUMNS]
    is_number = [all(isinstance(row[place], int | float) for row in rows) for place in range(len(columns))]
    titles = [f"={title}" if number else title for title, number in zip(columns, is_number, strict=True)]
    draw(tag("h3", found.title))
    draw(table(found.title, titles, (_row(row, is_number) for row in rows), "x-plain"))
    left = [
        *([f"{len(found.rows) - ROWS:,} rows"] if len(found.rows) > ROWS else []),
        *([f"{len(found.columns) - COLUMNS:,} columns"] if len(found.columns) > COLUMNS else []),
    ]
    if left:
        draw(tag("p", f"{' and '.join(left)} more are in the download.", class_="x-note"))


def _row(cells: tuple[Cell, ...], is_number: list[bool]) -> Markup:
    return tag(
        "tr",
        *(
            tag("td", _text(cell), class_="x-number" if number else "", dir="auto")
            for cell, number in zip(cells, is_number, strict=False)
        ),
    )


def _text(cell: Cell) -> str:
    if isinstance(cell, float):
        return f"{cell:.4f}"
    return "" if cell is None else clipped(str(cell), LETTERS)
