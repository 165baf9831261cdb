"""The header of a safetensors file: read as the library reads it, refused where it refuses."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from explorer.errors import CheckpointError
from explorer.safetensors_header import DTYPES, header_length, parse_header
from explorer.tree import BITS, TensorSpec


def entry(dtype="F32", shape=(2,), offsets=(0, 8)):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


def parse(header: dict | bytes | str, nbytes: int = 8):
    data = (
        header
        if isinstance(header, bytes)
        else (header if isinstance(header, str) else json.dumps(header)).encode()
    )
    length = header_length(struct.pack("<Q", len(data)), 25_000_000, 8 + len(data) + nbytes)
    assert length == len(data)
    return parse_header(data, 8 + len(data) + nbytes)


def library_refuses(header: dict | bytes | str, nbytes: int, path) -> bool:
    data = (
        header
        if isinstance(header, bytes)
        else (header if isinstance(header, str) else json.dumps(header)).encode()
    )
    path.write_bytes(struct.pack("<Q", len(data)) + data + bytes(nbytes))
    try:
        with safe_open(path, "np"):
            return False
    except SafetensorError:
        return True


def test_tensors_come_in_the_order_of_their_data():
    header = {
        "b": entry(offsets=(0, 8)),
        "__metadata__": {"format": "pt"},
        "a": entry("BF16", (2, 1), (8, 12)),
    }
    assert parse(header, 12) == (TensorSpec("b", (2,)), TensorSpec("a", (2, 1), "bfloat16"))


BROKEN = {
    "metadata that are none": {"__metadata__": 3, "a": entry()},
    "metadata that are no texts": {"__metadata__": {"format": 3}, "a": entry()},
    "a list": [1],
    "a text": '"x"',
    "no JSON": "{",
    "not UTF-8": b'{"\xff": 1}',
    "deep": "[" * 200_000,
    "white space first": " {}",
    "an entry that is a text": {"a": "F32"},
    "no dtype": {"a": {"shape": [2], "data_offsets": [0, 8]}},
    "an unknown dtype": {"a": entry("F31")},
    "a negative size": {"a": entry(shape=(-2,))},
    "a huge size": {"a": entry(shape=(2**62, 2**62))},
    "a size that is a text": {"a": {"dtype": "F32", "shape": "2", "data_offsets": [0, 8]}},
    "a size that is a fraction": {"a": entry(shape=(2.5,))},
    "a size that is true": {"a": entry("U8", (True,), (0, 8))},
    "negative offsets": {"a": entry(offsets=(-8, 0))},
    "offsets that go back": {"a": entry(offsets=(8, 0))},
    "three offsets": {"a": entry(offsets=(0, 8, 8))},
    "too much data": {"a": entry(offsets=(0, 4))},
    "a gap": {"a": entry("F32", (1,), (4, 8))},
    "an overlap": {"a": entry(), "b": entry()},
    "the same name twice": f'{{"a": {json.dumps(entry())}, "a": {json.dumps(entry(offsets=(8, 16)))}}}',
    "more data than there is": {"a": entry(shape=(4,), offsets=(0, 16))},
    "less data than there is": {"a": entry(shape=(1,), offsets=(0, 4))},
    "a number with 6000 digits": '{"a": ' + "9" * 6000 + "}",
}


@pytest.mark.parametrize("header", BROKEN.values(), ids=BROKEN)
def test_what_the_library_refuses_is_refused(header, tmp_path):
    with pytest.raises(CheckpointError, match="broken"):
        parse(header)
    assert library_refuses(header, 8, tmp_path / "x.safetensors")


@pytest.mark.parametrize("name", ["", "x" * 301, "größe", "a\nb", "a\x00b"])
def test_names_that_no_model_has_are_refused(name):
    with pytest.raises(CheckpointError, match="name"):
        parse({name: entry()})


@pytest.mark.parametrize(
    ("name", "told"),
    [("größe", r"'gr\xf6\xdfe'"), ("", "''"), ("x" * 400, f"'{'x' * 100}...'")],
)
def test_a_name_that_no_model_has_is_quoted_in_ascii_and_cut(name, told):
    with pytest.raises(CheckpointError) as caught:
        parse({name: entry()})
    assert f"its header names a tensor {told}, and no model has such a name" in caught.value.what


@pytest.mark.parametrize(
    ("start", "size"),
    [(b"", 0), (b"1234567", 7), (struct.pack("<Q", 2**60), 100), (struct.pack("<Q", 24_000_000), 94_000)],
)
def test_lengths_that_cannot_be_are_refused(start, size):
    with pytest.raises(CheckpointError):
        header_length(start, 25_000_000, size)


def test_every_dtype_is_one_of_ours():
    assert set(DTYPES.values()) <= set(BITS)


def test_four_bit_numbers_come_in_pairs_as_torch_loads_them():
    (tensor,) = parse({"a": entry("F4", (2, 8), (0, 8))})
    assert tensor == TensorSpec("a", (2, 4), "float4_e2m1fn_x2")
    assert tensor.nbytes == 8


@given(st.binary(max_size=200))
def test_any_bytes_are_tensors_or_an_error_for_the_reader(data):
    try:
        parse_header(data)
    except CheckpointError:
        return


JUNK = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.sampled_from(["F32", "U8"])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abc"), inner)),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(["dtype", "shape", "data_offsets"]), JUNK))
def test_any_entry_is_a_tensor_or_an_error_for_the_reader(junk):
    try:
        parse({"a": {**entry(), **junk}})
    except CheckpointError:
        return


def test_what_torch_saves_is_read_as_torch_loads_it():
    import torch

    state = {
        name: torch.zeros(2, 4).to(getattr(torch, name))
        for name in ("float32", "bfloat16", "float16", "int64", "uint8", "bool", "float8_e4m3fn", "complex64")
    } | {"scalar": torch.tensor(1.0), "empty": torch.zeros(0, 3)}
    data = save(state)
    length = header_length(data[:8], 25_000_000, len(data))
    found = {tensor.name: tensor for tensor in parse_header(data[8 : 8 + length], len(data))}
    assert {name: (tensor.shape, f"torch.{tensor.dtype}") for name, tensor in found.items()} == {
        name: (tuple(tensor.shape), str(tensor.dtype)) for name, tensor in state.items()
    }
