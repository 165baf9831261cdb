"""What a visitor does, in the words of a visitor."""

from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect

# The page of each task.
TASK_PAGES = {
    "text-generation": "Text_generation",
    "fill-mask": "Fill_mask",
    "translation": "Translation_and_summarization",
    "summarization": "Translation_and_summarization",
    "question-answering": "Question_answering",
    "token-classification": "Named_entities",
    "text-classification": "Text_classification",
    "feature-extraction": "Feature_extraction",
}
# The views of what goes on inside; the lens and the tokens are for language models.
INSIDE = (
    "Walk",
    "Attention",
    "Hidden states",
    "Logit lens",
    "Token by token",
    "Same backbone",
    "Every head",
)
SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"


def go(page: Page, address: str, **parameters: str) -> None:
    """Follow a link and wait until the page has said all."""
    page.goto(f"{address}?{urlencode(parameters)}" if parameters else address)
    settle(page)


def settle(page: Page) -> None:
    """Wait until the page's script has ended."""
    page.wait_for_selector(SETTLED)


def paste(page: Page, text: str) -> None:
    """Put the text into the picker and send it."""
    page.get_by_label("Model", exact=True).fill(text)
    page.get_by_role("button", name="Explore").click()
    # The run begins when the server has heard of it.
    page.wait_for_timeout(300)
    settle(page)


def follow(page: Page, name: str) -> None:
    """Take the link of the sidebar."""
    page.get_by_test_id("stSidebar").get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    rest(page)


def rest(page: Page) -> None:
    """Wait until nothing more comes: the script has ended and the page stays as it is."""
    said = ""
    for _ in range(40):
        settle(page)
        before, said = said, page.get_by_test_id("stMain").aria_snapshot()
        if said == before:
            return
        page.wait_for_timeout(400)
    raise AssertionError("The page does not come to rest.")


def seen(page: Page) -> str:
    """All that the page says and offers, but for the recent models."""
    rest(page)
    page.locator(".st-key-recent").evaluate("place => place.style.display = 'none'")
    return page.get_by_test_id("stMain").aria_snapshot()


def heading(page: Page, text: str) -> Locator:
    """The heading of this text, when it is there."""
    found = page.get_by_role("heading", name=text)
    expect(found).to_be_visible(timeout=60_000)
    return found


def head(page: Page, auto_class: str) -> Locator:
    """The row of the head matrix for the auto class."""
    matrix = page.get_by_role("radiogroup", name="Compare AutoModel with")
    return matrix.get_by_role("radio").filter(has=page.get_by_text(auto_class, exact=True))


def open_task(page: Page, url: str, task: str, model: str = "", **parameters: str) -> None:
    """Follow a link to the task's page, with its demo checkpoint if no other model is given."""
    wanted = {"task": task} if task == "summarization" else {}
    given = {"model": model or f"demo:{task}"} | wanted | parameters
    go(page, f"{url}/{TASK_PAGES[task]}", **given)
    expect(page.get_by_role("radiogroup", name="What to run")).to_be_visible()
    rest(page)


def run_button(page: Page) -> Locator:
    """The button that lets the model run."""
    return page.get_by_role("button", name="Run", exact=True)


def stop_button(page: Page) -> Locator:
    """The button that ends a run; Streamlit has one of its own above the page."""
    return page.get_by_test_id("stMain").get_by_role("button", name="Stop")


def run(page: Page) -> None:
    """Let the model run, and wait until the page has said all of it."""
    run_button(page).click()
    # The run begins when the server has heard of it.
    page.wait_for_timeout(300)
    rest(page)


def look_at(page: Page, view: str) -> None:
    """Choose what is shown of the answer, and wait for it."""
    page.get_by_role("radiogroup", name="What to look at").get_by_role("radio", name=view).click()
    page.wait_for_timeout(300)
    rest(page)


def said(page: Page) -> str:
    """All the text of the page."""
    return page.get_by_test_id("stMain").inner_text()


def is_wider_than_its_window(page: Page) -> bool:
    """Whether the page can be moved sideways."""
    return page.get_by_test_id("stMain").evaluate("main => main.scrollWidth > main.clientWidth")
