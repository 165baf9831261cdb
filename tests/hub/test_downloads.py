"""Downloaded models are whole, as the Hub lists them, and never more than there is room for."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from explorer.errors import (
    AccessError,
    CheckpointError,
    ConfigError,
    HubError,
    ModelNotFoundError,
    StoppedError,
    TooLargeError,
)
from explorer.hub.cache_folder import cached_models
from explorer.hub.downloads import download
from explorer.hub.repository import open_repository
from explorer.hub.settings import HubSettings
from explorer.source import parse_source
from tests.hub.contents import Content, safetensors, sharded
from tests.hub.server import HubServer


def online() -> dict[str, str]:
    """The environment without a word that the Hub is off: other tests may have said so."""
    return {name: value for name, value in os.environ.items() if name != "HF_HUB_OFFLINE"}


# Large enough for several ranges, small enough for a test.
MATRIX = (500, 1000)
CONFIG = {"model_type": "bert"}
BESIDE = {
    "config.json": CONFIG,
    "tokenizer.json": {"a": 1},
    "vocab.txt": "a\nb",
    "source.spm": b"spm",
    "additional_chat_templates/tool.jinja": "{{ messages }}",
}
NOT_NEEDED = {
    "README.md": "words",
    "modeling_custom.py": "import os",
    "pytorch_model.bin": b"pickle" * 1000,
    "tf_model.h5": b"keras" * 1000,
    "onnx/model.onnx": b"onnx",
    "training_args.bin": b"pickle",
    "checkpoint-1/model.safetensors": safetensors({"x": (10,)}),
}


def serve(hub: HubServer, name: str = "owner/name", **files):
    content = safetensors({"weight": MATRIX})
    return hub.add(name, {**BESIDE, **NOT_NEEDED, "model.safetensors": content, **files})


@pytest.fixture
def opened(hub, tmp_path):
    def open_it(text="owner/name", token=None, **settings):
        defaults = {"endpoint": hub.url, "deadline": 20.0, "cache": str(tmp_path / "cache")}
        return open_repository(parse_source(text), HubSettings(**{**defaults, **settings}), token)

    return open_it


def files_in(folder):
    return {str(path.relative_to(folder)): path for path in Path(folder).rglob("*") if path.is_file()}


def is_served_by(folder, repository, names):
    _, files = repository.at("main")
    return all(
        files_in(folder)[name].read_bytes() == b"".join(files[name].blocks(0, files[name].nbytes))
        for name in names
    )


def fetched(hub):
    return [answer.path for answer in hub.served if answer.is_data]


def test_all_that_running_needs_is_there_and_nothing_else(hub, opened):
    served = serve(hub)
    folder = download(opened())
    assert set(files_in(folder)) == {*BESIDE, "model.safetensors"}
    assert is_served_by(folder, served, files_in(folder))
    assert Path(folder).name == served.at("main")[0]


def test_a_checkpoint_in_several_files_comes_with_its_index(hub, opened):
    parts = sharded({f"layer.{number}": (100, 100) for number in range(9)}, 3)
    served = hub.add("owner/name", {**BESIDE, **parts})
    folder = download(opened())
    assert set(files_in(folder)) == {*BESIDE, *parts}
    assert is_served_by(folder, served, parts)


def test_progress_tells_every_byte_up_to_the_last(hub, opened):
    serve(hub)
    told = []
    folder = download(opened(), told.append)
    total = sum(path.stat().st_size for path in files_in(folder).values())
    assert {progress.total for progress in told} == {total}
    assert [progress.fetched for progress in told] == sorted(progress.fetched for progress in told)
    assert told[-1].fetched == total
    assert told[-1].file == "model.safetensors"


def test_what_is_here_is_not_fetched_again(hub, opened):
    serve(hub)
    folder = download(opened())
    before = len(fetched(hub))
    assert download(opened()) == folder
    assert len(fetched(hub)) == before


def test_another_commit_is_another_folder(hub, opened):
    served = serve(hub)
    first = download(opened())
    served.set_files({**BESIDE, "model.safetensors": safetensors({"other": (3,)})})
    second = download(opened())
    assert Path(first).parent == Path(second).parent
    assert first != second


@pytest.mark.parametrize("kind", ["drop", "hang-up", "status"])
def test_a_connection_that_breaks_off_goes_on(hub, opened, kind):
    served = serve(hub)
    served.break_with("model.safetensors", kind, after=2, times=2)
    assert is_served_by(download(opened()), served, ["model.safetensors"])


def test_a_download_that_broke_off_goes_on_where_it_ended(hub, opened):
    served = serve(hub)
    served.break_with("model.safetensors", "hang-up", after=2)
    with pytest.raises(HubError, match=r"broke off.* of 2 MB are here, and it goes on from there"):
        download(opened())
    [part] = cached_models(opened().settings.cache)
    assert part.folder.endswith(".part")
    assert part.nbytes > 256_000
    served.faults.clear()
    before = hub.data_bytes
    folder = download(opened())
    assert is_served_by(folder, served, files_in(folder))
    # What had come was not fetched again.
    size = sum(path.stat().st_size for path in files_in(folder).values())
    assert hub.data_bytes - before == size - part.nbytes


def test_a_file_of_another_size_is_refused(hub, opened):
    serve(hub).break_with("model.safetensors", "other", content=safetensors({"weight": (500, 1001)}))
    with pytest.raises(CheckpointError, match=r"it has 2,002,\d+ bytes and not 2,000,\d+"):
        download(opened())
    assert all(model.folder.endswith(".part") for model in cached_models(opened().settings.cache))


def test_a_file_with_other_bytes_is_refused_and_fetched_anew(hub, opened):
    served = serve(hub)
    right = served.at("main")[1]["model.safetensors"]
    wrong = Content(right.head.replace(b"weight", b"height"), right.nbytes)
    served.break_with("model.safetensors", "other", content=wrong)
    with pytest.raises(CheckpointError, match="another hash"):
        download(opened())
    served.faults.clear()
    assert is_served_by(download(opened()), served, ["model.safetensors"])


def test_a_redirect_to_another_host_gets_no_token_and_no_trust(hub, opened):
    with HubServer() as foreign:
        other = foreign.add("owner/name", {"model.safetensors": Content(b"x" * 100, 2_000_000)})
        served = serve(hub)
        served.gated, served.readers = True, {"hf_reader"}
        hub.tokens.add("hf_reader")
        commit = other.at("main")[0]
        target = f"{foreign.storage_url}/owner%2Fname/{commit}/model.safetensors"
        served.break_with("model.safetensors", "redirect", target=target)
        with pytest.raises(CheckpointError, match="not what the Hub lists"):
            download(opened(token="hf_reader"))
        assert foreign.served
        assert not any(answer.token for answer in foreign.served)


def test_a_shard_that_is_not_there_leaves_nothing_that_looks_whole(hub, opened):
    parts = sharded({f"layer.{number}": (100, 100) for number in range(9)}, 3)
    hub.add("owner/name", {**BESIDE, **parts}).break_with(
        "model-00002-of-00003.safetensors", "status", status=404
    )
    with pytest.raises(ModelNotFoundError, match="model-00002-of-00003"):
        download(opened())
    del parts["model-00003-of-00003.safetensors"]
    hub.add("owner/other", {**BESIDE, **parts})
    with pytest.raises(CheckpointError, match="does not have"):
        download(opened("owner/other"))
    assert all(model.folder.endswith(".part") for model in cached_models(opened().settings.cache))


def test_an_address_of_the_storage_that_has_run_out_is_asked_for_again(hub, opened):
    served = serve(hub)
    served.break_with("model.safetensors", "status", status=403, after=2, times=1)
    assert is_served_by(download(opened()), served, ["model.safetensors"])


@pytest.mark.parametrize("kind", ["silent", "trickle"])
def test_a_server_that_says_nothing_more_ends_the_download(hub, opened, kind):
    serve(hub).break_with("model.safetensors", kind, after=2)
    began = time.monotonic()
    with pytest.raises(HubError, match="did not answer within"):
        download(opened(deadline=0.7))
    assert time.monotonic() - began < 6


@pytest.mark.parametrize("kind", ["silent", "trickle"])
def test_a_cancelled_download_ends_within_a_second_and_keeps_what_came(hub, opened, kind):
    served = serve(hub)
    served.break_with("model.safetensors", kind, after=2)
    cancelled = threading.Event()
    timer = threading.Timer(0.5, cancelled.set)
    timer.start()
    with pytest.raises(StoppedError):
        download(opened(), is_cancelled=cancelled.is_set)
    timer.join()
    [part] = cached_models(opened().settings.cache)
    assert part.nbytes > 256_000


def test_visitors_who_ask_for_the_same_share_one_download(hub, opened):
    serve(hub)
    repositories = [opened() for _ in range(4)]
    folders = []
    threads = [
        threading.Thread(target=lambda repository=repository: folders.append(download(repository)))
        for repository in repositories
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(folders) == 4
    assert len(set(folders)) == 1
    size = sum(path.stat().st_size for path in files_in(folders[0]).values())
    assert hub.data_bytes == size


def test_who_waits_goes_on_when_the_first_leaves(hub, opened):
    served = serve(hub)
    served.break_with("model.safetensors", "silent", after=2, times=1)
    first, second = opened(), opened()
    cancelled, told, folders = threading.Event(), threading.Event(), []

    def leave():
        with pytest.raises(StoppedError):
            download(first, lambda progress: told.set() if progress.file else None, cancelled.is_set)

    leaving = threading.Thread(target=leave)
    leaving.start()
    assert told.wait(20)
    seen = []
    waiting = threading.Thread(target=lambda: folders.append(download(second, seen.append)))
    waiting.start()
    time.sleep(0.3)
    cancelled.set()
    leaving.join(20)
    waiting.join(20)
    assert is_served_by(folders[0], served, ["model.safetensors"])
    assert seen[0].file == ""


def test_a_download_of_a_process_that_was_killed_goes_on(hub, opened, tmp_path):
    served = serve(hub)
    served.break_with("model.safetensors", "silent", after=2, times=1)
    program = (
        "from explorer.hub.downloads import download\n"
        "from explorer.hub.repository import open_repository\n"
        "from explorer.hub.settings import HubSettings\n"
        "from explorer.source import parse_source\n"
        f"settings = HubSettings(endpoint={hub.url!r}, cache={str(tmp_path / 'cache')!r})\n"
        "download(open_repository(parse_source('owner/name'), settings),\n"
        "         lambda progress: print(progress.fetched, flush=True))\n"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=online()) as other:
        while int(other.stdout.readline()) < 256_000:
            pass
        other.kill()
    served.faults.clear()
    assert is_served_by(download(opened()), served, ["model.safetensors"])


def test_a_model_that_is_larger_than_the_limit_is_refused_before_a_byte_is_fetched(hub, opened):
    serve(hub)
    with pytest.raises(TooLargeError, match=r"needs 2\.0 MB .* may take 1\.0 MB") as caught:
        download(opened(cache_limit=1_000_000))
    assert "EXPLORER_CACHE_LIMIT" in caught.value.advice
    assert not fetched(hub)


def test_a_model_that_is_larger_than_the_disk_is_refused_before_a_byte_is_fetched(hub, opened):
    huge = Content(b"", 2**50)
    serve(hub, **{"model.safetensors": huge})
    with pytest.raises(TooLargeError, match="the disk has room for"):
        download(opened(cache_limit=2**60))
    assert not fetched(hub)


def test_the_model_used_longest_ago_makes_room(hub, opened):
    for name in "abc":
        serve(hub, f"owner/{name}")
    # Two of these fit, three do not.
    folders = {name: download(opened(f"owner/{name}", cache_limit=5_000_000)) for name in "ab"}
    os.utime(folders["a"], (1, 1))
    os.utime(folders["b"], (2, 2))
    assert download(opened("owner/a", cache_limit=5_000_000)) == folders["a"]
    third = download(opened("owner/c", cache_limit=5_000_000))
    kept = {model.folder for model in cached_models(opened("owner/a").settings.cache)}
    assert kept == {folders["a"], third}


def test_a_model_that_is_being_downloaded_makes_no_room(hub, opened):
    serve(hub, "owner/a").break_with("model.safetensors", "silent", after=2)
    serve(hub, "owner/b")
    cancelled, begun = threading.Event(), threading.Event()

    def slow():
        with pytest.raises(StoppedError):
            download(opened("owner/a"), lambda progress: begun.set(), cancelled.is_set)

    slowly = threading.Thread(target=slow)
    slowly.start()
    assert begun.wait(20)
    download(opened("owner/b", cache_limit=2_100_000))
    folders = [model.folder for model in cached_models(opened("owner/b").settings.cache)]
    assert any("owner--a" in folder for folder in folders)
    cancelled.set()
    slowly.join(20)


def test_a_disk_that_takes_no_more_is_said_to_be_full(hub, opened, tmp_path):
    serve(hub)
    program = (
        "import resource\n"
        "from explorer.errors import AccessError\n"
        "from explorer.hub.downloads import download\n"
        "from explorer.hub.repository import open_repository\n"
        "from explorer.hub.settings import HubSettings\n"
        "from explorer.source import parse_source\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))\n"
        f"settings = HubSettings(endpoint={hub.url!r}, cache={str(tmp_path / 'cache')!r})\n"
        "try:\n"
        "    download(open_repository(parse_source('owner/name'), settings))\n"
        "except AccessError as error:\n"
        "    print(error.what)\n"
    )
    command = [sys.executable, "-c", program]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=60, env=online())
    assert finished.stdout.startswith("The model cannot be stored: "), finished.stderr


@pytest.mark.parametrize(
    ("files", "error", "said"),
    [
        ({"config.json": CONFIG, "pytorch_model.bin": b"x"}, CheckpointError, "pickles, which are programs"),
        ({"config.json": CONFIG, "model.gguf": b"x"}, CheckpointError, r"no model\.safetensors"),
        ({"config.json": CONFIG}, CheckpointError, "has no weights"),
        ({"model.safetensors": b"x"}, ConfigError, r"no config\.json"),
        (
            {
                "config.json": CONFIG,
                "model.safetensors.index.json": {"weight_map": {"a": "../../b.safetensors"}},
            },
            CheckpointError,
            "does not have",
        ),
    ],
)
def test_what_cannot_be_run_is_not_fetched(hub, opened, files, error, said):
    hub.add("owner/name", files)
    with pytest.raises(error, match=said):
        download(opened())
    assert not [path for path in fetched(hub) if "index" not in path]


def test_a_gated_model_in_the_cache_is_for_those_who_may_read_it(hub, opened):
    served = serve(hub)
    served.gated, served.readers = True, {"hf_reader"}
    hub.tokens.add("hf_reader")
    folder = download(opened(token="hf_reader"))
    assert download(opened(token="hf_reader")) == folder
    with pytest.raises(AccessError, match="gated"):
        download(opened())


def test_a_local_folder_needs_no_download(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    safetensors({"weight": (3,)}).write(folder / "model.safetensors")
    (folder / "config.json").write_text('{"model_type": "bert"}')
    repository = open_repository(
        parse_source(str(folder)), HubSettings(local_roots=(str(tmp_path),), cache=str(tmp_path / "cache"))
    )
    assert download(repository) == str(folder)
    assert not (tmp_path / "cache").exists()


def test_a_local_file_that_leads_elsewhere_is_not_run(tmp_path):
    folder = tmp_path / "models" / "model"
    folder.mkdir(parents=True)
    safetensors({"weight": (3,)}).write(folder / "model.safetensors")
    (folder / "config.json").write_text('{"model_type": "bert"}')
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "vocab.txt").symlink_to(tmp_path / "secret.txt")
    settings = HubSettings(local_roots=(str(tmp_path / "models"),))
    with pytest.raises(AccessError, match=r"vocab\.txt lies outside"):
        download(open_repository(parse_source(str(folder)), settings))


def test_settings_of_the_cache_come_from_the_environment(tmp_path):
    settings = HubSettings.from_environment({"EXPLORER_CACHE": str(tmp_path), "EXPLORER_CACHE_LIMIT": "500"})
    assert (settings.cache, settings.cache_limit) == (str(tmp_path), 500_000_000)
    assert cached_models(str(tmp_path / "absent")) == []
