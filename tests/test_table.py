"""Tables as files: what goes in comes out again, and nothing in them runs or draws."""

import csv
import io

import pytest
from hypothesis import given, strategies

from explorer.table import Table, csv_text, markdown_text, records

HOSTILE = (
    '=HYPERLINK("http://evil","click")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "  =1+1",
    "＝1+1",
    "a;=1+1",
    "a\n=1+1",
    "a\r\n@x",
)
words = strategies.text(strategies.characters(codec="utf-8", exclude_characters="=+-@＝＋－＠\r\0"))
cells = strategies.none() | strategies.integers() | words


def table(*rows, columns=("name", "count"), title="Modules"):
    return Table(title, columns, rows)


def parsed(text, delimiter=","):
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def cells_of(line):
    """The cells of a line of a Markdown table, as a reader would see them."""
    found, cell, letters = [], "", iter(line.removeprefix("| ").removesuffix(" |"))
    for letter in letters:
        if letter == "\\":
            cell += next(letters)
        elif letter == "|":
            found.append(cell.strip())
            cell = ""
        else:
            cell += letter
    read = [*found, cell.strip()]
    return [text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") for text in read]


@given(strategies.lists(strategies.tuples(cells, cells)))
def test_what_goes_into_csv_comes_out_again(rows):
    expected = [["" if cell is None else str(cell) for cell in row] for row in rows]
    assert parsed(csv_text(table(*rows)))[1:] == expected


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("name", HOSTILE)
def test_no_cell_is_a_formula_whatever_the_spreadsheet_takes_for_a_separator(name, delimiter):
    text = csv_text(table((name, 1), ("plain", 2), columns=(name, "count")))
    for row in parsed(text, delimiter):
        for cell in row:
            assert not cell.strip().startswith(tuple("=+-@＝＋－＠")), cell


def test_a_formula_becomes_text_by_an_apostrophe():
    assert csv_text(table(("=1+1", -5))) == "name,count\r\n'=1+1,-5\r\n"


def test_a_list_with_negative_numbers_stays_as_it_is():
    assert parsed(csv_text(table(("[-100, -1]", 0))))[1] == ["[-100, -1]", "0"]


@given(strategies.lists(strategies.tuples(strategies.text(), strategies.text()), min_size=1))
def test_what_goes_into_markdown_is_what_is_read(rows):
    lines = markdown_text(table(*rows)).split("\n")
    expected = [[" ".join(cell.split()) for cell in row] for row in rows]
    assert [cells_of(line) for line in lines[4:-1]] == expected


@pytest.mark.parametrize(
    "name", ["<img src=x>", "a|b", "a\n\n# b", "[x](javascript:1)", "`a`", "&lt;b>", "\\|"]
)
def test_a_name_in_markdown_draws_nothing(name):
    text = markdown_text(table((name, name), title=name))
    assert "<" not in text
    assert ">" not in text
    assert len(text.split("\n")) == 6
    assert cells_of(text.split("\n")[4]) == [name.replace("\n\n", " ")] * 2


def test_a_cell_of_dashes_is_a_cell():
    assert cells_of(markdown_text(table(("---", 1))).split("\n")[4]) == ["---", "1"]


def test_numbers_stand_to_the_right_in_markdown():
    rule = markdown_text(table(("a", 1), ("b", None))).split("\n")[3]
    assert rule == "| --- | ---: |"
    assert "---:" not in markdown_text(table(("a", True)))
    assert markdown_text(table()).split("\n")[2:4] == ["| name | count |", "| --- | --- |"]


def test_several_tables_are_written_one_after_the_other():
    text = markdown_text(table(("a", 1), title="One"), table(("b", 2), title="Two"))
    assert [line for line in text.split("\n") if line.startswith("#")] == ["## One", "## Two"]


def test_records_have_the_names_of_the_columns():
    assert records(table(("a", 1), ("b", None))) == [
        {"name": "a", "count": 1},
        {"name": "b", "count": None},
    ]
