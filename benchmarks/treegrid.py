"""How the grid of a tree does with thousands of open lines: scrolling, opening, and what is sent.

    python -m benchmarks.treegrid [--layers 200]

A BERT of so many layers beside AutoModel, every line open and every layer unfolded.
"""

import argparse
import json
import statistics
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, WebSocket, sync_playwright

from benchmarks.measure import print_table
from explorer.source import parse_source
from tests.browser.chromium import find_chromium
from tests.browser.journey import go, settle
from tests.browser.server import running

LINES = 3_500
# Milliseconds between frames while the grid is scrolled in each of them by so many pixels.
SCROLL = """async (scroller, [pixels, frames]) => {
  scroller.scrollTop = 0;
  const frame = () => new Promise(requestAnimationFrame);
  const gaps = [];
  let before = await frame();
  for (let number = 0; number < frames; number++) {
    scroller.scrollTop += pixels;
    const now = await frame();
    gaps.push(now - before);
    before = now;
  }
  return gaps;
}"""
# Milliseconds from the press of a button to the frame that shows what it did.
PRESS = """async (button) => {
  const start = performance.now();
  button.click();
  await new Promise(requestAnimationFrame);
  await new Promise((done) => setTimeout(done));
  return performance.now() - start;
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--layers", type=int, default=200)
    config = {"model_type": "bert", "num_hidden_layers": parser.parse_args().layers}
    model = parse_source(json.dumps(config)).text
    with running() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        sizes: list[int] = []
        page.on("websocket", lambda socket: _count(socket, sizes))
        go(page, f"{server.url}/Backbone_and_head", model=model)
        page.get_by_role("treegrid").wait_for(timeout=60_000)
        settle(page)
        rows = [("first visit, all messages", f"{sum(sizes):,} bytes")]
        with _named(rows, sizes, "selection, all messages"):
            page.get_by_role("treegrid").get_by_role("row").nth(1).click()
            page.get_by_label("The selected module").wait_for()
            page.wait_for_timeout(1_000)
        rows += list(_open_all(page))
        for words, pixels in (("3 lines a frame", 90), ("a page a frame", 600)):
            gaps = page.get_by_role("treegrid").evaluate(SCROLL, [pixels, 150])
            late = statistics.quantiles(gaps, n=20)[18]
            rows.append((f"scroll by {words}", f"median {statistics.median(gaps):.1f} ms, p95 {late:.1f} ms"))
        browser.close()
    print_table(("what", "measured"), rows)


def _open_all(page: Page) -> Iterator[tuple[str, str]]:
    for name in ("Unfold equal layers", "Expand all"):
        button = page.get_by_role("button", name=name).element_handle()
        yield f"button “{name}”", f"{page.evaluate(PRESS, button):.0f} ms"
    grid = page.get_by_role("treegrid")
    lines = int(grid.get_attribute("aria-rowcount") or 0) - 1
    assert lines >= LINES, f"Only {lines} lines are open."
    yield "open lines", f"{lines:,}"
    yield "of them in the page", str(grid.locator(".line").count())


@contextmanager
def _named(rows: list[tuple[str, str]], sizes: list[int], name: str) -> Iterator[None]:
    """Adds the bytes that arrive during the block."""
    before = sum(sizes)
    yield
    rows.append((name, f"{sum(sizes) - before:,} bytes"))


def _count(socket: WebSocket, sizes: list[int]) -> None:
    socket.on("framereceived", lambda payload: sizes.append(len(payload)))


if __name__ == "__main__":
    main()
