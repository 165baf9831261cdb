"""The app on a machine that cannot reach the Hub."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.journey import go, heading, paste
from tests.browser.server import Server, running


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running(HF_HUB_OFFLINE="1") as app:
        yield app


def test_a_well_known_model_comes_from_the_bundled_copy_and_says_so(server, visitor):
    go(visitor, server.url)
    paste(visitor, "openai-community/gpt2")
    heading(visitor, "openai-community/gpt2")
    expect(visitor.get_by_text("124,439,808 exactly")).to_be_visible(timeout=60_000)
    expect(visitor.locator(".x-notice")).to_contain_text("copy")


def test_another_model_is_an_error_that_says_what_works_without_the_hub(server, visitor):
    go(visitor, server.url)
    paste(visitor, "nobody/nothing")
    expect(visitor.get_by_test_id("stAlert")).to_contain_text("arch:")
