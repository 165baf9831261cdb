"""Every view of a page is one link, for a desk and for a phone."""

from collections.abc import Iterator

import pytest

from tests.browser.journey import (
    INSIDE,
    TASK_PAGES,
    go,
    heading,
    is_wider_than_its_window,
    look_at,
    open_task,
    rest,
    run,
    seen,
)
from tests.browser.server import Server, running
from tests.hub.server import HubServer
from tests.ui.hub_models import bert

MODEL = "owner/bert"
TOKENS = "AutoModelForTokenClassification"
# A page, and what can be chosen on it.
VIEWS = (
    ("", {}),
    ("Config_and_parameters", {"view": "Parameters"}),
    ("Config_and_parameters", {"view": "Modules", "auto_class": TOKENS}),
    ("Backbone_and_head", {"auto_class": TOKENS}),
    ("Checkpoint", {"auto_class": TOKENS}),
)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with HubServer() as hub:
        hub.add(MODEL, bert())
        with running(HF_ENDPOINT=hub.url, HF_HUB_OFFLINE="0") as app:
            yield app


@pytest.mark.parametrize(("path", "choices"), VIEWS)
def test_a_reload_and_a_link_show_what_was_seen(server, visitor, new_visitor, path, choices):
    go(visitor, f"{server.url}/{path}", model=MODEL, **choices)
    before = seen(visitor)
    visitor.reload()
    assert seen(visitor) == before
    friend = new_visitor()
    friend.goto(visitor.url)
    assert seen(friend) == before


@pytest.mark.parametrize(("path", "choices"), VIEWS)
def test_no_page_is_wider_than_a_phone(server, new_visitor, path, choices):
    phone = new_visitor(viewport={"width": 400, "height": 860})
    go(phone, f"{server.url}/{path}", model=MODEL, **choices)
    heading(phone, MODEL)
    rest(phone)
    for scheme in ("light", "dark"):
        phone.emulate_media(color_scheme=scheme)
        assert not is_wider_than_its_window(phone)


@pytest.mark.parametrize("task", TASK_PAGES)
def test_no_answer_is_wider_than_a_phone(server, new_visitor, task):
    phone = new_visitor(viewport={"width": 400, "height": 860})
    open_task(phone, server.url, task)
    run(phone)
    assert not is_wider_than_its_window(phone)


@pytest.mark.parametrize("task", ["text-generation", "translation", "token-classification"])
def test_no_view_of_the_inside_is_wider_than_a_phone(server, new_visitor, task):
    phone = new_visitor(viewport={"width": 400, "height": 860})
    open_task(phone, server.url, task)
    run(phone)
    offered = phone.get_by_role("radiogroup", name="What to look at").get_by_role("radio").all_inner_texts()
    seen = [view for view in INSIDE if view in offered]
    assert len(seen) >= 5
    for view in seen:
        look_at(phone, view)
        assert not is_wider_than_its_window(phone), view
