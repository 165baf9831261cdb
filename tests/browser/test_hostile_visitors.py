"""Configs that are made to do harm: their sender gets an error, the other visitors notice nothing."""

import json
import signal
import time
from collections.abc import Iterator

import psutil
import pytest
from playwright.sync_api import expect

from explorer.source import parse_source
from tests.browser.journey import SETTLED, go, head, heading
from tests.browser.server import Server, running

SMALL = {"model_type": "bert", "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
HOSTILE = {
    "a billion layers": SMALL | {"num_hidden_layers": 10**9},
    # Within every limit that is checked before building.
    "more work than the deadline allows": {
        "model_type": "bart",
        "encoder_layers": 2000,
        "decoder_layers": 2000,
    },
    "more labels than fit into memory": SMALL | {"num_labels": 10**9},
    "sizes of the wrong kind": SMALL | {"hidden_size": [[["x"] * 99]]},
    "a size below zero": SMALL | {"vocab_size": -1},
    "parts within parts": {"model_type": "bert", "text_config": {"text_config": {"text_config": {}}}},
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running(EXPLORER_DEADLINE="4", EXPLORER_MEMORY="1500") as app:
        yield app


@pytest.mark.parametrize("config", HOSTILE.values(), ids=HOSTILE.keys())
def test_another_visitor_is_served_meanwhile(server, new_visitor, config):
    sender, other = new_visitor(), new_visitor()
    text = parse_source(json.dumps(config)).text
    sender.goto(f"{server.url}/Backbone_and_head?model={text}", wait_until="commit")
    go(other, f"{server.url}/Backbone_and_head", model="gallery:google-bert/bert-base-uncased")
    heading(other, "The head matrix")
    expect(head(other, "AutoModelForMaskedLM")).to_contain_text("110 M", timeout=60_000)
    sender.wait_for_selector(SETTLED)
    heading(sender, "Backbone and head")
    expect(sender.get_by_text("the fault is ours")).to_have_count(0)
    expect(sender.get_by_text("Traceback")).to_have_count(0)


def test_a_billion_layers_get_a_clear_error(server, visitor):
    text = parse_source(json.dumps(HOSTILE["a billion layers"])).text
    go(visitor, f"{server.url}/Backbone_and_head", model=text)
    alert = visitor.get_by_test_id("stAlert")
    expect(alert).to_contain_text("num_hidden_layers = 1,000,000,000")
    expect(alert).to_contain_text("check the number")


def test_work_without_end_is_stopped_at_the_deadline(server, visitor):
    text = parse_source(json.dumps(HOSTILE["more work than the deadline allows"])).text
    go(visitor, f"{server.url}/Backbone_and_head", model=text)
    expect(visitor.get_by_test_id("stAlert")).to_contain_text("was stopped")


def test_a_worker_that_crashes_costs_only_its_own_visitor(server, new_visitor):
    sender, other = new_visitor(), new_visitor()
    go(other, f"{server.url}/", model="arch:gpt2")
    text = parse_source(json.dumps(HOSTILE["more work than the deadline allows"] | {"n_head": 1})).text
    sender.goto(f"{server.url}/?model={text}", wait_until="commit")
    busiest_worker(server).send_signal(signal.SIGSEGV)
    expect(sender.get_by_test_id("stAlert")).to_contain_text("died", timeout=30_000)
    go(other, f"{server.url}/", model="arch:roberta")
    heading(other, "roberta")
    expect(other.get_by_text("RobertaModel").first).to_be_visible(timeout=60_000)


def busiest_worker(server: Server) -> psutil.Process:
    """The worker process that is at work, waited for."""
    for _ in range(40):
        workers = psutil.Process(server.pid).children(recursive=True)
        before = {worker.pid: sum(worker.cpu_times()[:2]) for worker in workers}
        time.sleep(0.3)
        for worker in workers:
            # The workers are the children of the fork server, which itself only waits.
            if worker.ppid() != server.pid and sum(worker.cpu_times()[:2]) - before[worker.pid] > 0.05:
                return worker
    raise AssertionError("No worker was at work.")
