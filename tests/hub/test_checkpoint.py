"""Checkpoints read from headers: which files, how many bytes, and what is refused."""

import io
import json
import threading

import pytest

from explorer.errors import CheckpointError, HubError
from explorer.hub.checkpoint_files import find_checkpoint
from explorer.hub.checkpoint_reading import read_checkpoint
from explorer.hub.config_reading import read_config
from explorer.hub.repository import open_repository
from explorer.hub.settings import HubSettings
from explorer.loading.gguf_tensors import gguf_tensors
from explorer.loading.pickle_tensors import pickle_tensors
from explorer.source import parse_source
from tests.hub.contents import Content, header_bytes, safetensors, sharded, with_header
from tests.hub.server import HubServer
from tests.loading.gguf_files import gguf_file

JOBS = {"pickle_tensors": pickle_tensors, "gguf_tensors": gguf_tensors}


def interpret(job: str, data: bytes):
    return JOBS[job](data)


def opened(hub: HubServer, **settings):
    return open_repository(parse_source("owner/name"), HubSettings(endpoint=hub.url, **settings))


def read(hub: HubServer, **settings):
    return read_checkpoint(opened(hub, **settings), interpret)


def shapes(checkpoint) -> dict[str, tuple[int, ...]]:
    return {tensor.name: tensor.shape for tensor in checkpoint.tensors}


TENSORS = {f"layer.{number}.weight": (number + 1, 4) for number in range(10)}


def giant() -> dict[str, Content]:
    """Files laid out as DeepSeek-R1's: 61 layers of 256 experts in FP8, with a scale for each."""
    kinds = {"weight": ("F8_E4M3", (2048, 7168)), "weight_scale_inv": ("F32", (16, 56))}
    tensors = {
        f"model.layers.{layer}.mlp.experts.{expert}.{part}_proj.{kind}": what
        for layer in range(61)
        for expert in range(256)
        for part in ("gate", "up", "down")
        for kind, what in kinds.items()
    }
    return sharded(tensors, 163)


def test_one_file_is_read_by_its_header_alone(hub):
    content = safetensors({f"layer.{number}.weight": (4096, 4096) for number in range(300)}, "BF16")
    hub.add("owner/name", {"config.json": {"model_type": "bert"}, "model.safetensors": content})
    checkpoint = read(hub)
    assert (checkpoint.format, checkpoint.element_count) == ("safetensors", 300 * 4096 * 4096)
    assert [(shard.name, shard.nbytes) for shard in checkpoint.shards] == [
        ("model.safetensors", content.nbytes)
    ]
    assert hub.data_bytes == header_bytes(content)


def test_671_billion_parameters_in_163_files_cost_their_headers_and_nothing_else(hub):
    files = giant()
    config = Content.of({"model_type": "deepseek_v3", "note": "x" * 1500})
    hub.add("owner/name", files | {"config.json": config})
    repository = opened(hub)
    read_config(repository)
    checkpoint = read_checkpoint(repository, interpret)
    assert len(checkpoint.shards) == 163
    assert sum(1 for _ in checkpoint.tensors) == 61 * 256 * 3 * 2
    headers = sum(header_bytes(content) for name, content in files.items() if name.endswith(".safetensors"))
    # Bodies of files only: metadata, redirects and the headers of HTTP are not counted.
    assert hub.data_bytes == config.nbytes + headers
    # Connections are used again: hundreds of requests, and no more than a few on each host.
    connections = {answer.connection for answer in hub.served}
    assert len(hub.served) > 3 * 163
    assert len(connections) <= 3 * repository.settings.connections


def test_shards_are_read_in_order_and_their_index_only_when_their_names_do_not_tell(hub):
    files = sharded(TENSORS, 3)
    hub.add("owner/name", files)
    checkpoint = read(hub)
    assert shapes(checkpoint) == TENSORS
    assert [shard.name for shard in checkpoint.shards] == sorted(files)[:-1]
    assert not any("index" in answer.path for answer in hub.served)


