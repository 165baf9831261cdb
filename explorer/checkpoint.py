"""What a checkpoint holds, and what loading it into a class would do."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from explorer.auto_class import AutoClass
from explorer.source import ModelSource
from explorer.tree import TensorSpec

Format = Literal["safetensors", "pickle", "gguf"]
Verdict = Literal["ready", "untrained head", "wrong checkpoint"]


@dataclass(frozen=True, slots=True)
class Shard:
    """One file of a checkpoint: its size in bytes and the tensors that it holds."""

    name: str
    nbytes: int
    tensors: tuple[TensorSpec, ...]

    def __reduce__(self) -> tuple[Any, ...]:
        # Pickled in columns: one by one, the 90,000 tensors of a large checkpoint take 7 times as long.
        rows = ((t.name, t.shape, t.dtype, t.kind, t.tied_to) for t in self.tensors)
        return _shard_of_columns, (self.name, self.nbytes, tuple(zip(*rows, strict=True)))


def _shard_of_columns(name: str, nbytes: int, columns: tuple[tuple[Any, ...], ...]) -> Shard:
    return Shard(name, nbytes, tuple(map(TensorSpec, *columns)) if columns else ())


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The tensors that a checkpoint's files hold, read from their headers."""

    source: ModelSource
    format: Format
    shards: tuple[Shard, ...]

    @property
    def tensors(self) -> Iterator[TensorSpec]:
        """Every tensor of every file, in file order."""
        return (tensor for shard in self.shards for tensor in shard.tensors)

    @property
    def element_count(self) -> int:
        """Elements in the files: a tied weight that is stored twice counts twice."""
        return sum(tensor.size for tensor in self.tensors)

    @property
    def elements_by_dtype(self) -> dict[str, int]:
        """Elements for each dtype, most first."""
        counts: Counter[str] = Counter()
        for tensor in self.tensors:
            counts[tensor.dtype] += tensor.size
        return dict(counts.most_common())


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A tensor whose shape in the checkpoint is not the one that the model needs."""

    name: str
    stored: tuple[int, ...]
    expected: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What transformers does when it loads a checkpoint into a class.

    ``loaded`` counts the tensors of the model's state dict that get their values from the files;
    with those that are missing, mismatched, tied and ignored_missing they are all it has.
    ``missing`` tensors are newly initialised: at random, but for those of them that are ``computed``
    by their class, such as positions made of sines. ``unexpected`` ones are not used. Names are the
    model's, as transformers reports them. ``tied`` are absent from the files but get their
    values from another tensor; ``ignored_missing`` and ``ignored_unexpected`` are absent or
    unused by the class's design; ``unused_stored`` counts the tensors of the files behind both lists
    of what is not used, as several may make one tensor of a model. ``head`` holds the paths of the
    modules that come after the backbone's layers: what may be untrained without making the
    checkpoint a wrong one.
    """

    auto_class: AutoClass
    loaded: int
    missing: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    mismatched: tuple[Mismatch, ...] = ()
    tied: tuple[str, ...] = ()
    ignored_missing: tuple[str, ...] = ()
    ignored_unexpected: tuple[str, ...] = ()
    conversion_errors: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    unused_stored: int = 0
    computed: tuple[str, ...] = ()

    @property
    def untrained(self) -> tuple[str, ...]:
        """The tensors that would hold random values."""
        computed = frozenset(self.computed)
        random = tuple(name for name in self.missing if name not in computed)
        return random + tuple(mismatch.name for mismatch in self.mismatched)

    @property
    def total(self) -> int:
        """How many tensors the class has in its state dict."""
        absent = len(self.missing) + len(self.mismatched) + len(self.tied) + len(self.ignored_missing)
        return self.loaded + absent

    @property
    def verdict(self) -> Verdict:
        """Ready, an untrained head on a loaded backbone, or the wrong checkpoint."""
        if self.conversion_errors or not self.loaded:
            return "wrong checkpoint"
        if not self.untrained:
            return "ready"
        prefixes = tuple(f"{path}." for path in self.head)
        in_head = all(name.startswith(prefixes) or name in self.head for name in self.untrained)
        return "untrained head" if in_head else "wrong checkpoint"
