"""What visitors do on the task pages, with real models at work."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.journey import (
    TASK_PAGES,
    follow,
    look_at,
    open_task,
    rest,
    run,
    run_button,
    said,
    settle,
    stop_button,
)
from tests.browser.server import Server, running
from tests.browser.slow_line import far_away

# What each page must say of its own example.
SAID = {
    "text-generation": "The model ended the text itself",
    "fill-mask": "the capital of france is paris.",
    "translation": "Hallo, wie geht es dir?",
    "summarization": "The tower of Paris was finished in 1889.",
    "question-answering": "a tool that democratizes AI",
    "token-classification": "New York City",
    "text-classification": "POSITIVE",
    "feature-extraction": "64 numbers",
}
HOSTILE = "<img src=x onerror=window.harmed=1> [a](javascript:alert(1)) $x^2$ :material/home: **b** `c`"


@pytest.fixture(scope="module")
def server(slow_model: Path) -> Iterator[Server]:
    with running(EXPLORER_LOCAL_ROOTS=str(slow_model.parent)) as app:
        yield app


def box(page: Page, label: str = "Text") -> Locator:
    return page.get_by_label(label, exact=True)


def generated(page: Page) -> Locator:
    return page.get_by_role("region", name="Generated text")


def begin_endless(page: Page, server: Server, model: Path) -> None:
    """Let the slow model begin a text that takes minutes."""
    open_task(page, server.url, "text-generation", str(model), max_new_tokens="2000")
    run_button(page).click()
    expect(stop_button(page)).to_be_visible()


@pytest.mark.parametrize("task", TASK_PAGES)
def test_a_link_runs_nothing_and_run_gives_the_answer(server, visitor, task):
    open_task(visitor, server.url, task)
    expect(visitor.get_by_role("radiogroup", name="What to look at")).to_have_count(0)
    run(visitor)
    assert SAID[task] in said(visitor)
    expect(visitor.get_by_test_id("stAlert")).to_have_count(0)


def test_a_text_grows_before_its_end_is_said_and_stop_ends_it(server, visitor, slow_model):
    begin_endless(visitor, server, slow_model)
    expect(generated(visitor)).to_contain_text("Once upon a time ", timeout=30_000)
    before = len(generated(visitor).inner_text())
    visitor.wait_for_function(
        "length => document.querySelector('.x-generated').innerText.length > length + 20", arg=before
    )
    expect(visitor.get_by_text("tokens of prompt")).to_have_count(0)
    stopped = time.monotonic()
    stop_button(visitor).click()
    expect(visitor.get_by_text("The text was stopped.")).to_be_visible()
    assert time.monotonic() - stopped < 5
    rest(visitor)
    assert len(generated(visitor).inner_text()) >= before + 20
    expect(stop_button(visitor)).to_have_count(0)


def test_the_same_seed_gives_two_visitors_at_once_the_same_text(server, new_visitor):
    drawn = {"do_sample": "1", "temperature": "2", "max_new_tokens": "60"}
    first, second, other = new_visitor(), new_visitor(), new_visitor()
    for page, seed in ((first, "7"), (second, "7"), (other, "8")):
        open_task(page, server.url, "text-generation", seed=seed, **drawn)
    for page in (first, second, other):
        run_button(page).click()
    texts = []
    for page in (first, second, other):
        expect(page.get_by_text("tokens of prompt")).to_be_visible()
        rest(page)
        texts.append(generated(page).inner_text())
    assert texts[0] == texts[1] != texts[2]
    run(first)
    assert generated(first).inner_text() == texts[0]


def test_alternatives_are_read_by_keyboard_on_a_phone(server, new_visitor):
    phone = new_visitor(viewport={"width": 400, "height": 860})
    open_task(phone, server.url, "text-generation", max_new_tokens="5")
    run(phone)
    generated(phone).focus()
    phone.keyboard.press("Tab")
    table = phone.get_by_role("region", name="The generated tokens, one by one")
    expect(table).to_be_focused()
    last = table.get_by_role("row").last
    for _ in range(40):
        phone.keyboard.press("ArrowDown")
    expect(last).to_be_in_viewport()
    # The token that was taken, and four others.
    expect(last.locator(".x-alternative")).to_have_count(5)
    expect(last.locator(".x-alternative").last).to_be_in_viewport()


@pytest.mark.parametrize(
    ("task", "label", "text", "message"),
    [
        ("fill-mask", "Text", "There is no gap here.", "There is no mask in the text"),
        ("text-generation", "Text", "   ", "There is no text"),
        ("text-classification", "Texts, one a line", "word " * 350, "tokens"),
        ("question-answering", "Question", "", "no question"),
    ],
)
def test_bad_input_gets_a_message_and_stays(server, visitor, task, label, text, message):
    open_task(visitor, server.url, task)
    box(visitor, label).fill(text)
    run(visitor)
    expect(visitor.get_by_test_id("stAlert")).to_contain_text(message)
    expect(box(visitor, label)).to_have_value(text)


@pytest.mark.parametrize("task", [task for task in TASK_PAGES if task != "summarization"])
def test_hostile_text_is_shown_as_text(server, visitor, task):
    given = {"text": HOSTILE}
    if task == "question-answering":
        given = {"question": HOSTILE, "context": f"{HOSTILE} A tool is here."}
    elif task == "fill-mask":
        given = {"text": f"[MASK] {HOSTILE}"}
    elif task in ("text-classification", "feature-extraction"):
        given = {"text": f"{HOSTILE}\n{HOSTILE}"}
    open_task(visitor, server.url, task, truncate="1", **given)
    run(visitor)
    harmless(visitor)
    # A model of small letters says it in its own way, and some pages put labels between its parts.
    if task not in ("fill-mask", "feature-extraction"):
        assert "window.harmed" in said(visitor)
    if task in ("text-generation", "fill-mask"):
        for view in ("Walk", "Token by token", "Every head"):
            look_at(visitor, view)
            harmless(visitor)


def harmless(page: Page) -> None:
    """Nothing of the text has become a part of the page."""
    main = page.get_by_test_id("stMain")
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    assert page.evaluate("window.harmed") is None
    for made in ("img[src=x]", "a[href^=javascript]", ".katex", "a[href='javascript:alert(1)']"):
        expect(main.locator(made)).to_have_count(0)
    expect(main.get_by_test_id("stIconMaterial").filter(has_text="home")).to_have_count(0)


def test_what_is_typed_and_run_at_once_is_run_by_a_server_far_away(server, visitor):
    with far_away(server.url, 0.1) as url:
        open_task(visitor, url, "fill-mask")
        for country, capital in (("Spain", "madrid"), ("Italy", "rome")):
            box(visitor).fill(f"The capital of {country} is [MASK].")
            # As slow as a hand: the box is sent when the mouse goes down, the click when it goes up.
            run_button(visitor).click(delay=80)
            expect(visitor.locator(".x-masks")).to_contain_text(capital)
            rest(visitor)
            expect(box(visitor)).to_have_value(f"The capital of {country} is [MASK].")
        # The browser hangs up before the line does.
        visitor.goto("about:blank")


def test_text_settings_and_view_are_in_the_address(server, visitor, new_visitor):
    open_task(visitor, server.url, "fill-mask")
    box(visitor).fill("The capital of Spain is [MASK].")
    box(visitor).blur()
    visitor.wait_for_url("**text=The+capital+of+Spain**")
    visitor.get_by_text("Settings").click()
    box(visitor, "Top k").fill("2")
    box(visitor, "Top k").press("Enter")
    visitor.wait_for_url("**top_k=2**")
    run(visitor)
    look_at(visitor, "Walk")
    visitor.wait_for_url("**view=Walk**")
    visitor.reload()
    friend = new_visitor()
    friend.goto(visitor.url)
    for page in (visitor, friend):
        rest(page)
        expect(box(page)).to_have_value("The capital of Spain is [MASK].")
        expect(page.get_by_role("radiogroup", name="What to look at")).to_have_count(0)
        run(page)
        expect(page.locator(".x-walk")).to_be_visible()
    look_at(friend, "Answer")
    expect(friend.locator(".x-masks li")).to_have_count(2)


def test_back_and_forward_lead_through_what_was_typed(server, visitor):
    open_task(visitor, server.url, "fill-mask")
    for country in ("Spain", "Italy"):
        box(visitor).fill(f"The capital of {country} is [MASK].")
        box(visitor).blur()
        visitor.wait_for_url(f"**text=The+capital+of+{country}**")
        settle(visitor)
    visitor.go_back()
    expect(box(visitor)).to_have_value("The capital of Spain is [MASK].")
    visitor.go_back()
    expect(box(visitor)).to_have_value("The capital of France is [MASK].")
    visitor.go_forward()
    expect(box(visitor)).to_have_value("The capital of Spain is [MASK].")


def test_a_long_text_is_still_there_after_another_page(server, visitor):
    long = "I love this film. " * 170
    open_task(visitor, server.url, "token-classification")
    box(visitor).fill(long)
    box(visitor).blur()
    visitor.wait_for_url("**text=*")
    assert len(visitor.url) < 500
    follow(visitor, "Text classification")
    other = "Another text, as long. " * 140
    box(visitor, "Texts, one a line").fill(other)
    box(visitor, "Texts, one a line").blur()
    visitor.wait_for_url("**Text_classification**text=*")
    settle(visitor)
    visitor.go_back()
    visitor.go_back()
    expect(visitor.get_by_role("heading", level=1, name="Named entities")).to_be_visible()
    expect(box(visitor)).to_have_value(long)


def test_the_death_of_a_model_costs_one_message(server, visitor, slow_model):
    begin_endless(visitor, server, slow_model)
    expect(generated(visitor)).to_contain_text("Once upon a time ", timeout=30_000)
    process_of(server).send_signal(signal.SIGKILL)
    expect(visitor.get_by_test_id("stAlert")).to_contain_text("was killed from outside")
    run_button(visitor).click()
    expect(visitor.get_by_test_id("stAlert")).to_have_count(0)
    expect(generated(visitor)).to_contain_text("Once upon a time ", timeout=30_000)
    stop_button(visitor).click()
    expect(visitor.get_by_text("The text was stopped.")).to_be_visible()


def process_of(server: Server) -> psutil.Process:
    """The process that is at work most: the model's."""
    processes = psutil.Process(server.pid).children(recursive=True)
    before = {process.pid: sum(process.cpu_times()[:2]) for process in processes}
    time.sleep(0.5)
    return max(processes, key=lambda process: sum(process.cpu_times()[:2]) - before[process.pid])