def test_an_index_is_read_when_the_shards_have_names_of_their_own(hub):
    index = {"weight_map": {name: f"part-{name[6]}.safetensors" for name in TENSORS}}
    files = {f"part-{name[6]}.safetensors": safetensors({name: shape}) for name, shape in TENSORS.items()}
    hub.add("owner/name", files | {"model.safetensors.index.json": index})
    assert shapes(read(hub)) == TENSORS


@pytest.mark.parametrize(
    "target",
    [
        "../../../../other/secret/resolve/main/model.safetensors",
        "/etc/passwd",
        "https://example.com/x.safetensors",
        "absent.safetensors",
        "",
        None,
        ["x"],
    ],
)
def test_an_index_cannot_name_what_the_repository_does_not_have(hub, target):
    hub.add("other/secret", {"model.safetensors": safetensors(TENSORS)})
    hub.add("owner/name", {"model.safetensors.index.json": {"weight_map": {"weight": target}}})
    with pytest.raises(CheckpointError, match="names"):
        read(hub)
    assert not any("secret" in answer.path for answer in hub.served)


@pytest.mark.parametrize("index", ["[]", "{", "{}", '{"weight_map": []}', '{"weight_map": {}}'])
def test_a_broken_index_is_said_to_be_broken(hub, index):
    hub.add("owner/name", {"model.safetensors.index.json": index, "x.safetensors": safetensors(TENSORS)})
    with pytest.raises(CheckpointError):
        read(hub)


def test_more_files_than_are_read_are_refused_before_they_are(hub):
    hub.add("owner/name", sharded(TENSORS, 10))
    with pytest.raises(CheckpointError, match="10 files"):
        read(hub, shard_limit=9)


def test_larger_headers_than_are_read_are_refused_before_they_are(hub):
    hub.add("owner/name", sharded({f"x{number}": (1,) for number in range(5000)}, 5))
    with pytest.raises(CheckpointError, match="larger"):
        read(hub, all_headers_limit=100_000)
    assert hub.data_bytes < 1000


