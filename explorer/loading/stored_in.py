"""In which tensors of a checkpoint's files the tensors of one module are stored."""

from collections.abc import Iterable
from itertools import islice

from transformers import PreTrainedModel
from transformers.core_model_loading import (
    Chunk,
    Concatenate,
    ConversionOps,
    MergeModulelist,
    Split,
    SplitModulelist,
    Transpose,
)

from explorer.checkpoint import Checkpoint, LoadReport
from explorer.config import ModelConfig
from explorer.errors import ConfigError
from explorer.loading.configs import load_config
from explorer.loading.load_report import logical_tensors, report_of
from explorer.loading.quantised import PACKED
from explorer.loading.shape_load import ShapeLoad, load_shapes
from explorer.loading.trees import build_model, tree_of
from explorer.stored_in import Fate, Origin, Step, StoredIn, count_fates, fold_stored
from explorer.tree import ModuleNode, TensorSpec, find, full_name, walk

# The origins that one answer holds: more than a reader reads, of a whole model.
MOST_ORIGINS = 200

STEPS: dict[type[ConversionOps], Step] = {
    Chunk: "split",
    Concatenate: "joined",
    MergeModulelist: "stacked",
    Split: "split",
    SplitModulelist: "split",
    Transpose: "transposed",
}


def stored_in(config: ModelConfig, auto_class: str, checkpoint: Checkpoint, path: str) -> StoredIn:
    """Where the tensors of the module at this path of the class, and of those below it, are stored.

    Raises ConfigError when the class has no such module.
    """
    live = load_config(config)
    model = build_model(live, auto_class)
    tree = tree_of(model, auto_class, live)
    node = find(tree.root, path)
    if node is None:
        raise ConfigError(f"{tree.auto_class.model_class} has no module {path!r}.", "Choose another module.")
    logical, names = logical_tensors(checkpoint), frozenset(model.state_dict())
    load = load_shapes(model, logical)
    report = report_of(model, tree.auto_class, load, names)
    origins = _Origins(model, load, report)
    origins.look_up(checkpoint, logical.parts)
    tensors = list(_tensors(node))
    fates = count_fates(origins.fate(tensor.name) for tensor in tensors)
    dtype = str(live.dtype).removeprefix("torch.") if live.dtype else None
    told = tuple(origins.origin(tensor, dtype) for tensor in islice(tensors, MOST_ORIGINS))
    return StoredIn(tree.auto_class, path, told, fates, origins.shards(tensors))


def _tensors(node: ModuleNode) -> Iterable[TensorSpec]:
    """The tensors of the module and of all below it, by their full names."""
    for below in walk(node):
        for tensor in below.tensors:
            yield TensorSpec(
                full_name(below, tensor), tensor.shape, tensor.dtype, tensor.kind, tensor.tied_to
            )


class _Origins:
    """What one load of names and shapes says of every tensor of the model."""

    def __init__(self, model: PreTrainedModel, load: ShapeLoad, report: LoadReport) -> None:
        self._load = load
        self._failed = load.info.conversion_errors
        self._fates = _fates(report, self._failed)
        self._owners = _owners(model, load, report.tied)
        self._stored: dict[str, tuple[str, TensorSpec]] = {}
        self._parts: dict[str, tuple[str, ...]] = {}

    def look_up(self, checkpoint: Checkpoint, parts: dict[str, tuple[str, ...]]) -> None:
        """Know the tensors of the files by their names, and those that quantised weights consist of."""
        self._parts = parts
        self._stored = {
            tensor.name: (shard.name, tensor) for shard in checkpoint.shards for tensor in shard.tensors
        }

    def fate(self, name: str) -> Fate:
        """What becomes of the tensor."""
        return self._fates.get(name) or ("loaded" if name in self._load.makings else "computed")

    def origin(self, tensor: TensorSpec, dtype: str | None) -> Origin:
        """The origin of one tensor; ``dtype`` is the one of the config, if it has one."""
        stored = self._made_of(tensor.name)
        fate = self.fate(tensor.name)
        owner = self._owners.get(tensor.name) if fate == "tied" else tensor.tied_to
        problem = self._failed[tensor.name].strip().splitlines()[-1] if fate == "failed" else ""
        steps = self._steps(tensor, stored, dtype) if fate in ("loaded", "another shape") else ()
        return Origin(tensor, fate, fold_stored(stored), steps, owner, problem)

    def shards(self, tensors: Iterable[TensorSpec]) -> tuple[str, ...]:
        """The files that hold any of these tensors, in the order of their names."""
        return tuple(sorted({shard for tensor in tensors for shard, _ in self._made_of(tensor.name)}))

    def _made_of(self, name: str) -> list[tuple[str, TensorSpec]]:
        making = self._load.makings.get(self._owners.get(name, name))
        keys = making.keys if making else ()
        return [self._stored[part] for key in keys for part in self._parts.get(key, (key,))]

    def _steps(
        self, tensor: TensorSpec, stored: list[tuple[str, TensorSpec]], dtype: str | None
    ) -> tuple[Step, ...]:
        making = self._load.makings[tensor.name]
        first = stored[0][1]
        steps: dict[Step, None] = {}
        if any(key in self._parts for key in making.keys) or first.dtype in PACKED:
            steps["quantised"] = None
        elif dtype and "float" in first.dtype and first.dtype != tensor.dtype == dtype:
            steps["cast"] = None
        for operation in making.operations:
            steps[STEPS.get(operation, "rearranged")] = None
        if not making.operations and making.keys != (tensor.name,):
            steps = {"renamed": None, **steps}
        return tuple(steps)


def _fates(report: LoadReport, failed: Iterable[str]) -> dict[str, Fate]:
    """The fate of every tensor that does not simply load."""
    fates: dict[str, Fate] = dict.fromkeys(report.ignored_missing, "new by design")
    fates.update(dict.fromkeys(report.missing, "new"))
    fates.update(dict.fromkeys(report.tied, "tied"))
    fates.update(dict.fromkeys([found.name for found in report.mismatched], "another shape"))
    fates.update(dict.fromkeys(failed, "failed"))
    return fates


def _owners(model: PreTrainedModel, load: ShapeLoad, tied: tuple[str, ...]) -> dict[str, str]:
    """For each tied tensor the one that the files hold, as transformers tied them after the load."""
    names: dict[int, list[str]] = {}
    for name, tensor in model.state_dict(keep_vars=True).items():
        names.setdefault(id(tensor), []).append(name)
    missing = set(tied)
    return {
        name: next((other for other in same if other in load.makings), same[0])
        for same in names.values()
        for name in same
        if name in missing and len(same) > 1
    }
