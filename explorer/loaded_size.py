"""How much memory the tensors of a checkpoint take once they are loaded."""

from collections.abc import Iterable

from explorer.tree import TensorSpec

# On a processor, narrower floats are widened to this: bfloat16 is six times slower there.
FLOAT_BYTES = 4


def loaded_bytes(tensors: Iterable[TensorSpec]) -> int:
    """The bytes of the tensors, with every float of 32 bits."""
    return sum(
        max(tensor.nbytes, FLOAT_BYTES * tensor.size) if "float" in tensor.dtype else tensor.nbytes
        for tensor in tensors
    )
