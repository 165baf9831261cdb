"""The header of a safetensors file, checked as strictly as the library that loads it does.

https://huggingface.co/docs/safetensors describes it: eight bytes of length, then JSON from the
tensors' names to dtype, shape and place, which must cover the data without a gap.
"""

import json
import math
from typing import Any, TypeGuard

from explorer.errors import CheckpointError
from explorer.stored_tensor import MOST_DIMENSIONS, is_size, is_tensor_name
from explorer.tree import BITS, TensorSpec

LENGTH_BYTES = 8
LONGEST_SHOWN = 100

DTYPES = {
    "BOOL": "bool",
    "U8": "uint8",
    "I8": "int8",
    "U16": "uint16",
    "I16": "int16",
    "U32": "uint32",
    "I32": "int32",
    "U64": "uint64",
    "I64": "int64",
    "F4": "float4_e2m1fn_x2",
    "F6_E2M3": "float6_e2m3fn",
    "F6_E3M2": "float6_e3m2fn",
    "F8_E4M3": "float8_e4m3fn",
    "F8_E4M3FNUZ": "float8_e4m3fnuz",
    "F8_E5M2": "float8_e5m2",
    "F8_E5M2FNUZ": "float8_e5m2fnuz",
    "F8_E8M0": "float8_e8m0fnu",
    "F16": "float16",
    "BF16": "bfloat16",
    "F32": "float32",
    "F64": "float64",
    "C64": "complex64",
}
_Placed = tuple[int, int, TensorSpec]


def header_length(start: bytes, limit: int, file_size: int | None) -> int:
    """The length of the header that the file's first eight bytes tell."""
    if len(start) < LENGTH_BYTES:
        raise _broken("it is too short")
    length = int.from_bytes(start[:LENGTH_BYTES], "little")
    if file_size is not None and length > file_size - LENGTH_BYTES:
        raise _broken("its header is longer than the file")
    if length > limit:
        raise _broken(f"its header is longer than {limit / 1e6:g} MB")
    if length < 2:
        raise _broken("its header is empty")
    return length


def parse_header(header: bytes, file_size: int | None = None) -> tuple[TensorSpec, ...]:
    """The tensors that the header lists, in the order in which they lie in the file."""
    try:
        entries = json.loads(header.decode(), object_pairs_hook=_without_duplicates)
    except UnicodeDecodeError as error:
        raise _broken("its header is not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise _broken("its header is not JSON, or names something twice") from error
    if not isinstance(entries, dict) or not header.startswith(b"{"):
        raise _broken("its header is not an object")
    if not _is_metadata(entries.pop("__metadata__", None)):
        raise _broken("the metadata in its header are not texts")
    placed = sorted((_placed(name, entry) for name, entry in entries.items()), key=_place)
    end = 0
    for start, stop, tensor in placed:
        if start != end:
            raise _broken(f"tensor {_quoted(tensor.name)} does not begin where the data before it ends")
        end = stop
    if file_size is not None and LENGTH_BYTES + len(header) + end != file_size:
        raise _broken("it is not as long as its header says")
    return tuple(tensor for _, _, tensor in placed)


def _placed(name: str, entry: Any) -> _Placed:
    """The tensor of one entry and where its data begins and ends."""
    if not is_tensor_name(name):
        raise _broken(f"its header names a tensor {_quoted(name)}, and no model has such a name")
    quoted = _quoted(name)
    if not isinstance(entry, dict):
        raise _broken(f"its header gives tensor {quoted} no dtype, shape and place")
    dtype, shape, offsets = entry.get("dtype"), entry.get("shape"), entry.get("data_offsets")
    if not isinstance(dtype, str) or dtype not in DTYPES:
        raise _broken(f"its header gives tensor {quoted} a dtype that safetensors does not have")
    if not _are_sizes(shape) or not _are_sizes(offsets) or len(offsets) != 2:
        raise _broken(f"its header gives tensor {quoted} a shape or a place in the file that cannot be")
    start, stop = offsets
    bits = math.prod(shape) * (4 if dtype == "F4" else BITS[DTYPES[dtype]])
    # Both ends are compared, as the product can be any number: it is never allocated.
    if start > stop or bits != 8 * (stop - start):
        raise _broken(f"tensor {quoted} has another size than its place in the file")
    if dtype == "F4" and shape:
        # torch has pairs of such numbers, and loads half as many of them.
        shape = [*shape[:-1], shape[-1] // 2]
    return start, stop, TensorSpec(name, tuple(shape), DTYPES[dtype])


def _are_sizes(values: object) -> TypeGuard[list[int]]:
    return isinstance(values, list) and len(values) <= MOST_DIMENSIONS and all(map(is_size, values))


def _is_metadata(value: object) -> bool:
    return value is None or (
        isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
    )


def _place(placed: _Placed) -> tuple[int, int]:
    return placed[0], placed[1]


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _quoted(name: str) -> str:
    """The name as the reader of an error sees it, whatever it holds and however long it is."""
    return ascii(name if len(name) <= LONGEST_SHOWN else f"{name[:LONGEST_SHOWN]}...")


def _broken(why: str) -> CheckpointError:
    return CheckpointError(f"The safetensors file is broken, because {why}.", "Ask its authors to mend it.")
