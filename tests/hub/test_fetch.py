"""Whatever a server does, whoever asks gets an answer or an error for the reader, in time."""

import pickle
import socket
import time

import pytest

from explorer.errors import AccessError, ExplorerError, HubError, ModelNotFoundError
from explorer.hub.config_reading import read_config
from explorer.hub.repository import open_repository
from explorer.hub.settings import HubSettings
from explorer.source import parse_source
from tests.hub.repositories import INFO
from tests.hub.server import HubServer

SOURCE = parse_source("owner/name")
# Late answers are awaited this long, and no longer than twice that on a busy machine.
SECONDS = 0.7

LATE = ["silent", "slow-headers", "trickle", "slow"]
BROKEN = {
    "endless": "larger than|broke off",
    "html": "a web page",
    "encoded": "not asked for",
    "drop": "broke off",
    "hang-up": "broke off",
    "too-short": "broke off",
    "loop": "redirect",
}
STATUSES = {
    429: "too many requests",
    500: "fault of its own",
    503: "fault of its own",
    404: "no model",
    403: "refuses",
    418: "status 418",
}


def settings_of(hub: HubServer, seconds: float = 20.0) -> HubSettings:
    return HubSettings(endpoint=hub.url, deadline=seconds)


def read(hub: HubServer, seconds: float = 20.0):
    return read_config(open_repository(SOURCE, settings_of(hub, seconds)))


def serve(hub: HubServer):
    # Large enough that sending it ten bytes at a time takes longer than anybody waits.
    return hub.add("owner/name", {"config.json": {"model_type": "bert", "note": "x" * 5000}})


@pytest.mark.parametrize("kind", LATE)
@pytest.mark.parametrize("where", [INFO, "config.json"])
def test_what_is_late_ends_at_the_deadline(hub, kind, where):
    serve(hub).break_with(where, kind, seconds=30.0 if kind == "slow" else 0.05)
    began = time.monotonic()
    with pytest.raises(HubError, match="did not answer within"):
        read(hub, SECONDS)
    assert time.monotonic() - began < 2 * SECONDS + 1


@pytest.mark.parametrize(("kind", "said"), BROKEN.items())
@pytest.mark.parametrize("where", [INFO, "config.json"])
def test_a_broken_answer_is_said_to_be_one(hub, kind, said, where):
    serve(hub).break_with(where, kind)
    with pytest.raises(HubError, match=said):
        read(hub)


@pytest.mark.parametrize(("status", "said"), STATUSES.items())
def test_a_status_says_what_is_wrong(hub, status, said):
    serve(hub).break_with("config.json", "status", status=status)
    with pytest.raises(ExplorerError, match=said) as caught:
        read(hub)
    assert pickle.loads(pickle.dumps(caught.value)).args == caught.value.args


@pytest.mark.parametrize("kind", ["drop", "hang-up", "status"])
def test_what_goes_wrong_once_is_tried_again(hub, kind):
    serve(hub).break_with("config.json", kind, times=1)
    assert read(hub).model_type == "bert"


def test_a_server_that_asks_for_patience_gets_it_within_the_deadline(hub):
    serve(hub).break_with("config.json", "status", status=429, headers={"Retry-After": "1"}, times=1)
    assert read(hub).model_type == "bert"


def test_a_server_that_asks_for_too_much_patience_is_not_waited_for(hub):
    serve(hub).break_with("config.json", "status", status=429, headers={"Retry-After": "3600"})
    began = time.monotonic()
    with pytest.raises(HubError, match="too many requests"):
        read(hub)
    assert time.monotonic() - began < 10


def test_the_token_is_shown_to_the_hub_and_to_nobody_else(hub):
    repository = hub.add(
        "owner/name", {"model.safetensors": b"0123456789"}, private=True, readers={"hf_reader"}
    )
    opened = open_repository(SOURCE, settings_of(hub), "hf_reader")
    with HubServer() as other:
        repository.break_with("config.json", "redirect", target=f"{other.url}/steal")
        repository.set_files({"config.json": {}, "model.safetensors": b"0123456789"}, "main")
        opened = open_repository(SOURCE, settings_of(hub), "hf_reader")
        with pytest.raises(ModelNotFoundError):
            read_config(opened)
        assert [answer.token for answer in other.served] == [None]
    from explorer.hub.deadline import Deadline

    assert opened.open("model.safetensors", Deadline.after(10)).read(2, 3) == b"234"
    assert {answer.token for answer in hub.served if answer.host == "storage"} == {None}
    assert "hf_reader" not in repr(opened)


def test_the_machines_own_token_is_never_sent(hub, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_of_the_machine")
    serve(hub)
    read(hub)
    assert {answer.token for answer in hub.served} == {None}


@pytest.mark.parametrize("token", ["two words", "line\nbreak", "naïve", "x" * 600])
def test_what_cannot_be_a_token_is_not_sent(hub, token):
    serve(hub)
    with pytest.raises(AccessError, match="token"):
        open_repository(SOURCE, settings_of(hub), token)
    assert hub.served == []


def test_a_host_that_refuses_connections_is_not_asked_by_everyone():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings = HubSettings(endpoint=f"http://127.0.0.1:{free.getsockname()[1]}")
        for _ in range(1000):
            with pytest.raises(HubError, match="cannot be reached"):
                open_repository(SOURCE, settings)


def test_a_silent_host_is_not_waited_for_by_everyone(hub):
    serve(hub).break_with(INFO, "silent")
    began = time.monotonic()
    for _ in range(50):
        with pytest.raises(HubError):
            open_repository(SOURCE, settings_of(hub, 0.5))
    assert time.monotonic() - began < 10


def test_a_hub_that_is_switched_off_is_not_asked(hub):
    serve(hub)
    with pytest.raises(HubError, match="switched off"):
        open_repository(SOURCE, HubSettings(endpoint=hub.url, is_offline=True))
    assert hub.served == []


def test_no_thread_is_left_behind_by_what_was_cut_off(hub):
    import threading

    serve(hub).break_with(INFO, "slow-headers", seconds=0.05)
    with pytest.raises(HubError):
        read(hub, 0.5)
    for _ in range(100):
        if not any(thread.name == "fetch" for thread in threading.enumerate()):
            return
        time.sleep(0.05)
    raise AssertionError("a fetch still runs, five seconds after it was cut off")


def test_a_host_that_takes_no_connections_is_given_up_early():
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(deaf.getsockname())
        settings = HubSettings(
            endpoint=f"http://127.0.0.1:{deaf.getsockname()[1]}", deadline=20.0, connect_seconds=0.3
        )
        began = time.monotonic()
        with pytest.raises(HubError, match="cannot be reached"):
            open_repository(SOURCE, settings)
        assert time.monotonic() - began < 10
        for one in waiting:
            one.close()


def test_a_name_that_is_looked_up_for_ever_ends_at_the_deadline(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(3) or [])
    began = time.monotonic()
    with pytest.raises(HubError, match="did not answer"):
        open_repository(SOURCE, HubSettings(endpoint="http://hub.invalid", deadline=SECONDS))
    assert time.monotonic() - began < 2.5
