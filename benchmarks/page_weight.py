"""What a first visit to each page loads: requests and bytes, as they are and compressed.

    python -m benchmarks.page_weight

Files are the script, the style sheets and the fonts that Chromium fetches with an empty cache; messages
are what the server sends over the web socket. Compressed is each of them by gzip, as a proxy before the
server does it; Streamlit itself sends its files as they are.
"""

import gzip
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Response, WebSocket, sync_playwright

from benchmarks.measure import print_table
from tests.browser.chromium import find_chromium
from tests.browser.journey import go, settle
from tests.browser.server import Server, running
from tests.hub.server import HubServer
from tests.ui.hub_models import REAL_BERT, real_bert

HELLO = 'import streamlit as st\n\nst.title("Hello")\nst.write("world")\n'
MODEL = "gallery:google-bert/bert-base-uncased"
LARGE = "gallery:deepseek-ai/DeepSeek-V3"
VISITS = (
    ("Home", "", {}),
    ("Home, BERT-base", "", {"model": MODEL}),
    ("Config and parameters", "Config_and_parameters", {}),
    ("Config, BERT-base", "Config_and_parameters", {"model": MODEL}),
    ("Parameters, BERT-base", "Config_and_parameters", {"model": MODEL, "view": "Parameters"}),
    ("Modules, BERT-base", "Config_and_parameters", {"model": MODEL, "view": "Modules"}),
    ("Backbone and head", "Backbone_and_head", {}),
    ("Backbone and head, BERT-base", "Backbone_and_head", {"model": MODEL}),
    ("Backbone and head, DeepSeek-V3", "Backbone_and_head", {"model": LARGE}),
    ("Checkpoint", "Checkpoint", {}),
    ("Checkpoint, BERT-base", "Checkpoint", {"model": REAL_BERT}),
)
# For what is computed in the background.
REST = 5_000


@dataclass
class Weight:
    """What one visit has loaded so far: sizes of the parts, and of the same by gzip."""

    files: list[int] = field(default_factory=list)
    files_compressed: list[int] = field(default_factory=list)
    messages: list[int] = field(default_factory=list)
    messages_compressed: list[int] = field(default_factory=list)

    def add_file(self, response: Response) -> None:
        if response.ok:
            body = response.body()
            self.files.append(len(body))
            self.files_compressed.append(_compressed(body))

    def add_messages(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda payload: self.add_message(payload))

    def add_message(self, payload: str | bytes) -> None:
        body = payload.encode() if isinstance(payload, str) else payload
        self.messages.append(len(body))
        self.messages_compressed.append(_compressed(body))

    @property
    def row(self) -> tuple[str, ...]:
        sums = (self.files, self.files_compressed, self.messages, self.messages_compressed)
        return str(len(self.files)), *(f"{sum(sizes) / 1000:,.0f} kB" for sizes in sums)


def main() -> None:
    rows = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        hello = Path(folder) / "hello.py"
        hello.write_text(HELLO, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        with running(hello) as server:
            rows.append(("hello world", *weigh(browser, server).row))
        with HubServer() as hub:
            hub.add(REAL_BERT, real_bert())
            with running(HF_ENDPOINT=hub.url, HF_HUB_OFFLINE="0") as server:
                for name, path, parameters in VISITS:
                    rows.append((name, *weigh(browser, server, path, **parameters).row))
        browser.close()
    print_table(("first visit", "requests", "files", "gzip", "messages", "gzip"), rows)


def weigh(browser: Browser, server: Server, path: str = "", **parameters: str) -> Weight:
    """What a visitor with an empty cache loads."""
    context = browser.new_context()
    page = context.new_page()
    responses: list[Response] = []
    weight = Weight()
    page.on("response", lambda response: responses.append(response))
    page.on("websocket", weight.add_messages)
    go(page, f"{server.url}/{path}", **parameters)
    page.wait_for_timeout(REST)
    settle(page)
    for response in responses:
        weight.add_file(response)
    context.close()
    return weight


def _compressed(body: bytes) -> int:
    return min(len(body), len(gzip.compress(body, 6)))


if __name__ == "__main__":
    main()