HOSTILE = {
    "longer than the file": Content((2**60).to_bytes(8, "little") + b"{}", 1000),
    "cut off": Content(b"\x00\x10\x00\x00\x00\x00\x00\x00{", 9),
    "empty": Content(b"", 0),
    "no JSON": with_header(b"{" * 1000),
    "less data than it says": Content(safetensors(TENSORS).head, len(safetensors(TENSORS).head) + 3),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_header_is_refused(hub, content):
    hub.add("owner/name", {"model.safetensors": content})
    with pytest.raises(CheckpointError):
        read(hub)


@pytest.mark.parametrize(("kind", "told"), [("status", "503"), ("html", "web page"), ("silent", "within")])
def test_the_shard_that_goes_wrong_is_named(hub, kind, told):
    name = "model-00002-of-00003.safetensors"
    hub.add("owner/name", sharded({f"x{n}": (10,) for n in range(9)}, 3)).break_with(name, kind)
    with pytest.raises(HubError, match=told) as caught:
        read(hub, deadline=2.0)
    assert name in caught.value.what
    assert caught.value.advice


@pytest.mark.parametrize(
    "kind", ["silent", "trickle", "drop", "wrong-range", "no-range", "html", "loop", "endless"]
)
def test_a_shard_that_goes_wrong_ends_in_time(hub, kind):
    files = sharded({f"x{number}": (1000, 1000) for number in range(500)}, 4)
    hub.add("owner/name", files).break_with("model-00003-of-00004.safetensors", kind)
    try:
        checkpoint = read(hub, deadline=2.0)
    except (HubError, CheckpointError):
        assert kind not in ("no-range", "drop")
    else:
        # Whoever sends the whole file for a range at its beginning has sent that range too.
        assert kind in ("no-range", "drop")
        assert len(checkpoint.shards) == 4


@pytest.mark.parametrize("legacy", [False, True])
def test_a_bin_file_is_read_by_its_pickle_alone(hub, legacy):
    import torch

    state = {name: torch.zeros(shape) for name, shape in TENSORS.items()} | {"large": torch.zeros(2_000_000)}
    data = io.BytesIO()
    torch.save(state, data, _use_new_zipfile_serialization=not legacy)
    hub.add("owner/name", {"pytorch_model.bin": data.getvalue()})
    checkpoint = read(hub)
    assert checkpoint.format == "pickle"
    assert shapes(checkpoint) == TENSORS | {"large": (2_000_000,)}
    assert hub.data_bytes < 300_000
    assert len([answer for answer in hub.served if answer.is_data]) <= 3


def test_bin_shards_are_read(hub):
    import torch

    files = {}
    for number, (name, shape) in enumerate(TENSORS.items(), 1):
        data = io.BytesIO()
        torch.save({name: torch.zeros(shape)}, data)
        files[f"pytorch_model-{number:05}-of-00010.bin"] = data.getvalue()
    hub.add("owner/name", files | {"pytorch_model.bin.index.json": json.dumps({"weight_map": {}})})
    assert shapes(read(hub)) == TENSORS


@pytest.mark.parametrize("junk", [b"PK\x03\x04" + b"x" * 1000, b"junk" * 1000, b"", b"\x80\x02N."])
def test_a_bin_file_that_is_none_is_refused(hub, junk):
    hub.add("owner/name", {"pytorch_model.bin": junk})
    with pytest.raises(CheckpointError):
        read(hub)


def test_a_gguf_file_is_read_by_its_beginning(hub):
    tokens = [f"token {number}" for number in range(150_000)]
    head = gguf_file({"blk.0.attn_q.weight": ((64, 32), 0)}, {"tokenizer.ggml.tokens": tokens})
    hub.add("owner/name", {"model.Q4_K_M.gguf": Content(head, 4_000_000_000), "README.md": ""})
    checkpoint = read(hub)
    assert checkpoint.format == "gguf"
    assert shapes(checkpoint) == {"blk.0.attn_q.weight": (64, 32)}
    assert len(head) <= hub.data_bytes < 4 * len(head)


def names_found(hub, names) -> tuple[str, ...] | None:
    hub.add("owner/name", dict.fromkeys(names, ""))
    found = find_checkpoint(opened(hub))
    return found and (found.names or (found.index,))


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["model.safetensors", "pytorch_model.bin", "model.safetensors.index.json"], ("model.safetensors",)),
        (["pytorch_model.bin", "tf_model.h5", "other.safetensors"], ("pytorch_model.bin",)),
        (["model.safetensors.index.json"], ("model.safetensors.index.json",)),
        (["adapter_config.json", "adapter_model.safetensors"], ("adapter_model.safetensors",)),
        (["adapter_model.bin", "training_args.bin"], ("adapter_model.bin",)),
        (["training_args.bin", "optimizer.pt", "rng_state_0.pth"], None),
        (["consolidated.00.pth", "params.json"], ("consolidated.00.pth",)),
        (["b.gguf", "a.gguf", "a-mmproj.gguf"], ("a.gguf",)),
        (
            ["mmproj-f16.gguf", "q/x-00001-of-00002.gguf", "q/x-00002-of-00002.gguf"],
            ("q/x-00001-of-00002.gguf", "q/x-00002-of-00002.gguf"),
        ),
        (["anything.safetensors"], ("anything.safetensors",)),
        (["README.md", "config.json"], None),
        (
            [
                "model_index.json",
                "unet/diffusion_pytorch_model.safetensors",
                "unet/diffusion_pytorch_model.fp16.safetensors",
                "vae/diffusion_pytorch_model.safetensors",
                "sd.safetensors",
            ],
            ("unet/diffusion_pytorch_model.safetensors", "vae/diffusion_pytorch_model.safetensors"),
        ),
    ],
)
def test_the_files_of_the_checkpoint_are_found_by_their_names(hub, names, found):
    assert names_found(hub, names) == found


def test_two_sets_of_shards_are_told_apart_by_the_index(hub):
    files = sharded(TENSORS, 2) | {
        name: content for name, content in sharded(TENSORS, 3).items() if "of" in name
    }
    hub.add("owner/name", files)
    assert shapes(read(hub)) == TENSORS
    assert any("index" in answer.path for answer in hub.served)


def test_many_readers_at_once_get_their_answers(hub):
    hub.add("owner/name", sharded(TENSORS, 5))
    found = []
    threads = [threading.Thread(target=lambda: found.append(shapes(read(hub)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == [TENSORS] * 8
