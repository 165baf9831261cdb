"""From the click on Explore to the painted head matrix in Chromium, on a warm server.

    python -m benchmarks.matrix_paint [--runs 7]

The checkpoints have the real configs, and headers with the real names and shapes, on the tests' Hub
server. Every run pastes an id that the server has never heard of, with a config that differs in a value
that builds nothing, so nothing is cached. In turns with them, a hello-world app says what is clicked: the
time that Streamlit and this machine take for nothing. "Painted" is when the classes are on the screen,
"complete" when the verdict on loading the checkpoint is there too and the page has come to rest.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright

from benchmarks.load_report import deepseek_checkpoint, deepseek_config
from benchmarks.measure import print_table
from explorer import gallery
from tests.browser.chromium import find_chromium
from tests.browser.journey import SETTLED, go
from tests.browser.server import running
from tests.hub.contents import Content, Tensors, sharded
from tests.hub.server import HubServer
from tests.ui.hub_models import REAL_BERT, real_bert

DEEPSEEK = "deepseek-ai/DeepSeek-V3"
TARGETS = {REAL_BERT: 1.0, DEEPSEEK: 1.5}
SHARDS = 163
DTYPES = {"bfloat16": "BF16", "float32": "F32", "float8_e4m3fn": "F8_E4M3"}
CLASS = "AutoModelForSequenceClassification"
HELLO = """import streamlit as st

name = st.text_input("Model")
if st.button("Explore"):
    st.write(f"Hello {name}")
"""
# The first runs warm the server and the browser.
WARM_UP = 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    seconds: dict[str, list[tuple[float, float]]] = {model: [] for model in TARGETS}
    hellos: list[float] = []
    with HubServer() as hub, sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "hello.py"
        script.write_text(HELLO, encoding="utf-8")
        repositories = {model: list(_copies(hub, model, runs + WARM_UP)) for model in TARGETS}
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        with running(script) as plain, running(HF_ENDPOINT=hub.url, HF_HUB_OFFLINE="0") as server:
            page = browser.new_page()
            page.set_default_timeout(60_000)
            for number in range(runs + WARM_UP):
                go(page, plain.url)
                hellos.append(hello(page, f"visitor-{number}"))
                for model, names in repositories.items():
                    go(page, f"{server.url}/Backbone_and_head")
                    seconds[model].append(paint(page, names[number]))
        browser.close()
    rows = []
    for model, target in TARGETS.items():
        painted, complete = zip(*seconds[model][WARM_UP:], strict=True)
        rows.append(
            (
                model,
                f"{median(painted):.2f} s",
                f"{target} s",
                f"{max(painted):.2f} s",
                f"{median(complete):.2f} s",
            )
        )
    rows.append(
        ("hello world", f"{median(hellos[WARM_UP:]):.2f} s", "", f"{max(hellos[WARM_UP:]):.2f} s", "")
    )
    print_table(("checkpoint", "painted, median", "target", "slowest", "complete, median"), rows)
    print(f"\n{runs} runs of each, in turns.")


def hello(page: Page, name: str) -> float:
    """Seconds from the click until the app says hello."""
    page.get_by_label("Model", exact=True).fill(name)
    start = time.perf_counter()
    page.get_by_role("button", name="Explore").click()
    page.get_by_text(f"Hello {name}").wait_for()
    return time.perf_counter() - start


def paint(page: Page, name: str) -> tuple[float, float]:
    """Seconds from the click until the matrix is on the screen, and until the page is complete."""
    page.get_by_label("Model", exact=True).fill(name)
    start = time.perf_counter()
    page.get_by_role("button", name="Explore").click()
    page.get_by_test_id("stMain").get_by_text(CLASS).first.wait_for()
    painted = time.perf_counter() - start
    page.get_by_test_id("stMain").get_by_text("ready").first.wait_for()
    page.wait_for_selector(SETTLED)
    return painted, time.perf_counter() - start


def _copies(hub: HubServer, model: str, count: int) -> Iterator[str]:
    """Ids of repositories that hold the model, each with a config of its own."""
    found = gallery.find(model)
    if found is None:
        raise LookupError(model)
    files = _files(model)
    for number in range(count):
        config = found.values | {"initializer_range": 0.02 + number / 10**6}
        name = f"copy-{number}/{model.rpartition('/')[2]}"
        hub.add(name, files | {"config.json": Content.of(json.dumps(config))})
        yield name


def _files(model: str) -> dict[str, object]:
    if model == REAL_BERT:
        return dict(real_bert())
    tensors: Tensors = {
        tensor.name: (DTYPES[tensor.dtype], tensor.shape)
        for shard in deepseek_checkpoint(deepseek_config()).shards
        for tensor in shard.tensors
    }
    return dict(sharded(tensors, SHARDS))


if __name__ == "__main__":
    main()
