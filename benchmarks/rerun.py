"""CPU time that the server spends on a rerun of a page, beside a hello-world app.

    python -m benchmarks.rerun [--runs 60]

Chromium asks for the reruns with Streamlit's own key; only the server's process is measured. Hello world
runs twice: in a folder without a config, as its users have it, and with our config.
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import psutil
from playwright.sync_api import Page, sync_playwright

from benchmarks.measure import print_table
from tests.browser.chromium import find_chromium
from tests.browser.journey import go, settle
from tests.browser.server import Server, running
from tests.hub.server import HubServer
from tests.ui.hub_models import REAL_BERT, real_bert

HELLO = 'import streamlit as st\n\nst.title("Hello")\nst.write("world")\n'
PAGES = {
    "home": "",
    "config": "Config_and_parameters",
    "parameters": "Config_and_parameters?view=Parameters",
    "modules": "Config_and_parameters?view=Modules",
    "backbone and head": "Backbone_and_head",
    "checkpoint": "Checkpoint",
}
# One measurement: short enough that a busy moment of the machine spoils only one.
AT_ONCE = 10
WARM_UP = 5
COUNT = """() => {
    window.runs = 0;
    const app = document.querySelector("[data-testid=stApp]");
    const hear = () => { if (app.dataset.testScriptState === "notRunning") window.runs += 1; };
    new MutationObserver(hear).observe(app, {attributeFilter: ["data-test-script-state"]});
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=60)
    rounds = -(-parser.parse_args().runs // AT_ONCE)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        hello = Path(folder) / "hello.py"
        hello.write_text(HELLO, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        with running(hello, folder=Path(folder)) as plain, running(hello) as ours, _app() as app:
            pages = {
                "hello": _Visit(browser.new_page(), plain),
                "hello, our config": _Visit(browser.new_page(), ours),
                "home, no model": _Visit(browser.new_page(), app),
            }
            pages |= {name: _Visit(browser.new_page(), app, path, REAL_BERT) for name, path in PAGES.items()}
            taken: dict[str, list[float]] = {name: [] for name in pages}
            for _ in range(rounds):
                for name, page in pages.items():
                    taken[name].append(page.rerun(AT_ONCE))
        browser.close()
    seconds = {name: median(times) for name, times in taken.items()}
    rows = [
        (name, f"{1000 * each:.1f} ms", *(f"{each / seconds[base]:.2f}" for base in list(seconds)[:2]))
        for name, each in seconds.items()
    ]
    print_table(("page", "CPU of a rerun", "/ hello", "/ hello, our config"), rows)
    print(f"\nMedians of {rounds} times {AT_ONCE} reruns, in turns.")


@contextmanager
def _app() -> Iterator[Server]:
    """Our app, with BERT-base on the tests' Hub server."""
    with HubServer() as hub:
        hub.add(REAL_BERT, real_bert())
        with running(HF_ENDPOINT=hub.url, HF_HUB_OFFLINE="0") as app:
            yield app


class _Visit:
    """A page that was drawn before, in a browser of its own."""

    def __init__(self, page: Page, server: Server, path: str = "", model: str = "") -> None:
        self.page = page
        self.process = psutil.Process(server.pid)
        go(page, f"{server.url}/{path}{'&' if '?' in path else '?'}model={model}")
        # What is computed in the background draws itself when it is ready.
        page.wait_for_timeout(5_000)
        settle(page)
        page.evaluate(COUNT)
        self.rerun(WARM_UP)

    def rerun(self, times: int) -> float:
        """CPU seconds of the server for one rerun."""
        before = _cpu(self.process)
        for _ in range(times):
            done = self.page.evaluate("window.runs")
            self.page.keyboard.press("r")
            self.page.wait_for_function("done => window.runs > done", arg=done, polling=20)
        # The server's own work after a run.
        self.page.wait_for_timeout(300)
        return (_cpu(self.process) - before) / times


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


if __name__ == "__main__":
    main()
