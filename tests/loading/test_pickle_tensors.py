"""Pickles are read and never run: tables equal torch's, and no payload has any effect."""

import builtins
import collections
import contextlib
import io
import os
import pickle
import pickletools
import struct
import subprocess
import sys
import zipfile

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from explorer.errors import CheckpointError, IncompleteError
from explorer.loading.pickle_tensors import MAXIMUM_BYTES, pickle_tensors


def saved(state: object, legacy: bool = False) -> bytes:
    """What the worker gets of a checkpoint: data.pkl, or the whole of an old file."""
    data = io.BytesIO()
    torch.save(state, data, _use_new_zipfile_serialization=not legacy)
    if legacy:
        return data.getvalue()
    archive = zipfile.ZipFile(data)
    (name,) = (name for name in archive.namelist() if name.endswith("/data.pkl"))
    return archive.read(name)


def table(data: bytes) -> dict[str, tuple[tuple[int, ...], str]]:
    return {tensor.name: (tensor.shape, f"torch.{tensor.dtype}") for tensor in pickle_tensors(data)}


def every_kind_of_tensor() -> dict[str, torch.Tensor]:
    names = (
        "float32 float64 float16 bfloat16 int64 int32 int16 int8 uint8 bool complex64 float8_e4m3fn uint16"
    )
    base = torch.arange(24.0).reshape(2, 3, 4)
    return {name: torch.zeros(2, 3).to(getattr(torch, name)) for name in names.split()} | {
        "scalar": torch.tensor(1),
        "empty": torch.zeros(0, 3),
        "view": base[:, 1:, ::2],
        "transposed": base.transpose(0, 2),
        "expanded": torch.zeros(1).expand(5),
        "parameter": torch.nn.Parameter(torch.zeros(2)),
        "shared": base,
    }


@pytest.mark.parametrize("legacy", [False, True])
def test_the_table_is_what_torch_loads(legacy):
    state = collections.OrderedDict(every_kind_of_tensor())
    expected = {name: (tuple(tensor.shape), str(tensor.dtype)) for name, tensor in state.items()}
    assert table(saved(state, legacy)) == expected


def test_the_state_of_a_module_is_read():
    module = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3))
    expected = {
        name: (tuple(tensor.shape), str(tensor.dtype)) for name, tensor in module.state_dict().items()
    }
    assert table(saved(module.state_dict())) == expected


def test_tensors_in_a_dict_of_the_dict_keep_its_name():
    assert list(table(saved({"epoch": 3, "state_dict": {"weight": torch.zeros(2)}}))) == ["state_dict.weight"]


@pytest.mark.parametrize("what", [3, [torch.zeros(2)], {}, {"a": 1}, torch.zeros(2), {3: torch.zeros(2)}])
def test_a_pickle_without_named_tensors_is_said_to_have_none(what):
    with pytest.raises(CheckpointError, match="no tensors"):
        pickle_tensors(saved(what))


@pytest.mark.parametrize("legacy", [False, True])
def test_every_beginning_is_incomplete_or_the_whole(legacy):
    data = saved(every_kind_of_tensor(), legacy)
    whole = pickle_tensors(data)
    for length in range(0, len(data), 7):
        try:
            assert pickle_tensors(data[:length]) == whole
        except IncompleteError:
            continue


class Canary:
    """Something whose unpickling runs a function of the attacker's choice."""

    def __init__(self, function, *arguments) -> None:
        self.reduced = function, arguments

    def __reduce__(self):
        return self.reduced


def handmade(text: bytes) -> bytes:
    """A pickle of protocol 2 that ends in a STOP."""
    return b"\x80\x02" + text + b"."


# Texts on the stack: a command, a module, the beginning of a persistent id.
TOUCH = b"X\x0c\x00\x00\x00touch canary"
OS = b"X\x02\x00\x00\x00os"
STORAGE = b"(X\x07\x00\x00\x00storage"
PAYLOADS = {
    "os.system": pickle.dumps(Canary(os.system, "touch canary")),
    "eval": pickle.dumps(Canary(builtins.eval, "open('canary', 'w')")),
    "exec, protocol 0": pickle.dumps(Canary(builtins.exec, "open('canary', 'w')"), 0),
    "exec, protocol 4": pickle.dumps({"weight": Canary(builtins.exec, "open('canary', 'w')")}, 4),
    "open": pickle.dumps(Canary(open, "canary", "w")),
    "Popen": pickle.dumps(Canary(subprocess.Popen, ["touch", "canary"])),
    "a chain": pickle.dumps(Canary(getattr, Canary(__import__, "os"), "system")),
    "REDUCE": handmade(b"cos\nsystem\n(" + TOUCH + b"tR"),
    "INST": handmade(b"(" + TOUCH + b"ios\nsystem\n"),
    "OBJ": handmade(b"(cos\nsystem\n" + TOUCH + b"o"),
    "NEWOBJ": handmade(b"csubprocess\nPopen\n(" + TOUCH + b"t\x81"),
    "NEWOBJ_EX": handmade(b"csubprocess\nPopen\n(" + TOUCH + b"t}\x92"),
    "BUILD": handmade(b"cos\nenviron\n}X\x04\x00\x00\x00pathX\x01\x00\x00\x00xsb"),
    "__setstate__": handmade(b"ccollections\nOrderedDict\n)R}X\x0c\x00\x00\x00__setstate__cos\nsystem\nsb"),
    "STACK_GLOBAL": handmade(OS + b"X\x06\x00\x00\x00system\x93(" + TOUCH + b"tR"),
    "dotted STACK_GLOBAL": handmade(OS + b"X\x0b\x00\x00\x00path.system\x93)R"),
    "EXT": handmade(b"\x82\x01)R"),
    "PERSID": handmade(b"Pcos.system\n"),
    "BINPERSID": handmade(STORAGE + b"cos\nsystem\nX\x01\x00\x00\x000X\x01\x00\x00\x00cK\x01tQ"),
    "a function as storage": handmade(b"ctorch._utils\n_rebuild_tensor_v2\n(cos\nsystem\nK\x00)))tR"),
    "a function as dtype": handmade(b"ctorch._utils\n_rebuild_meta_tensor_no_storage\n(cos\nsystem\n)NNtR"),
    "a function as type": handmade(
        b"ctorch._tensor\n_rebuild_from_type_v2\n(cos\nsystem\nN(" + TOUCH + b"ttR"
    ),
    "torch.hub": handmade(b"ctorch.hub\nload\n(X\x01\x00\x00\x00atR"),
    "load_from_bytes": handmade(b"ctorch.storage\n_load_from_bytes\n(X\x01\x00\x00\x00atR"),
}  # fmt: skip


