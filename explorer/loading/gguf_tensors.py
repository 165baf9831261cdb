"""Names, shapes and types in the beginning of a GGUF file.

https://github.com/ggml-org/ggml/blob/master/docs/gguf.md describes it. transformers has a reader
too, but it wants a file and makes Python objects of all that is in it, a vocabulary of any length too.
"""

import struct

from explorer.errors import CheckpointError, IncompleteError
from explorer.ggml import GGML_TYPES
from explorer.stored_tensor import LONGEST_NAME, is_size, is_tensor_name
from explorer.tree import TensorSpec

MAXIMUM_BYTES = 64_000_000
MOST_TENSORS = 200_000
MOST_KEYS = 100_000
MOST_STRINGS = 2_000_000
_VERSIONS = (2, 3)
_DIMENSIONS = 8
_STRING, _ARRAY = 8, 9
# Bytes of one value, by the number of its type; texts and arrays tell their own.
_WIDTHS = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}


def gguf_tensors(data: bytes) -> tuple[TensorSpec, ...]:
    """The tensors that the file lists, in its order, with shapes as torch has them.

    IncompleteError when the bytes end before the list does.
    """
    if len(data) > MAXIMUM_BYTES:
        raise CheckpointError(
            "The beginning of the GGUF file is larger than what is read.", "Choose another model."
        )
    if len(data) >= 4 and data[:4] != b"GGUF":
        raise _broken("it does not begin with GGUF")
    reader = _Reader(data)
    reader.skip(4)
    version = reader.number("<I")
    if version not in _VERSIONS:
        raise _broken(f"its version is {version}")
    tensors, keys = reader.number("<Q"), reader.number("<Q")
    if tensors > MOST_TENSORS or keys > MOST_KEYS:
        raise _broken("it claims more tensors or facts than any model has")
    for _ in range(keys):
        reader.skip_text()
        _skip_value(reader, reader.number("<I"))
    found = tuple(_tensor(reader) for _ in range(tensors))
    if len({tensor.name for tensor in found}) < len(found):
        raise _broken("it lists a tensor twice")
    return found


def _tensor(reader: "_Reader") -> TensorSpec:
    name = reader.text(LONGEST_NAME)
    if not is_tensor_name(name):
        raise _broken(f"it names a tensor {name[:100]!a}, and no model has such a name")
    dimensions = reader.number("<I")
    if dimensions > _DIMENSIONS:
        raise _broken("a tensor has too many dimensions")
    # ggml counts from the dimension that moves fastest, torch from the other end.
    shape = tuple(reversed([reader.number("<Q") for _ in range(dimensions)]))
    kind = GGML_TYPES.get(reader.number("<I"))
    reader.skip(8)
    if kind is None:
        raise _broken(f"the type of {name} is not known")
    if not all(map(is_size, shape)) or (shape and shape[-1] % kind.elements):
        raise _broken(f"the shape of {name} does not fit its type")
    return TensorSpec(name, shape, kind.name)


def _skip_value(reader: "_Reader", kind: int) -> None:
    if kind in _WIDTHS:
        reader.skip(_WIDTHS[kind])
    elif kind == _STRING:
        reader.skip_text()
    elif kind == _ARRAY:
        element, count = reader.number("<I"), reader.number("<Q")
        if element in _WIDTHS:
            reader.skip(_WIDTHS[element] * count)
        elif element == _STRING and count <= MOST_STRINGS:
            reader.skip_texts(count)
        else:
            raise _broken("it holds a list of a kind that is not read")
    else:
        raise _broken("it holds a value of an unknown kind")


class _Reader:
    """A place in the bytes, which moves forward and never beyond their end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def number(self, form: str) -> int:
        """The next number."""
        start = self._position
        self.skip(struct.calcsize(form))
        value: int = struct.unpack_from(form, self._data, start)[0]
        return value

    def text(self, limit: int) -> str:
        """The next text; what is not ASCII in it is replaced."""
        length = self.number("<Q")
        if length > limit:
            raise _broken("a tensor has a name that is too long")
        start = self._position
        self.skip(length)
        return self._data[start : self._position].decode("ascii", "replace")

    def skip(self, count: int) -> None:
        """Move on."""
        if count > len(self._data) - self._position:
            raise IncompleteError(
                "The GGUF file is cut off in its list of tensors.", "Ask its authors to mend it."
            )
        self._position += count

    def skip_text(self) -> None:
        """Move on behind a text."""
        self.skip(self.number("<Q"))

    def skip_texts(self, count: int) -> None:
        """Move on behind many texts: a vocabulary."""
        for _ in range(count):
            self.skip_text()


def _broken(why: str) -> CheckpointError:
    return CheckpointError(f"The GGUF file is broken: {why}.", "Choose another file.")
