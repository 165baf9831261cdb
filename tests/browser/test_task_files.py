"""A file of lines goes through a model: what is seen meanwhile, and what is taken along."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journey import open_task, rest, run_button, stop_button
from tests.browser.server import Server, running

HOSTILE = "<img src=x onerror=window.harmed=1> [a](javascript:alert(1)) $x^2$ :material/home:"


@pytest.fixture(scope="module")
def server(slow_model: Path) -> Iterator[Server]:
    with running(EXPLORER_LOCAL_ROOTS=str(slow_model.parent)) as app:
        yield app


def give(page: Page, name: str, text: str) -> None:
    """Upload the text as a file, and let the model run it."""
    file = {"name": name, "mimeType": "text/plain", "buffer": text.encode()}
    page.get_by_test_id("stMain").locator("input[type=file]").last.set_input_files(file)
    button = page.get_by_role("button", name="Run the file")
    expect(button).to_be_enabled()
    rest(page)
    button.click()


def downloaded(page: Page) -> list[dict[str, str]]:
    """The rows of the table that the page gives to take along."""
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("CSV:")).first.click()
    text = download.value.path().read_bytes().decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_every_line_of_a_table_is_run_and_can_be_downloaded(server, visitor):
    texts = [f"I {'love' if number % 2 else 'hate'} film {number}, really." for number in range(29)]
    lines = io.StringIO()
    csv.writer(lines).writerows([["number", "text"], *enumerate([*texts, HOSTILE])])
    open_task(visitor, server.url, "text-classification", given="File of lines")
    give(visitor, "thirty.csv", lines.getvalue())
    expect(visitor.get_by_role("button", name="Export")).to_be_visible()
    rest(visitor)
    rows = downloaded(visitor)
    assert {row["text"] for row in rows} == {*texts, HOSTILE}
    # Below the titles.
    assert {int(row["line"]): row["text"] for row in rows} == dict(enumerate([*texts, HOSTILE], 2))
    assert visitor.evaluate("window.harmed") is None
    expect(visitor.get_by_test_id("stMain").locator("img[src=x], .katex")).to_have_count(0)
    expect(visitor.get_by_test_id("stMain").get_by_text("onerror").first).to_be_visible()


def test_a_bad_line_fails_alone(server, visitor):
    open_task(visitor, server.url, "fill-mask", given="File of lines")
    text = "The capital of Spain is [MASK].\nThere is no gap.\nThe capital of Italy is [MASK].\n"
    give(visitor, "three.txt", text)
    failed = visitor.get_by_role("region", name="Lines that failed")
    expect(failed).to_contain_text("There is no mask in the text")
    rest(visitor)
    expect(failed.get_by_role("row")).to_have_count(2)
    expect(visitor.get_by_role("heading", name="Lines that failed")).to_be_visible()
    expect(failed.get_by_role("row").last).to_contain_text("2There is no gap.")
    rows = downloaded(visitor)
    assert {(row["line"], row["text"]) for row in rows} == {
        ("1", text.splitlines()[0]),
        ("3", text.splitlines()[2]),
    }


def test_progress_is_seen_and_stop_keeps_what_is_done(server, visitor, slow_model):
    open_task(
        visitor, server.url, "text-generation", str(slow_model), given="File of lines", max_new_tokens="20"
    )
    texts = [f"Once upon a time there were {number} cats" for number in range(200)]
    give(visitor, "many.txt", "\n".join(texts))
    expect(visitor.get_by_text("3 lines of 200")).to_be_visible(timeout=60_000)
    expect(visitor.get_by_role("progressbar")).to_be_visible()
    stop_button(visitor).click()
    expect(visitor.get_by_text("It was stopped after")).to_be_visible()
    rest(visitor)
    rows = downloaded(visitor)
    assert 3 <= len(rows) < 100
    assert [row["text"] for row in rows] == texts[: len(rows)]


def test_a_file_that_cannot_be_read_gets_a_message(server, visitor):
    open_task(visitor, server.url, "fill-mask", given="File of lines")
    give(visitor, "empty.txt", "\n \n")
    expect(visitor.get_by_test_id("stAlert")).to_contain_text("no lines with text")
    expect(run_button(visitor)).to_have_count(0)
