"""Take the pictures of the app that the documentation shows.

python -m tests.browser.pictures
"""

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import find_chromium
from tests.browser.journey import go, open_task, run
from tests.browser.server import ROOT, running
from tests.hub.server import HubServer
from tests.ui.hub_models import REAL_BERT, real_bert

FOLDER = ROOT / "docs" / "pictures"
CLASS = "AutoModelForSequenceClassification"
# Below the bar that Streamlit draws over the page's top.
TO_TOP = "element => { element.style.scrollMarginTop = '4.5rem'; element.scrollIntoView(); }"
DESK, PHONE = (1280, 1000), (400, 860)
# The picture's name, the page's path, what is chosen there, and a text that it ends with.
VIEWS = (
    ("home", "", {}, "untrained head"),
    ("config", "Config_and_parameters", {}, "hidden_size"),
    ("parameters", "Config_and_parameters", {"view": "Parameters"}, "Module by module"),
    ("backbone-and-head", "Backbone_and_head", {"auto_class": CLASS}, "logits: batch × 2"),
    ("checkpoint", "Checkpoint", {"auto_class": CLASS}, "Totals by dtype"),
)
# The picture's name, the task whose demo checkpoint runs, the view of it, and a text that it has.
RUNS = (
    ("text-generation", "text-generation", "Answer", "tokens added"),
    ("fill-mask-walk", "fill-mask", "Walk", "Head: what the task class adds"),
    ("same-backbone", "text-classification", "Same backbone", "bit for bit"),
    ("every-head", "fill-mask", "Every head", "heads in the checkpoint"),
)


def main() -> None:
    """Every page: light and dark, on a desk and on a phone."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with HubServer() as hub, sync_playwright() as playwright:
        hub.add(REAL_BERT, real_bert())
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        with running(HF_ENDPOINT=hub.url, HF_HUB_OFFLINE="0") as server:
            for scheme in ("light", "dark"):
                for kind, size in (("", DESK), ("-phone", PHONE)):
                    for name, path, chosen, last in VIEWS:
                        page = _page(browser, scheme, size)
                        go(page, f"{server.url}/{path}", model=REAL_BERT, **chosen)
                        _take(page, last, f"{name}-{scheme}{kind}")
                    for name, task, view, last in RUNS:
                        page = _page(browser, scheme, size)
                        open_task(page, server.url, task, view=view)
                        run(page)
                        # What came of it, and not what was asked.
                        page.get_by_role("radiogroup", name="What to look at").evaluate(TO_TOP)
                        _take(page, last, f"{name}-{scheme}{kind}")
        browser.close()


def _page(browser: Browser, scheme: str, size: tuple[int, int]) -> Page:
    width, height = size
    return browser.new_page(color_scheme=scheme, viewport={"width": width, "height": height})


def _take(page: Page, last: str, name: str) -> None:
    page.get_by_text(last).first.wait_for()
    # Fonts and charts may still be on their way.
    page.wait_for_timeout(1_500)
    page.screenshot(path=FOLDER / f"{name}.png")
    page.close()


if __name__ == "__main__":
    main()
