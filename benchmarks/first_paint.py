"""From the start of `streamlit run` to the first page on the screen, beside a hello-world app.

    python -m benchmarks.first_paint [--runs 9]

The two apps take turns, each with a fresh server and a fresh browser profile. "Painted" is when the
page's title is on the screen, "complete" when the whole page has been drawn.
"""

import argparse
import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import find_chromium
from tests.browser.journey import SETTLED
from tests.browser.server import ROOT, running

HELLO = 'import streamlit as st\n\nst.title("Hello")\nst.write("world")\n'
APP = ROOT / "streamlit_app.py"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        hello = Path(folder) / "hello.py"
        hello.write_text(HELLO, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        # The first pair fills the disk's cache and is not counted.
        pairs = [(first_paint(browser, hello), first_paint(browser, APP)) for _ in range(runs + 1)][1:]
        browser.close()
    for number, what in enumerate(("painted", "complete")):
        plain, ours = (median(run[app][number] for run in pairs) for app in (0, 1))
        ratio = median(run[1][number] / run[0][number] for run in pairs)
        print(f"{what:9} hello {plain:5.2f} s   app {ours:5.2f} s   ratio of the pairs, median {ratio:.2f}")


def first_paint(browser: Browser, script: Path) -> tuple[float, float]:
    """Seconds until the title is on the screen, and until the page is complete."""
    start = time.perf_counter()
    with running(script) as server:
        context = browser.new_context()
        page = context.new_page()
        page.goto(server.url, wait_until="commit")
        page.get_by_role("heading", level=1).wait_for()
        painted = time.perf_counter() - start
        page.wait_for_selector(SETTLED)
        complete = time.perf_counter() - start
        context.close()
    return painted, complete


if __name__ == "__main__":
    main()
