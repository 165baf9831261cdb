"""The inert values that a pickle's opcodes are read as, and what torch's own functions mean by them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from explorer.errors import CheckpointError
from explorer.stored_tensor import MOST_DIMENSIONS, is_size
from explorer.tree import BITS


@dataclass(frozen=True, slots=True)
class Global:
    """A name that the pickle would import; here it stays two words."""

    module: str
    name: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """What some call would have given, had it been made."""


@dataclass(frozen=True, slots=True)
class Storage:
    """Where the data of tensors lies: the dtype and number of its elements."""

    dtype: str
    size: int


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor of the checkpoint."""

    dtype: str
    shape: tuple[int, ...]


_STORAGES = {
    "DoubleStorage": "float64",
    "FloatStorage": "float32",
    "HalfStorage": "float16",
    "BFloat16Storage": "bfloat16",
    "LongStorage": "int64",
    "IntStorage": "int32",
    "ShortStorage": "int16",
    "CharStorage": "int8",
    "ByteStorage": "uint8",
    "BoolStorage": "bool",
    "ComplexFloatStorage": "complex64",
    "ComplexDoubleStorage": "complex128",
    "UntypedStorage": "uint8",
}


def storage(identity: Any) -> Storage | Unknown:
    """The storage that a persistent id of torch names."""
    match identity:
        case ("storage", Global(module="torch" | "torch.storage", name=name), _, _, int(size), *_):
            return Storage(_STORAGES[name], size) if name in _STORAGES else Unknown()
    return Unknown()


def call(function: Any, arguments: Any) -> Any:
    """The value of a call as far as tensors need it; nothing is ever called for it."""
    if not isinstance(function, Global) or not isinstance(arguments, tuple):
        return Unknown()
    meaning = _MEANINGS.get((function.module, function.name))
    return meaning(arguments) if meaning else Unknown()


def _tensor(arguments: tuple[Any, ...]) -> Tensor | Unknown:
    """``_rebuild_tensor(storage, offset, shape, stride)`` and the second version, with more after it."""
    match arguments:
        case (Storage(dtype=dtype, size=size), int(offset), shape, stride, *_):
            checked = _shape(shape)
            if not _fits(checked, _shape(stride), offset, size):
                raise CheckpointError(
                    "A tensor of the pickle is larger than its data.", "Choose another model."
                )
            return Tensor(dtype, checked)
    return Unknown()


def _typed_tensor(arguments: tuple[Any, ...]) -> Tensor | Unknown:
    """The third version, for dtypes that no kind of storage has: it names the dtype itself."""
    match arguments:
        case (Storage(), int(), shape, _, _, _, Global(module="torch", name=dtype), *_) if dtype in BITS:
            return Tensor(dtype, _shape(shape))
    return Unknown()


def _meta_tensor(arguments: tuple[Any, ...]) -> Tensor | Unknown:
    match arguments:
        case (Global(module="torch", name=dtype), shape, *_) if dtype in BITS:
            return Tensor(dtype, _shape(shape))
    return Unknown()


def _first(arguments: tuple[Any, ...]) -> Any:
    """A parameter is the tensor in it, and torch.Size the tuple."""
    return arguments[0] if arguments else Unknown()


def _of_type(arguments: tuple[Any, ...]) -> Any:
    """A tensor of a subclass: the function that rebuilds the tensor in it, and its arguments."""
    match arguments:
        # Only one level deep, so that a chain of them cannot exhaust the stack.
        case (Global(module="torch._utils") as function, _, tuple(inner), *_):
            return call(function, inner)
    return Unknown()


def _ordered_dict(arguments: tuple[Any, ...]) -> dict[str, Any]:
    pairs = arguments[0] if arguments and isinstance(arguments[0], list) else []
    # A pair is a list where Python 2 wrote it, and the keys of tensors are text.
    found = [pair for pair in pairs if isinstance(pair, tuple | list) and len(pair) == 2]
    # Emptied, so that a pickle which makes a dict of one long list again and again stays short.
    pairs.clear()
    return {key: value for key, value in found if isinstance(key, str)}


_MEANINGS: dict[tuple[str, str], Callable[[tuple[Any, ...]], Any]] = {
    ("collections", "OrderedDict"): _ordered_dict,
    ("builtins", "dict"): _ordered_dict,
    ("torch", "Size"): _first,
    ("torch._utils", "_rebuild_tensor"): _tensor,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch._utils", "_rebuild_tensor_v3"): _typed_tensor,
    ("torch._utils", "_rebuild_meta_tensor_no_storage"): _meta_tensor,
    ("torch._utils", "_rebuild_parameter"): _first,
    ("torch._utils", "_rebuild_parameter_with_state"): _first,
    ("torch._tensor", "_rebuild_from_type_v2"): _of_type,
}


def _shape(values: Any) -> tuple[int, ...]:
    if isinstance(values, tuple) and len(values) <= MOST_DIMENSIONS and all(map(is_size, values)):
        return values
    raise CheckpointError("A tensor of the pickle has a shape that is none.", "Choose another model.")


def _fits(shape: tuple[int, ...], stride: tuple[int, ...], offset: int, size: int) -> bool:
    """Whether the last element of a view lies inside its storage."""
    if len(shape) != len(stride) or offset < 0:
        return False
    last = offset + sum((length - 1) * step for length, step in zip(shape, stride, strict=True))
    return 0 in shape or last < size
