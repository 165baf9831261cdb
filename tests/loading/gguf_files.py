"""GGUF files for tests, written by the book."""

import struct
from collections.abc import Mapping, Sequence

STRING, ARRAY, UINT32 = 8, 9, 4


def gguf_file(
    tensors: Mapping[str, tuple[Sequence[int], int]],
    facts: Mapping[str, object] | None = None,
    version: int = 3,
) -> bytes:
    """A GGUF file without data: tensors by name, with their shape as torch has it and their type's number."""
    facts = {"general.architecture": "llama", **(facts or {})}
    parts = [b"GGUF", struct.pack("<IQQ", version, len(tensors), len(facts))]
    parts += [_text(key) + _value(value) for key, value in facts.items()]
    for name, (shape, kind) in tensors.items():
        dimensions = struct.pack(f"<I{len(shape)}Q", len(shape), *reversed(shape))
        parts.append(_text(name) + dimensions + struct.pack("<IQ", kind, 0))
    return b"".join(parts)


def _text(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


def _value(value: object) -> bytes:
    if isinstance(value, str):
        return struct.pack("<I", STRING) + _text(value)
    if isinstance(value, int):
        return struct.pack("<II", UINT32, value)
    assert isinstance(value, list)
    if value and isinstance(value[0], str):
        return struct.pack("<IIQ", ARRAY, STRING, len(value)) + b"".join(map(_text, value))
    return struct.pack("<IIQ", ARRAY, UINT32, len(value)) + struct.pack(f"<{len(value)}I", *value)
