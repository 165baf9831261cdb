"""The page of a checkpoint, in a real browser: a link, another class, a search, Back, and a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journey import go, heading, settle
from tests.browser.server import Server, running
from tests.hub.contents import safetensors
from tests.hub.server import HubServer
from tests.ui.hub_models import BERT, bert, bert_tensors

NARROW = {"width": 400, "height": 860}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with HubServer() as hub:
        hub.add("owner/bert", bert())
        hub.add("owner/long", {"config.json": dict(BERT), "model.safetensors": safetensors(long_names())})
        with running(HF_ENDPOINT=hub.url, HF_HUB_OFFLINE="0") as app:
            yield app


def long_names() -> dict[str, tuple[int, ...]]:
    return {"<b>" + "x" * 290: (3,), **bert_tensors()}


def test_a_class_and_a_search_are_in_the_address_and_back_undoes_them(server, visitor: Page):
    go(visitor, f"{server.url}/Checkpoint", model="owner/bert", auto_class="AutoModelForTokenClassification")
    heading(visitor, "What loading it would do")
    expect(visitor.get_by_text("Train the head before you use the model")).to_be_visible()
    visitor.get_by_role("combobox", name="Class to load into").click()
    visitor.get_by_role("option", name="AutoModelForMaskedLM", exact=True).click()
    expect(visitor.get_by_text("It is ready to use.")).to_be_visible()
    visitor.get_by_label("Search the tensors").fill("query weight")
    visitor.get_by_label("Search the tensors").press("Enter")
    expect(visitor.get_by_text("2 tensors in 1 row with these words.")).to_be_visible()
    visitor.wait_for_url("**find=query+weight**")
    visitor.reload()
    settle(visitor)
    expect(visitor.get_by_label("Search the tensors")).to_have_value("query weight")
    visitor.go_back()
    expect(visitor.get_by_text("42 tensors in 26 rows.")).to_be_visible()
    visitor.go_back()
    expect(visitor.get_by_text("Train the head before you use the model")).to_be_visible()


def test_the_names_of_a_fate_unfold_by_keyboard(server, visitor: Page):
    go(visitor, f"{server.url}/Checkpoint", model="owner/bert")
    heading(visitor, "What loading it would do")
    name = visitor.get_by_text("cls.predictions.decoder.weight")
    expect(name).to_be_hidden()
    visitor.get_by_text("2 tied").last.focus()
    visitor.locator("details.x-tied summary").press("Enter")
    expect(name).to_be_visible()


def test_the_longest_name_fits_on_a_phone(server, new_visitor):
    phone = new_visitor(viewport=NARROW)
    for model in ("owner/bert", "owner/long"):
        go(phone, f"{server.url}/Checkpoint", model=model)
        heading(phone, "Tensors")
        wide = phone.evaluate("document.querySelector('.stMain').scrollWidth")
        assert wide <= NARROW["width"]
