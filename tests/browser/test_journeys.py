"""What visitors do, from a pasted id to an answer, in a real browser on a real server."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.journey import go, head, heading, paste, rest, settle
from tests.browser.server import Server, running
from tests.hub.server import HubServer
from tests.ui.hub_models import BERT, REAL_BERT, bert, real_bert


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with HubServer() as hub:
        hub.add("owner/bert", bert())
        hub.add(REAL_BERT, real_bert())
        with running(HF_ENDPOINT=hub.url, HF_HUB_OFFLINE="0") as app:
            yield app


def box(visitor: Page) -> Locator:
    return visitor.get_by_label("Model", exact=True)


def test_paste_an_id_and_read_the_head_matrix(server, visitor):
    go(visitor, server.url)
    paste(visitor, REAL_BERT)
    heading(visitor, REAL_BERT)
    expect(visitor.get_by_text("109,514,298 exactly")).to_be_visible()
    visitor.locator(".st-key-next").get_by_role("link", name="Backbone and head").click()
    heading(visitor, "The head matrix")
    for name, verdict in (
        ("AutoModelForMaskedLM", "✓ ready"),
        ("AutoModelForPreTraining", "✓ ready"),
        ("AutoModelForSequenceClassification", "◐ untrained"),
    ):
        expect(head(visitor, name)).to_contain_text(verdict)
    assert "model=google-bert%2Fbert-base-uncased" in visitor.url


def test_the_commit_that_was_read_is_on_every_page(server, visitor):
    for page in ("", "Backbone_and_head"):
        go(visitor, f"{server.url}/{page}", model="owner/bert")
        expect(visitor.get_by_text("commit")).to_be_visible()


def test_the_class_that_is_compared_is_in_the_address_and_survives_a_reload(server, visitor):
    go(visitor, f"{server.url}/Backbone_and_head", model="owner/bert")
    heading(visitor, "The head matrix")
    rest(visitor)
    head(visitor, "AutoModelForTokenClassification").click()
    expect(visitor.get_by_text("BertForTokenClassification is BertModel plus")).to_be_visible()
    visitor.wait_for_url("**auto_class=AutoModelForTokenClassification**")
    visitor.reload()
    settle(visitor)
    expect(visitor.get_by_text("BertForTokenClassification is BertModel plus")).to_be_visible()
    expect(visitor.get_by_text("before training, its answers are random")).to_be_visible()
    expect(box(visitor)).to_have_value("owner/bert")


def test_back_leads_to_the_model_before(server, visitor):
    go(visitor, server.url, model="arch:gpt2")
    heading(visitor, "gpt2")
    paste(visitor, "owner/bert")
    heading(visitor, "owner/bert")
    visitor.go_back()
    heading(visitor, "gpt2")
    expect(box(visitor)).to_have_value("arch:gpt2")


def test_back_leads_to_the_page_before_with_its_model(server, visitor):
    go(visitor, server.url, model="owner/bert")
    heading(visitor, "owner/bert")
    visitor.get_by_test_id("stSidebar").get_by_role("link", name="Backbone and head").click()
    heading(visitor, "The head matrix")
    visitor.go_back()
    heading(visitor, "owner/bert")
    expect(box(visitor)).to_have_value("owner/bert")


def test_a_card_of_the_gallery_opens_its_model(server, visitor):
    go(visitor, server.url)
    visitor.get_by_test_id("stButtonGroup").get_by_text("GPT-2", exact=True).click()
    visitor.get_by_role("link", name="openai-community/gpt2 ").first.click()
    heading(visitor, "openai-community/gpt2")
    expect(visitor.get_by_text("124,439,808 exactly")).to_be_visible()


def test_a_config_can_be_pasted_and_shared_as_a_link(server, visitor, new_visitor):
    go(visitor, server.url)
    paste(visitor, json.dumps(BERT, indent=2))
    heading(visitor, "Pasted config")
    visitor.wait_for_url("**model=config**")
    friend = new_visitor()
    friend.goto(visitor.url)
    settle(friend)
    heading(friend, "Pasted config")
    expect(friend.get_by_text("BertForMaskedLM").first).to_be_visible()


def test_a_config_can_be_uploaded(server, visitor):
    go(visitor, server.url)
    visitor.get_by_role("button", name="Upload").click()
    file = {"name": "config.json", "mimeType": "application/json", "buffer": json.dumps(BERT).encode()}
    visitor.locator("input[type=file]").set_input_files(file)
    heading(visitor, "Pasted config")


def test_the_enter_key_sends_what_was_typed(server, visitor):
    go(visitor, server.url)
    box(visitor).fill("owner/bert")
    box(visitor).press("Enter")
    heading(visitor, "owner/bert")


def test_an_error_says_what_to_do_and_keeps_what_was_typed(server, visitor):
    go(visitor, server.url, model="owner/bert")
    heading(visitor, "owner/bert")
    paste(visitor, "nobody/nothing")
    expect(visitor.get_by_test_id("stAlert")).to_contain_text("nobody/nothing")
    expect(box(visitor)).to_have_value("nobody/nothing")
    paste(visitor, "owner/bert")
    heading(visitor, "owner/bert")


def test_a_reload_of_a_page_loses_nothing(server, visitor):
    go(visitor, server.url)
    paste(visitor, "arch:gpt2")
    heading(visitor, "gpt2")
    visitor.reload()
    settle(visitor)
    heading(visitor, "gpt2")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["", "Backbone_and_head"])
def test_nothing_is_wider_than_a_phone(server, new_visitor, scheme, path):
    phone = new_visitor(viewport={"width": 400, "height": 850}, color_scheme=scheme)
    go(phone, f"{server.url}/{path}", model="owner/bert")
    expect(phone.get_by_text("BertForMaskedLM").first).to_be_visible()
    main = phone.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth <= main.clientWidth")