def imported() -> set[str]:
    """The modules that are imported, but for the decoders of text, which Python loads when it needs one."""
    return {name for name in sys.modules if not name.startswith("encodings.")}


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_no_payload_has_any_effect(payload, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    modules, environment = imported(), dict(os.environ)
    with pytest.raises(CheckpointError):
        pickle_tensors(payload)
    assert os.listdir(tmp_path) == []
    assert imported() == modules
    assert dict(os.environ) == environment


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_no_payload_beside_tensors_has_any_effect(payload, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    harmless = saved({"weight": torch.zeros(2)})
    # Before the tensors, and dropped from the stack again.
    data = harmless[:2] + payload[:-1].removeprefix(b"\x80\x02") + b"0" + harmless[2:]
    with contextlib.suppress(CheckpointError):
        assert list(table(data)) == ["weight"]
    assert os.listdir(tmp_path) == []


def test_the_payloads_would_have_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("os.system", "REDUCE", "INST", "OBJ"):
        pickle.loads(PAYLOADS[name])
        assert os.listdir(tmp_path) == ["canary"]
        os.remove("canary")


def test_every_opcode_that_there_is_is_known_or_refused():
    for opcode in pickletools.opcodes:
        for rest in (b"", b"a\nb\n", bytes(8)):
            with pytest.raises(CheckpointError):
                pickle_tensors(handmade(opcode.code.encode("latin-1") + rest))


HUGE = {
    "memo": b"Nr\xff\xff\xff\x7f" * 1000,
    "text": b"\x8d" + struct.pack("<Q", 2**62),
    "bytes": b"\x8e" + struct.pack("<Q", 2**62),
    "integer": b"\x8b" + struct.pack("<I", 2**31 - 1),
    "frame": b"\x95" + struct.pack("<Q", 2**62) + b"N",
    "tuples of tuples": b")" + b"2\x86" * 100_000 + b"}" + b"2N0s",
    "decimal": b"I" + b"9" * 100_000 + b"\n",
    "marks": b"(" * 1_000_000,
    "lists in lists": b"](" + b"](" * 100_000,
    "opcodes": b"N0" * 1_500_000,
    "a list that holds itself": b"]2a" * 10_000,
    "dicts of one long list": b"]("
    + b"N" * 100_000
    + b"eq\x00"
    + b"0ccollections\nOrderedDict\n(h\x00tR" * 20_000,
}


@pytest.mark.parametrize("data", HUGE.values(), ids=HUGE)
def test_a_pickle_that_is_made_to_cost_much_is_refused(data):
    with pytest.raises(CheckpointError):
        pickle_tensors(handmade(data))


def test_more_bytes_than_are_read_are_refused():
    with pytest.raises(CheckpointError, match="larger"):
        pickle_tensors(bytes(MAXIMUM_BYTES + 1))


@pytest.mark.parametrize("name", ["", "x" * 301, "größe", "a\nb"])
def test_names_that_no_model_has_are_refused(name):
    with pytest.raises(CheckpointError, match="name"):
        pickle_tensors(saved({name: torch.zeros(2)}))


def test_a_tensor_that_claims_more_than_its_storage_is_refused():
    data = saved({"weight": torch.zeros(2)})
    assert data.count(b"K\x02\x85") == 1
    with pytest.raises(CheckpointError, match="larger than its data"):
        pickle_tensors(data.replace(b"K\x02\x85", b"K\x09\x85"))


@given(st.binary(max_size=300).map(b"\x80\x02".__add__))
def test_any_bytes_are_a_table_or_an_error_for_the_reader(data):
    try:
        pickle_tensors(data)
    except CheckpointError:
        return


@given(
    st.lists(st.sampled_from([opcode.code.encode("latin-1") for opcode in pickletools.opcodes]), max_size=60)
)
def test_any_opcodes_are_a_table_or_an_error_for_the_reader(codes):
    try:
        pickle_tensors(handmade(b"N)}](" + b"".join(codes)))
    except CheckpointError:
        return
