"""A real Chromium; its pages must end without an error on the console."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.browser.chromium import find_chromium
from tests.browser.slow_model import make_slow_model

# On a deep link Streamlit looks for its own routes below the page's path before it tries the root,
# and while a server restarts it says, in more than one way, that it cannot reach them.
OF_STREAMLIT = ("/_stcore/", "Streamlit server is not responding")
PICTURES = Path(__file__).parents[2] / "artefacts" / "browser"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # Containers give Chromium neither a sandbox nor much shared memory.
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def slow_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a model whose answers take long enough to be watched and stopped."""
    return make_slow_model(tmp_path_factory.mktemp("models") / "slow")


@pytest.fixture
def new_visitor(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Makes visitors, each with a browser session of its own; pictures of them are kept."""
    pages: list[Page] = []
    complaints: list[str] = []

    def arrived(**options: object) -> Page:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 1000}} | options)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("console", lambda message: complaints.extend(_complaint(message)))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        pages.append(page)
        return page

    yield arrived
    PICTURES.mkdir(parents=True, exist_ok=True)
    test = re.sub(r"[^\w-]+", "-", request.node.name)
    for number, page in enumerate(pages):
        page.screenshot(path=PICTURES / f"{test}-{number}.png", full_page=True)
        page.context.close()
    assert not complaints


@pytest.fixture
def visitor(new_visitor: Callable[..., Page]) -> Page:
    return new_visitor()


def _complaint(message: ConsoleMessage) -> list[str]:
    """What the console says that is an error of ours."""
    where = f"{message.location['url']} {message.text}"
    is_ours = message.type == "error" and not any(text in where for text in OF_STREAMLIT)
    return [f"{message.text} {message.location['url']}"] if is_ours else []
