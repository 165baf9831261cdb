"""What came of many inputs: tables and JSON, the failures apart."""

from explorer.batch import batch_json, batch_tables
from explorer.errors import InputError
from explorer.tasks.lines import Line
from explorer.tasks.seq2seq import Seq2SeqInput, TranslationResult

GOOD = (Line(1, Seq2SeqInput("Hello")), TranslationResult("Hallo", 2, 3))
BAD = (Line(4, Seq2SeqInput("Hm")), InputError("It is too long.", "Cut it."))


def test_results_and_failures_are_tables_of_their_own():
    results, failed = batch_tables([GOOD, BAD, GOOD])
    assert results.columns == ("line", "text", "translation_text", "input_tokens", "output_tokens")
    assert results.rows == ((1, "Hello", "Hallo", 2, 3),) * 2
    assert failed.columns == ("line", "text", "error")
    assert failed.rows == ((4, "Hm", "It is too long. Cut it."),)


def test_no_table_is_empty():
    assert batch_tables([]) == ()
    assert [table.title for table in batch_tables([BAD])] == ["Lines that failed"]
    assert [table.title for table in batch_tables([GOOD])] == ["Translation"]


def test_the_document_keeps_the_order():
    assert batch_json([BAD, GOOD]) == [
        {"line": 4, "inputs": "Hm", "error": "It is too long. Cut it."},
        {"line": 1, "inputs": "Hello", "result": [{"translation_text": "Hallo"}]},
    ]
