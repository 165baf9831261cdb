"""A file of lines becomes inputs, and a file that cannot says which line and why."""

import pytest

from explorer import tasks
from explorer.errors import InputError
from explorer.tasks.fill_mask import FillMaskInput
from explorer.tasks.lines import Line, inputs_from_file
from explorer.tasks.question_answering import QuestionAnsweringInput
from explorer.tasks.text import LONGEST, MOST_TEXTS
from explorer.tasks.text_classification import TextClassificationInput

MASK, LABELS, ANSWERS = map(tasks.find, ("fill-mask", "text-classification", "question-answering"))


def texts(name: str, content: str) -> list[str]:
    return [one.inputs.texts[0] for one in inputs_from_file(LABELS, name, content.encode())]


def test_each_line_of_text_is_an_input_of_its_own():
    found = inputs_from_file(MASK, "lines.txt", b"one [MASK]\r\n\r\n  \ntwo, [MASK]\n")
    assert found == (Line(1, FillMaskInput("one [MASK]")), Line(4, FillMaskInput("two, [MASK]")))
    assert inputs_from_file(LABELS, "lines.txt", b"good") == (Line(1, TextClassificationInput(("good",))),)


def test_a_mark_at_the_beginning_and_letters_of_any_script_are_kept_apart():
    assert texts("a.txt", "\ufeffgrüß 🌍\nשלום") == ["grüß 🌍", "שלום"]


def test_a_file_of_a_spreadsheet_in_wide_letters_is_read():
    assert inputs_from_file(MASK, "a.txt", "é [MASK]".encode("utf-16")) == (
        Line(1, FillMaskInput("é [MASK]")),
    )


def test_of_a_table_the_column_called_text_is_taken():
    assert texts("a.csv", 'id,Text\n1,"good, very"\n2,"two\nlines"\n\n') == ["good, very", "two\nlines"]
    assert texts("a.tsv", "id\ttext\n1\tgood\n") == ["good"]


def test_a_row_is_of_the_line_that_it_begins_on():
    found = inputs_from_file(LABELS, "a.csv", b'text\n"two\nlines"\n\nfive\n')
    assert [(line.number, line.inputs.texts[0]) for line in found] == [(2, "two\nlines"), (5, "five")]


def test_a_table_without_that_title_gives_its_first_column():
    assert texts("a.csv", "good,1\nbad,2\n") == ["good", "bad"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "context,question\nHere.,Where?\n"),
        ("a.csv", "Where?,Here.\n"),
        ("a.txt", "Where?\tHere.\n"),
    ],
)
def test_questions_come_with_their_context(name, content):
    (found,) = inputs_from_file(ANSWERS, name, content.encode())
    assert found.inputs == QuestionAnsweringInput("Where?", "Here.")


@pytest.mark.parametrize(
    ("task", "name", "content", "said"),
    [
        (LABELS, "a.txt", b"", "no lines"),
        (LABELS, "a.csv", b"text\n", "no lines"),
        (LABELS, "a.txt", b"caf\xe9", "byte 4 cannot be read"),
        (LABELS, "a.txt", b"a\n" * (MOST_TEXTS + 1), "1,001 lines"),
        (LABELS, "a.txt", b"good\n" + b"a" * (LONGEST + 1), "Line 2: The text has 100,001"),
        (ANSWERS, "a.txt", b"Where?\n", "Line 1: There is no context"),
        (ANSWERS, "a.csv", b"question,context\nWhere?\n", "Line 2: There is no context"),
        (LABELS, "a.csv", b"text\n" + b"a" * 200_000, "is not CSV"),
    ],
)
def test_what_cannot_be_read_says_why(task, name, content, said):
    with pytest.raises(InputError, match=said):
        inputs_from_file(task, name, content)
