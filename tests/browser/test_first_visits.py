"""A server that nobody has visited yet."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.journey import SETTLED, go, head, heading, settle
from tests.browser.server import running

BERT = "gallery:google-bert/bert-base-uncased"


@pytest.fixture
def cold_server():
    with running() as server:
        yield server


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("Config_and_parameters", "Config and parameters"),
        ("Backbone_and_head", "The two trees, aligned"),
        ("Checkpoint", "google-bert/bert-base-uncased"),
    ],
)
def test_a_deep_link_can_be_the_first_request(cold_server, visitor, path, shown):
    chosen = "AutoModelForTokenClassification"
    go(visitor, f"{cold_server.url}/{path}", model=BERT, auto_class=chosen)
    heading(visitor, shown)
    expect(visitor.get_by_label("Model", exact=True)).to_have_value(BERT)
    expect(visitor.get_by_text("Page not found")).to_have_count(0)
    if path == "Backbone_and_head":
        expect(head(visitor, chosen)).to_have_attribute("aria-checked", "true")


def test_six_visitors_at_once_are_all_served(cold_server, new_visitor):
    visitors = [new_visitor() for _ in range(6)]
    for number, visitor in enumerate(visitors):
        page = "" if number % 2 else "Backbone_and_head"
        visitor.goto(f"{cold_server.url}/{page}?model={BERT}", wait_until="commit")
    for visitor in visitors:
        visitor.wait_for_selector(SETTLED)
        expect(visitor.get_by_text("BertForMaskedLM").first).to_be_visible()
        expect(visitor.get_by_test_id("stAlert").filter(has_text="failed")).to_have_count(0)


def test_the_running_server_has_neither_torch_nor_transformers(cold_server, visitor):
    go(visitor, f"{cold_server.url}/Backbone_and_head", model=BERT)
    heading(visitor, "The head matrix")
    expect(head(visitor, "AutoModelForMaskedLM")).to_be_visible()
    # Whatever imports torch maps its libraries; transformers needs tokenizers, which is one too.
    mapped = Path(f"/proc/{cold_server.pid}/maps").read_text()
    assert "streamlit" in Path(f"/proc/{cold_server.pid}/cmdline").read_text()
    for library in ("libtorch", "torch/_C", "tokenizers"):
        assert library not in mapped


def test_the_first_page_is_painted_before_the_workers_are_ready(cold_server, visitor):
    visitor.goto(cold_server.url)
    settle(visitor)
    heading(visitor, "What is inside this model?")
    heading(visitor, "Gallery")
