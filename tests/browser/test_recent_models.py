"""The models seen lately are known to the visitor's browser, and to nobody else."""

import json
from collections.abc import Iterator
from hashlib import sha256

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.journey import go, heading, paste, settle
from tests.browser.server import Server, running

GPT2, T5 = "arch:gpt2", "arch:t5"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as app:
        yield app


def recent(page: Page) -> Locator:
    return page.locator(".st-key-recent nav")


def seen(page: Page) -> list[str]:
    return recent(page).get_by_role("link").all_inner_texts()


def stored(context: BrowserContext) -> list[list[str]]:
    (origin,) = context.storage_state()["origins"]
    return json.loads(
        next(entry["value"] for entry in origin["localStorage"] if entry["name"] == "recent-models")
    )


def open_two(page: Page, server: Server) -> None:
    """GPT-2, then T5."""
    go(page, server.url, model=GPT2)
    heading(page, "gpt2")
    expect(recent(page)).to_be_attached()
    paste(page, T5)
    heading(page, "t5")
    expect(recent(page).get_by_role("link", name=GPT2)).to_be_visible()


def test_a_model_that_was_seen_before_is_one_click_away(server, visitor):
    open_two(visitor, server)
    recent(visitor).get_by_role("link", name=GPT2).click()
    heading(visitor, "gpt2")
    expect(visitor.get_by_label("Model", exact=True)).to_have_value(GPT2)
    expect(recent(visitor).get_by_role("link", name=T5)).to_be_visible()
    assert seen(visitor) == [T5]
    visitor.go_back()
    heading(visitor, "t5")


def test_they_survive_a_reload_and_are_in_a_new_tab(server, visitor):
    open_two(visitor, server)
    visitor.reload()
    settle(visitor)
    expect(recent(visitor).get_by_role("link", name=GPT2)).to_be_visible()
    tab = visitor.context.new_page()
    go(tab, f"{server.url}/Checkpoint")
    expect(recent(tab).get_by_role("link")).to_have_count(2)
    assert seen(tab) == [T5, GPT2]


def test_they_survive_a_restart_of_the_server(visitor):
    with running() as first:
        tab = visitor.context.new_page()
        open_two(tab, first)
        # Without its server the page would complain.
        tab.close()
    port = int(first.url.rpartition(":")[2])
    with running(port=port) as second:
        go(visitor, second.url)
        expect(recent(visitor).get_by_role("link")).to_have_count(2)


def test_another_browser_does_not_know_them(server, visitor, new_visitor):
    open_two(visitor, server)
    other = new_visitor()
    go(other, server.url)
    expect(recent(other)).to_have_attribute("hidden", "")
    assert not seen(other)
    assert "gpt2" not in json.dumps(visitor.context.cookies())


def test_another_tab_hears_of_a_model_at_once(server, visitor):
    go(visitor, server.url)
    tab = visitor.context.new_page()
    go(tab, server.url, model=GPT2)
    expect(recent(visitor).get_by_role("link", name=GPT2)).to_be_visible()


def test_they_can_be_forgotten(server, visitor):
    open_two(visitor, server)
    recent(visitor).get_by_role("button", name="Clear").click()
    expect(recent(visitor)).to_have_attribute("hidden", "")
    visitor.reload()
    settle(visitor)
    # The model of the page is opened again.
    expect(recent(visitor)).to_have_attribute("hidden", "")
    assert stored(visitor.context) == [[T5, T5]]


def test_at_most_eight_are_kept_and_what_failed_is_not(server, visitor):
    go(visitor, server.url)
    pairs = [[f"arch:{number}", f"arch:{number}"] for number in range(9)]
    visitor.evaluate("text => localStorage.setItem('recent-models', text)", json.dumps(pairs))
    for name in (GPT2, "arch:nothing-like-it"):
        paste(visitor, name)
    expect(recent(visitor).get_by_role("link")).to_have_count(8)
    assert [name for name, _ in stored(visitor.context)] == [GPT2, *(name for name, _ in pairs[:7])]


def test_a_long_pasted_config_is_not_kept(server, visitor):
    labels = {str(number): sha256(b"%d" % number).hexdigest() for number in range(100)}
    go(visitor, server.url, model=GPT2)
    expect(recent(visitor)).to_be_attached()
    paste(visitor, json.dumps({"model_type": "bert", "id2label": labels}))
    heading(visitor, "Pasted config")
    expect(recent(visitor).get_by_role("link", name=GPT2)).to_be_visible()
    assert stored(visitor.context) == [[GPT2, GPT2]]


def test_a_storage_that_someone_spoilt_is_as_good_as_empty(server, visitor):
    go(visitor, server.url)
    for text in ("no json", "7", "null", '{"a": 1}', '[1, "x", ["a"], ["", "b"], [1, 2], null]', "[" * 9999):
        visitor.evaluate("text => localStorage.setItem('recent-models', text)", text)
        visitor.reload()
        expect(recent(visitor)).to_have_attribute("hidden", "")


def test_a_stored_name_is_text_and_nothing_else(server, visitor):
    go(visitor, server.url)
    pairs = [["<img src=x onerror=fail()>", "<b>bold</b>"], ["javascript:alert(1)", "script"]]
    visitor.evaluate("text => localStorage.setItem('recent-models', text)", json.dumps(pairs))
    visitor.reload()
    settle(visitor)
    expect(recent(visitor).get_by_role("link")).to_have_count(2)
    assert seen(visitor) == ["<b>bold</b>", "script"]
    recent(visitor).get_by_role("link", name="script").click()
    expect(visitor.get_by_test_id("stAlert").first).to_contain_text("javascript:alert(1)")
    expect(visitor.get_by_label("Model", exact=True)).to_have_value("javascript:alert(1)")


def test_without_them_there_is_no_gap(server, visitor):
    open_two(visitor, server)
    below = visitor.get_by_role("heading", name="t5")

    def gap() -> float:
        picker = visitor.locator(".st-key-picker").bounding_box()
        return below.bounding_box()["y"] - picker["y"] - picker["height"]

    with_them = gap()
    recent(visitor).get_by_role("button", name="Clear").click()
    expect(recent(visitor)).to_have_attribute("hidden", "")
    assert gap() < with_them - 20
    # Without its script there is no row either.
    without = gap()
    visitor.locator(".st-key-recent > *").evaluate_all("parts => parts.forEach(part => part.remove())")
    assert abs(gap() - without) < 1
