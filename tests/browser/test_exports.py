"""What a page shows is taken along: exported, and opened again as a reader would."""

import csv
import io
import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journey import go, heading
from tests.browser.server import Server, running
from tests.hub.server import HubServer
from tests.ui.hub_models import bert

# Remembers every state of the page's script, so that a rerun cannot pass unseen.
WATCH = """() => {
  window.states = [];
  const app = document.querySelector("[data-testid=stApp]");
  new MutationObserver(() => window.states.push(app.dataset.testScriptState))
    .observe(app, { attributeFilter: ["data-test-script-state"] });
}"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with HubServer() as hub:
        hub.add("owner/bert", bert())
        with running(HF_ENDPOINT=hub.url, HF_HUB_OFFLINE="0") as app:
            yield app


def exported(visitor: Page, form: str) -> tuple[str, str]:
    """The name and the text of the file that the visitor gets."""
    button = visitor.get_by_role("button", name=re.compile(f"^{form}")).first
    if not button.is_visible():
        visitor.get_by_role("button", name="Export").click()
    expect(button).to_be_visible()
    with visitor.expect_download() as download:
        button.click()
    path = download.value.path()
    return download.value.suggested_filename, path.read_bytes().decode("utf-8")


def at_home(visitor: Page, server: Server) -> None:
    go(visitor, server.url, model="owner/bert")
    expect(visitor.get_by_text("◐ untrained head").first).to_be_visible()


def test_the_facts_arrive_as_csv_json_and_markdown_and_nothing_is_run_again(server, visitor):
    at_home(visitor, server)
    visitor.evaluate(WATCH)
    name, text = exported(visitor, "CSV")
    assert name == "bert-facts.csv"
    rows = dict(csv.reader(io.StringIO(text, newline="")))
    name, text = exported(visitor, "JSON")
    assert name == "bert-facts.json"
    document = json.loads(text)
    assert int(rows["parameter_count"]) == document["parameter_count"] > 20_000
    assert document["auto_class"] == rows["auto_class"] == "AutoModelForMaskedLM"
    assert "AutoModelForTokenClassification" in {found["auto_class"] for found in document["auto_classes"]}
    name, text = exported(visitor, "Markdown")
    assert name == "bert-facts.md"
    assert [line for line in text.splitlines() if line.startswith("## ")] == ["## Facts", "## Auto classes"]
    assert f"| parameter\\_count | {document['parameter_count']} |" in text
    assert "running" not in visitor.evaluate("window.states")


@pytest.mark.parametrize("path", ["Config_and_parameters", "Backbone_and_head", "Checkpoint"])
def test_every_page_gives_its_tables(server, visitor, path):
    go(visitor, f"{server.url}/{path}", model="owner/bert")
    heading(visitor, "owner/bert")
    _, text = exported(visitor, "CSV")
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert len(rows) > 5
    assert {len(row) for row in rows} == {len(header)}
    _, text = exported(visitor, "JSON")
    assert json.loads(text)
    _, text = exported(visitor, "Markdown")
    tables = [line for line in text.splitlines() if line.startswith("| ")]
    assert len(tables) > len(rows)


def test_the_code_is_shown_to_be_copied(server, visitor):
    at_home(visitor, server)
    visitor.get_by_role("button", name="Python").click()
    code = visitor.get_by_test_id("stPopoverBody").get_by_test_id("stCode")
    expect(code).to_contain_text("AutoModelForMaskedLM.from_pretrained(model_id, revision=revision)")


def test_the_exports_fit_on_a_phone(server, new_visitor):
    phone = new_visitor(viewport={"width": 400, "height": 850})
    at_home(phone, server)
    phone.get_by_role("button", name="Python").click()
    body = phone.get_by_test_id("stPopoverBody")
    expect(body).to_be_visible()
    box = body.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 400
