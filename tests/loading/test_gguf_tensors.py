"""The beginning of a GGUF file: read by the book, and never trusted."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers.integrations.gguf.reader import GgufHeader

from explorer.errors import CheckpointError, IncompleteError
from explorer.ggml import GGML_TYPES
from explorer.loading.gguf_tensors import gguf_tensors
from explorer.tree import TensorSpec
from tests.loading.gguf_files import gguf_file

FACTS = {"llama.block_count": 2, "tokenizer.ggml.tokens": ["<s>", "größe"] * 100, "rope.sections": [1, 2, 3]}
TENSORS = {"token_embd.weight": ((50, 256), 12), "output_norm.weight": ((256,), 0), "scale": ((), 1)}


def test_names_shapes_and_types_come_in_the_order_of_the_file():
    assert gguf_tensors(gguf_file(TENSORS, FACTS)) == (
        TensorSpec("token_embd.weight", (50, 256), "Q4_K"),
        TensorSpec("output_norm.weight", (256,), "float32"),
        TensorSpec("scale", (), "float16"),
    )


def test_the_table_is_the_one_that_transformers_reads(tmp_path):
    path = tmp_path / "model.gguf"
    path.write_bytes(gguf_file(TENSORS, FACTS))
    header = GgufHeader.from_file(str(path))
    ours = gguf_tensors(path.read_bytes())
    assert [(tensor.name, tensor.shape, tensor.nbytes) for tensor in ours] == [
        (info.name, info.shape, info.nbytes) for info in header.tensors
    ]


def test_a_quantised_tensor_takes_the_bytes_of_its_blocks():
    from transformers.integrations.gguf.dequant import GGML_BLOCK, GGML_NAME

    for number, block in GGML_BLOCK.items():
        ours = GGML_TYPES[number]
        assert (ours.name, (ours.elements, ours.nbytes)) == (GGML_NAME[number], block)
        assert TensorSpec("x", (3, ours.elements), ours.name).nbytes == 3 * ours.nbytes


def test_every_beginning_is_incomplete():
    data = gguf_file(TENSORS, FACTS)
    for length in range(len(data)):
        with pytest.raises(IncompleteError):
            gguf_tensors(data[:length])


def counts(tensors: int, facts: int, rest: bytes = b"") -> bytes:
    return b"GGUF" + struct.pack("<IQQ", 3, tensors, facts) + rest


def fact(kind: int, rest: bytes) -> bytes:
    return counts(0, 1, struct.pack("<Q", 1) + b"k" + struct.pack("<I", kind) + rest)


HOSTILE = {
    "not GGUF": b"GGML" + bytes(100),
    "another version": b"GGUF" + struct.pack("<IQQ", 1, 0, 0),
    "many tensors": counts(2**63, 0),
    "many facts": counts(0, 2**63),
    "a long key": counts(0, 1, struct.pack("<Q", 2**63)),
    "a long list": fact(9, struct.pack("<IQ", 4, 2**62)),
    "a long list of texts": fact(9, struct.pack("<IQ", 8, 2**62)),
    "a list of lists": fact(9, struct.pack("<IQ", 9, 1)),
    "an unknown kind": fact(99, bytes(8)),
    "an unknown type": gguf_file({"x": ((32,), 999)}),
    "a shape that is not whole blocks": gguf_file({"x": ((33,), 2)}),
    "many dimensions": gguf_file({"x": ((1,) * 9, 0)}),
    "a long name": gguf_file({"x" * 301: ((1,), 0)}),
    "a name that is none": gguf_file({"a\nb": ((1,), 0)}),
    "no name": gguf_file({"": ((1,), 0)}),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused(data):
    with pytest.raises(CheckpointError):
        gguf_tensors(data)


@given(st.binary(max_size=300).map(b"GGUF\x03\x00\x00\x00".__add__))
def test_any_bytes_are_a_table_or_an_error_for_the_reader(data):
    try:
        gguf_tensors(data)
    except CheckpointError:
        return
