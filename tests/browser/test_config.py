"""The Config view in a browser: typing, links, Back and Forward, folds, and a phone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.journey import go, settle
from tests.browser.server import Server, running

BLIP = "gallery:Salesforce/blip2-opt-2.7b"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as app:
        yield app


def open_config(page: Page, server: Server, **parameters: str) -> None:
    go(page, f"{server.url}/Config_and_parameters", **parameters)
    expect(page.get_by_label("Find a key")).to_be_visible(timeout=60_000)


def key(page: Page, name: str) -> Locator:
    """The row of a key, by its full name."""
    return page.get_by_role("row").filter(has=page.locator(f'th[title="{name}"]'))


def test_a_key_is_found_by_typing_and_the_address_follows_back_and_forward(server, visitor, new_visitor):
    open_config(visitor, server, model="arch:bert")
    expect(key(visitor, "hidden_size")).to_contain_text("768")
    visitor.get_by_label("Find a key").fill("dropout")
    visitor.get_by_label("Find a key").press("Enter")
    expect(visitor.get_by_text("3 of 32 keys")).to_be_visible()
    visitor.wait_for_url("**find=dropout**")
    friend = new_visitor()
    friend.goto(visitor.url)
    expect(friend.get_by_text("3 of 32 keys")).to_be_visible(timeout=60_000)
    expect(friend.get_by_label("Find a key")).to_have_value("dropout")
    visitor.go_back()
    expect(visitor.get_by_text("All 32 keys.")).to_be_visible()
    expect(visitor.get_by_label("Find a key")).to_have_value("")
    visitor.go_forward()
    expect(visitor.get_by_text("3 of 32 keys")).to_be_visible()
    expect(visitor.get_by_label("Find a key")).to_have_value("dropout")


def test_only_what_differs_is_one_click_away_and_in_the_address(server, visitor):
    open_config(visitor, server, model=BLIP)
    visitor.get_by_text("Only what differs from the default").click()
    expect(visitor.get_by_role("status").get_by_text("9 of 98 keys")).to_be_visible()
    visitor.wait_for_url("**changed=1**")
    expect(key(visitor, "text_config.ffn_dim")).to_contain_text("3072")
    expect(key(visitor, "vision_config.hidden_size")).to_have_count(0)


def test_a_link_to_a_folded_group_unfolds_it(server, visitor):
    open_config(visitor, server, model="arch:bert")
    expect(key(visitor, "hidden_dropout_prob")).to_be_hidden()
    visitor.get_by_role("navigation", name="Groups of keys").get_by_role(
        "link", name="Regularisation"
    ).click()
    expect(key(visitor, "hidden_dropout_prob")).to_be_in_viewport()
    settle(visitor)
    expect(key(visitor, "hidden_dropout_prob")).to_be_in_viewport()
    visitor.locator("summary").filter(has_text="Regularisation").press("Enter")
    expect(key(visitor, "hidden_dropout_prob")).to_be_hidden()


def test_the_whole_of_a_long_value_unfolds(server, visitor):
    open_config(visitor, server, model="gallery:Qwen/Qwen3.6-35B-A3B", find="layer_types")
    row = key(visitor, "text_config.layer_types")
    expect(row.locator("pre")).to_be_hidden()
    row.get_by_text("40 values").click()
    expect(row.locator("pre")).to_have_text(re.compile('"full_attention"'))


def test_nothing_is_wider_than_a_phone(server, new_visitor):
    phone = new_visitor(viewport={"width": 400, "height": 850}, color_scheme="dark")
    open_config(phone, server, model=BLIP, changed="1", raw="1")
    expect(key(phone, "text_config.ffn_dim")).to_contain_text("3072")
    main = phone.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth <= main.clientWidth")
