"""Names, shapes and dtypes in a checkpoint that torch.save wrote, without unpickling it."""

import io
import pickletools
from collections.abc import Iterator
from typing import Any

from explorer.errors import CheckpointError, IncompleteError
from explorer.loading.pickle_machine import Machine, broken_pickle
from explorer.loading.pickle_opcodes import step
from explorer.loading.pickle_values import Tensor
from explorer.stored_tensor import is_tensor_name
from explorer.tree import TensorSpec

MAXIMUM_BYTES = 4_000_000
MAXIMUM_OPCODES = 2_000_000
MOST_PARTS = 100
# The number that files begin with which torch wrote before version 1.6, as a pickle of its own.
_LEGACY_MAGIC = 0x1950A86A20F9469CFC6C


def pickle_tensors(data: bytes) -> tuple[TensorSpec, ...]:
    """The tensors in data.pkl of a checkpoint, or in the beginning of one in the old format.

    IncompleteError when the bytes end too early, CheckpointError when they hold no tensors.
    """
    if len(data) > MAXIMUM_BYTES:
        raise CheckpointError("The pickle is larger than what is read.", "Choose another model.")
    stream = io.BytesIO(data)
    value = _run(stream)
    if value == _LEGACY_MAGIC:
        # Before the state dict, old files hold the protocol and facts about the machine.
        _run(stream)
        _run(stream)
        value = _run(stream)
    tensors = tuple(_named(value)) or tuple(_nested(value))
    if not tensors:
        raise CheckpointError("The pickle holds no tensors by name.", "Its weights are in some other file.")
    return tensors


def _named(value: Any, prefix: str = "") -> Iterator[TensorSpec]:
    for key, tensor in value.items() if isinstance(value, dict) else ():
        if isinstance(tensor, Tensor):
            name = prefix + key
            if not is_tensor_name(name):
                raise CheckpointError(
                    f"The pickle names a tensor {name[:100]!a}, and no model has such a name.",
                    "Choose another model.",
                )
            yield TensorSpec(name, tensor.shape, tensor.dtype)


def _nested(value: Any) -> Iterator[TensorSpec]:
    """The tensors of the first dict in the dict: ``{"state_dict": {...}}`` of training frameworks."""
    for key, inner in list(value.items())[:MOST_PARTS] if isinstance(value, dict) else ():
        if tensors := tuple(_named(inner, f"{key}.")):
            yield from tensors
            return


def _run(stream: io.BytesIO) -> Any:
    """What the next pickle would give, made of inert values."""
    machine = Machine()
    for name, argument in _opcodes(stream):
        if name == "STOP":
            return machine.pop()
        step(machine, name, argument)
    raise broken_pickle()


def _opcodes(stream: io.BytesIO) -> Iterator[tuple[str, Any]]:
    """The opcodes of one pickle; the decoder makes only text, bytes and numbers of their arguments."""
    try:
        for count, (opcode, argument, _) in enumerate(pickletools.genops(stream)):
            if count >= MAXIMUM_OPCODES:
                raise CheckpointError(
                    "The pickle does more than a checkpoint needs.", "Choose another model."
                )
            yield opcode.name, argument
    except (ValueError, OverflowError) as error:
        # The decoder's only difference between junk and a file that ends too early is its words.
        if "remain" in str(error) or "exhausted" in str(error) or not stream.read(1):
            raise IncompleteError("The pickle is cut off.", "Ask its authors to mend it.") from error
        raise broken_pickle() from error