@pytest.mark.parametrize(
    ("view", "seen"),
    [
        ("Walk", "Head: what the task class adds"),
        ("Attention", "Attention is not explanation"),
        ("Hidden states", "Lengths of the vectors"),
        ("Logit lens", "A logit lens puts the head on every layer"),
        ("Token by token", "bits"),
        ("Same backbone", "bit for bit"),
    ],
)
def test_every_view_of_the_inside_opens_from_a_link(server, visitor, view, seen):
    open_task(visitor, server.url, "fill-mask", view=view)
    run(visitor)
    assert seen in said(visitor)
    expect(visitor.get_by_test_id("stAlert")).to_have_count(0)


def test_another_seed_changes_untrained_heads_only(server, visitor):
    open_task(visitor, server.url, "fill-mask", view="Every head")
    run(visitor)
    expect(visitor.get_by_text("changed with the seed")).to_have_count(0)
    box(visitor, "Seed of the random weights").fill("5")
    box(visitor, "Seed of the random weights").press("Enter")
    expect(visitor.get_by_text("changed with the seed").first).to_be_visible()
    rest(visitor)
    trained = visitor.locator(".x-head-card").filter(has=visitor.locator(".x-badge.x-ready"))
    changed = visitor.locator(".x-head-card").filter(has_text="changed with the seed")
    assert trained.count() >= 2
    for card in trained.all():
        expect(card).to_contain_text("stays with another seed")
    # A classifier each for a sentence, for tokens, for choices, for the next sentence, and for spans.
    assert changed.count() >= 5
    for card in changed.all():
        expect(card).to_contain_text("drawn at random")


def test_a_second_click_on_run_and_another_model_leave_one_answer(server, visitor, slow_model):
    begin_endless(visitor, server, slow_model)
    expect(generated(visitor)).to_contain_text("Once upon a time ", timeout=30_000)
    run_button(visitor).dblclick()
    expect(stop_button(visitor)).to_have_count(1)
    expect(generated(visitor)).to_have_count(1)
    # The endless text is in nobody's way: the visitor chooses another model, and that answers.
    open_task(visitor, server.url, "text-generation")
    run(visitor)
    expect(visitor.get_by_text("The model ended the text itself")).to_be_visible()
