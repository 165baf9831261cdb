"""axe-core finds nothing serious of our making: on every page, light and dark, on a desk and a phone."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.journey import INSIDE, TASK_PAGES, look_at, open_task, rest, run
from tests.browser.server import Server, running
from tests.hub.server import HubServer
from tests.ui.hub_models import bert

PAGES = ("", "Config_and_parameters", "Backbone_and_head", "Checkpoint")
VIEWS = (
    "?",
    "Config_and_parameters?",
    "Config_and_parameters?view=Parameters&",
    "Config_and_parameters?view=Modules&",
    "Config_and_parameters?view=torchinfo&",
    "Backbone_and_head?auto_class=AutoModelForTokenClassification&",
    "Checkpoint?auto_class=AutoModelForTokenClassification&",
)
DESK, PHONE = {"width": 1280, "height": 1000}, {"width": 400, "height": 860}
IN_BOTH_SCHEMES = [(scheme, size) for scheme in ("light", "dark") for size in (DESK, PHONE)]
SERIOUS = ("serious", "critical")

# What Streamlit itself draws, and we cannot change: the rule, and its element.
OF_STREAMLIT: tuple[tuple[str, str], ...] = ()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with HubServer() as hub:
        hub.add("owner/bert", bert())
        with running(HF_ENDPOINT=hub.url, HF_HUB_OFFLINE="0") as app:
            yield app


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_serious_on_a_model(server, visitor, view):
    visitor.goto(f"{server.url}/{view}model=owner/bert")
    assert not found(visitor, IN_BOTH_SCHEMES)


@pytest.mark.parametrize("model", ["", "nobody/nothing"], ids=["no model", "an error"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious_where_no_model_is_shown(server, visitor, path, model):
    visitor.goto(f"{server.url}/{path}?model={model}")
    assert not found(visitor, [("light", DESK), ("dark", PHONE)])


@pytest.mark.parametrize("task", TASK_PAGES)
def test_axe_finds_nothing_serious_on_an_answer(server, visitor, task):
    open_task(visitor, server.url, task)
    run(visitor)
    assert not found(visitor, [("light", DESK), ("dark", PHONE)])


def test_axe_finds_nothing_serious_on_the_inside(server, visitor):
    open_task(visitor, server.url, "fill-mask")
    run(visitor)
    complaints = []
    for view in INSIDE:
        look_at(visitor, view)
        complaints += [f"{view}, {what}" for what in found(visitor, [("light", PHONE), ("dark", DESK)])]
    assert not complaints


def found(page: Page, looks: list[tuple[str, dict[str, int]]]) -> list[str]:
    """What is serious in any of the looks."""
    rest(page)
    complaints = []
    for scheme, size in looks:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        # Streamlit fades its colours over.
        page.wait_for_timeout(300)
        complaints += [f"{scheme}, {size['width']}: {what}" for what in serious(page)]
    return complaints


def serious(page: Page) -> list[str]:
    """What axe says is serious or critical, but for what is Streamlit's own."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{violation['id']} ({violation['impact']}): {node['html'][:300]} {_measured(node)}"
        for violation in violations
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
        if not any(violation["id"] == rule and part in str(node["target"]) for rule, part in OF_STREAMLIT)
    ]


def _measured(node: dict[str, Any]) -> str:
    return " ".join(check["message"] for check in node["any"])
