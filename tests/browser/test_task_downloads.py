"""Models that come from the Hub: what is said before, how they come, and what is refused."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from explorer import demo, tasks
from tests.browser.journey import TASK_PAGES, go, open_task, rest, run, run_button, said, stop_button
from tests.browser.server import Server, running
from tests.browser.slow_model import make_slow_model
from tests.hub.contents import safetensors
from tests.hub.server import HubServer
from ui.figures import size

SLOW, LARGE, PICKLED = "owner/slow", "owner/large", "owner/pickled"
WEIGHTS = "model.safetensors"
REFUSED = "take 446 MiB of memory, and all models together may take 200 MiB here"


@pytest.fixture(scope="module")
def hub() -> Iterator[HubServer]:
    with HubServer() as hub:
        for task in tasks.TASKS:
            hub.add_folder(task.checkpoint, demo.find(task.name).folder)
        yield hub


@pytest.fixture(scope="module")
def server(hub: HubServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    cache = str(tmp_path_factory.mktemp("cache"))
    # In MiB: enough for what is small.
    with running(
        HF_ENDPOINT=hub.url, HF_HUB_OFFLINE="0", EXPLORER_CACHE=cache, EXPLORER_MODEL_MEMORY="200"
    ) as app:
        yield app


def files_of(task: str) -> dict[str, Path]:
    return {path.name: path for path in demo.find(task).folder.iterdir()}


def test_a_page_without_a_model_takes_the_well_known_one_from_the_hub(server, visitor):
    go(visitor, f"{server.url}/{TASK_PAGES['text-classification']}")
    expect(run_button(visitor)).to_be_visible()
    rest(visitor)
    name = tasks.find("text-classification").checkpoint
    expect(visitor.get_by_role("heading", level=2, name=name)).to_be_visible()
    weights = demo.find("text-classification").folder / WEIGHTS
    assert f"Its weights are a download of {size(weights.stat().st_size)}, once." in said(visitor)
    assert "In memory it takes" in said(visitor)
    run(visitor)
    assert "POSITIVE" in said(visitor)


def test_a_download_is_seen_and_goes_on_where_it_was_stopped(hub, server, visitor, tmp_path):
    repository = hub.add_folder(SLOW, make_slow_model(tmp_path))
    nbytes = (tmp_path / WEIGHTS).stat().st_size
    open_task(visitor, server.url, "text-generation", SLOW, max_new_tokens="5")
    # Every range of the weights takes its time.
    repository.break_with(WEIGHTS, "slow", seconds=0.7)
    before = len(hub.served)
    run_button(visitor).click()
    expect(visitor.get_by_role("progressbar")).to_be_visible()
    expect(visitor.get_by_text("Downloading")).to_be_visible()
    visitor.wait_for_function("() => document.querySelector('[role=progressbar]')?.ariaValueNow > 3")
    stop_button(visitor).click()
    expect(visitor.get_by_text("It was stopped before there was an answer.")).to_be_visible()
    repository.faults.clear()
    ranges = sent(hub, before)
    assert len(ranges) > 1
    assert sum(ranges) < nbytes
    run(visitor)
    expect(visitor.get_by_text("5 tokens added")).to_be_visible()
    # What was on its way when it was stopped comes once more, and nothing else.
    assert nbytes <= sum(sent(hub, before)) <= nbytes + ranges[-1]
    asked = len(hub.served)
    run(visitor)
    assert len(hub.served) == asked


def sent(hub: HubServer, before: int) -> list[int]:
    """Bytes of the slow model's weights that were sent since, answer by answer."""
    name = SLOW.partition("/")[2]
    return [
        answer.nbytes
        for answer in hub.served[before:]
        if answer.is_data and name in answer.path and WEIGHTS in answer.path
    ]


def test_pickles_are_refused_in_words(hub, server, visitor):
    files = files_of("fill-mask")
    files["pytorch_model.bin"] = files.pop(WEIGHTS)
    hub.add(PICKLED, files)
    go(visitor, f"{server.url}/{TASK_PAGES['fill-mask']}", model=PICKLED)
    expect(visitor.get_by_test_id("stAlert")).to_contain_text("are pickles, which are programs")
    expect(visitor.get_by_test_id("stAlert")).to_contain_text("model.safetensors")
    rest(visitor)
    expect(run_button(visitor)).to_have_count(0)


def test_a_model_too_large_is_refused_with_numbers(hub, server, visitor):
    files = files_of("fill-mask") | {WEIGHTS: safetensors({"bert.encoder.large": (100_000, 1_000)})}
    hub.add(LARGE, files)
    open_task(visitor, server.url, "fill-mask", LARGE)
    assert "Its weights are a download of 400 MB, once." in said(visitor)
    alerts = visitor.get_by_test_id("stAlert")
    expect(alerts).to_contain_text(REFUSED)
    before = hub.data_bytes
    run(visitor)
    # Before, as a warning; and now as what came of it.
    expect(alerts).to_have_count(2)
    expect(alerts.last).to_contain_text(REFUSED)
    # Its header at most, and none of its 400 MB.
    assert hub.data_bytes - before < 1_000_000
