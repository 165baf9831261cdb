"""Take the pictures of the app that the documentation shows.

python -m tests.browser.pictures
"""

from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import find_chromium
from tests.browser.journey import go
from tests.browser.server import ROOT, running
from tests.hub.server import HubServer
from tests.ui.hub_models import REAL_BERT, real_bert

FOLDER = ROOT / "docs" / "pictures"
CLASS = "AutoModelForSequenceClassification"
DESK, PHONE = (1280, 1000), (400, 860)


def main() -> None:
    """Home and Backbone and head: light and dark, on a desk and on a phone."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with HubServer() as hub, sync_playwright() as playwright:
        hub.add(REAL_BERT, real_bert())
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        with running(HF_ENDPOINT=hub.url, HF_HUB_OFFLINE="0") as server:
            for scheme in ("light", "dark"):
                for kind, size in (("", DESK), ("-phone", PHONE)):
                    ending = f"{scheme}{kind}.png"
                    _take(browser, server.url, FOLDER / f"home-{ending}", scheme, size)
                    heads = f"{server.url}/Backbone_and_head"
                    _take(browser, heads, FOLDER / f"backbone-and-head-{ending}", scheme, size)
        browser.close()


def _take(browser: Browser, address: str, path: Path, scheme: str, size: tuple[int, int]) -> None:
    width, height = size
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": height})
    go(page, address, model=REAL_BERT, auto_class=CLASS)
    page.get_by_text("BertForSequenceClassification").first.wait_for()
    # Fonts and the last element may still be on their way.
    page.wait_for_timeout(500)
    page.screenshot(path=path)
    page.close()


if __name__ == "__main__":
    main()
