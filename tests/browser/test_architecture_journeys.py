"""Journeys across the pages: what a visitor chose and saw is there on the way on, and on the way back."""

import json
from collections.abc import Iterator
from hashlib import sha256

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.journey import follow, go, heading, paste, rest, seen
from tests.browser.server import Server, running
from tests.hub.server import HubServer
from tests.ui.hub_models import BERT, bert

MODEL, OTHER = "owner/bert", "owner/other"
TOKENS = "AutoModelForTokenClassification"
PAGES = ("", "Config_and_parameters", "Backbone_and_head", "Checkpoint")


@pytest.fixture(scope="module")
def hub() -> Iterator[HubServer]:
    with HubServer() as server:
        server.add(MODEL, bert())
        server.add(OTHER, bert() | {"config.json": BERT | {"architectures": ["BertForTokenClassification"]}})
        yield server


@pytest.fixture(scope="module")
def server(hub: HubServer) -> Iterator[Server]:
    with running(HF_ENDPOINT=hub.url, HF_HUB_OFFLINE="0") as app:
        yield app


def box(page: Page) -> Locator:
    return page.get_by_label("Model", exact=True)


def test_from_a_pasted_id_to_the_head_and_the_checkpoint(server, visitor):
    go(visitor, server.url)
    paste(visitor, MODEL)
    heading(visitor, MODEL)
    expect(visitor.get_by_text("BertForMaskedLM").first).to_be_visible()
    visitor.locator(".st-key-next").get_by_role("link", name="Backbone and head").click()
    heading(visitor, "The head matrix")
    rest(visitor)
    visitor.get_by_test_id("stMain").get_by_text(TOKENS, exact=True).first.click()
    visitor.wait_for_url(f"**auto_class={TOKENS}**")
    expect(visitor.get_by_text("BertForTokenClassification is BertModel plus")).to_be_visible()
    follow(visitor, "Checkpoint")
    assert "model=owner%2Fbert" in visitor.url
    expect(box(visitor)).to_have_value(MODEL)
    heading(visitor, "Tensors")


def test_back_and_forward_show_what_was_seen(server, visitor):
    go(visitor, server.url, model=OTHER)
    pictures = [seen(visitor)]
    paste(visitor, MODEL)
    pictures.append(seen(visitor))
    follow(visitor, "Backbone and head")
    pictures.append(seen(visitor))
    visitor.get_by_test_id("stMain").get_by_text(TOKENS, exact=True).first.click()
    visitor.wait_for_url(f"**auto_class={TOKENS}**")
    pictures.append(seen(visitor))
    follow(visitor, "Checkpoint")
    pictures.append(seen(visitor))
    paste(visitor, OTHER)
    pictures.append(seen(visitor))
    for before in reversed(pictures[:-1]):
        visitor.go_back()
        assert seen(visitor) == before
    for after in pictures[1:]:
        visitor.go_forward()
        assert seen(visitor) == after


def test_what_failed_can_be_tried_again(server, hub, visitor):
    for path in PAGES:
        name = f"owner/late-{path or 'home'}"
        go(visitor, f"{server.url}/{path}")
        paste(visitor, name)
        expect(visitor.get_by_test_id("stAlert")).to_contain_text(name)
        expect(box(visitor)).to_have_value(name)
        hub.add(name, bert())
        visitor.get_by_role("button", name="Explore").click()
        heading(visitor, name)
        expect(visitor.get_by_test_id("stAlert")).to_have_count(0)


def test_a_long_config_goes_along_but_not_into_a_link(server, visitor, new_visitor):
    labels = {str(number): sha256(b"%d" % number).hexdigest() for number in range(600)}
    go(visitor, server.url)
    paste(visitor, json.dumps(BERT | {"id2label": labels}))
    heading(visitor, "Pasted config")
    for name in ("Config and parameters", "Backbone and head", "Home"):
        follow(visitor, name) if name != "Home" else visitor.go_back()
        heading(visitor, "Pasted config")
    assert len(visitor.url) < 500
    friend = new_visitor()
    friend.goto(visitor.url)
    expect(friend.get_by_test_id("stAlert")).to_contain_text("pasted in another session")


def test_two_tabs_have_a_model_each(server, visitor):
    tab = visitor.context.new_page()
    go(visitor, f"{server.url}/Checkpoint", model=MODEL)
    go(tab, server.url, model="arch:gpt2")
    follow(visitor, "Backbone and head")
    follow(tab, "Config and parameters")
    heading(visitor, MODEL)
    heading(tab, "gpt2")
    expect(box(visitor)).to_have_value(MODEL)
    expect(box(tab)).to_have_value("arch:gpt2")


def test_the_picker_needs_no_mouse(server, visitor):
    go(visitor, server.url)
    tab_to(visitor, box(visitor))
    visitor.keyboard.type("arch:gpt2")
    visitor.keyboard.press("Enter")
    heading(visitor, "gpt2")
    tab_to(visitor, visitor.get_by_role("combobox", name="Gallery"))
    visitor.keyboard.type("t5-small")
    visitor.keyboard.press("Enter")
    heading(visitor, "google-t5/t5-small")
    expect(box(visitor)).to_have_value("gallery:google-t5/t5-small")
    tab_to(
        visitor, visitor.get_by_role("navigation", name="Recent models").get_by_role("link", name="arch:gpt2")
    )
    visitor.keyboard.press("Enter")
    heading(visitor, "gpt2")


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until the element has the focus."""
    expect(wanted).to_be_visible()
    for _ in range(60):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element.getRootNode().activeElement === element"):
            return
    raise AssertionError(f"Tab does not reach {wanted}")
