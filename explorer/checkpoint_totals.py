"""What a checkpoint's tensors add up to, by file and by dtype, and the tensors that a reader looks for."""

from collections.abc import Iterator
from dataclasses import dataclass

from explorer.checkpoint import Checkpoint
from explorer.stored_in import StoredTensors, fold_stored
from explorer.tree import TensorSpec


@dataclass(frozen=True, slots=True)
class Total:
    """The tensors of one file or of one dtype: how many, their elements, and the bytes of these."""

    name: str
    tensors: int
    elements: int
    nbytes: int


@dataclass(frozen=True, slots=True)
class CheckpointTotals:
    """Sums over a checkpoint's tensors; ``dtypes`` come with the largest share of bytes first."""

    whole: Total
    files: tuple[Total, ...]
    dtypes: tuple[Total, ...]


def totals_of(checkpoint: Checkpoint) -> CheckpointTotals:
    """The sums over all tensors, over each file and over each dtype."""
    by_dtype: dict[str, list[TensorSpec]] = {}
    for tensor in checkpoint.tensors:
        by_dtype.setdefault(tensor.dtype, []).append(tensor)
    dtypes = [_total(dtype, tensors) for dtype, tensors in by_dtype.items()]
    return CheckpointTotals(
        _total("all", list(checkpoint.tensors)),
        tuple(_total(shard.name, shard.tensors) for shard in checkpoint.shards),
        tuple(sorted(dtypes, key=lambda total: (-total.nbytes, total.name))),
    )


def tensors_like(checkpoint: Checkpoint, words: str) -> Iterator[tuple[str, TensorSpec]]:
    """The tensors with all of these words in their names or dtypes, each with its file's name."""
    wanted = words.lower().split()
    for shard in checkpoint.shards:
        for tensor in shard.tensors:
            told = f"{tensor.name} {tensor.dtype}".lower() if wanted else ""
            if all(word in told for word in wanted):
                yield shard.name, tensor


def folded_like(checkpoint: Checkpoint, words: str) -> tuple[StoredTensors, ...]:
    """The same tensors, those of equal layers as one."""
    return fold_stored(tensors_like(checkpoint, words))


def _total(name: str, tensors: tuple[TensorSpec, ...] | list[TensorSpec]) -> Total:
    elements = sum(tensor.size for tensor in tensors)
    return Total(name, len(tensors), elements, sum(tensor.nbytes for tensor in tensors))
