"""From a class's parameters to the elements in a checkpoint's files, step by step."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping

from transformers import PreTrainedModel

from explorer.checkpoint import Checkpoint, LoadReport
from explorer.config import ModelConfig
from explorer.loading.configs import load_config
from explorer.loading.load_report import logical_tensors, report_of
from explorer.loading.quantised import LogicalTensors
from explorer.loading.shape_load import ShapeLoad, load_shapes
from explorer.loading.trees import build_model, tree_of
from explorer.loading.unused_reasons import UnusedReasons
from explorer.name_folding import fold_names
from explorer.reconciliation import (
    BUFFERS,
    COPIES,
    LAYERS,
    MISSING,
    PACKING,
    RESHAPED,
    UNEXPLAINED,
    UNUSED,
    Difference,
    Reconciliation,
)
from explorer.tree import TensorSpec, full_name, walk

Tensors = Mapping[str, TensorSpec]


def reconcile(config: ModelConfig, auto_class: str, checkpoint: Checkpoint) -> Reconciliation:
    """Why the files hold more or fewer elements than the class has parameters."""
    live = load_config(config)
    model = build_model(live, auto_class)
    saved = frozenset(model.state_dict())
    tree = tree_of(model, auto_class, live)
    tensors = {full_name(node, tensor): tensor for node in walk(tree.root) for tensor in node.tensors}
    files = _Files(checkpoint)
    load = load_shapes(model, files.logical)
    report = report_of(model, tree.auto_class, load, saved)
    absent = {*report.missing, *report.tied, *report.ignored_missing}
    stored = {name: tensors[name] for name in saved if name in tensors and name not in absent}
    missing = _missing(tensors, stored)
    buffers = {name: math.prod(tensor.shape) for name, tensor in stored.items() if tensor.kind == "buffer"}
    unused = _unused(model, report, load, files)
    found = [
        Difference(MISSING, -sum(missing.values()), _folded(missing)),
        _with(Difference(BUFFERS, sum(buffers.values()), _folded(buffers)), unused[BUFFERS]),
        Difference(COPIES, _copies(tensors, stored)),
        Difference(RESHAPED, _reshaped(report)),
        Difference(PACKING, files.packing),
        unused[LAYERS],
        unused[UNUSED],
    ]
    total = checkpoint.element_count
    rest = total - tree.parameter_count - sum(step.elements for step in found)
    steps = tuple(step for step in (*found, Difference(UNEXPLAINED, rest)) if step.elements)
    return Reconciliation(tree.auto_class.model_class, tree.parameter_count, total, steps)


class _Files:
    """The tensors of the files by name, and the elements that each weight of them means."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.logical: LogicalTensors = logical_tensors(checkpoint)
        self._stored = {tensor.name: tensor for tensor in checkpoint.tensors}
        meant = sum(map(self.elements, self.logical.shapes))
        self.packing = sum(tensor.size for tensor in self._stored.values()) - meant

    def elements(self, key: str) -> int:
        """The elements of the weight; those in the files where its layout does not tell its shape."""
        shape = self.logical.shapes[key]
        if shape is not None:
            return math.prod(shape)
        return sum(self._stored[part].size for part in self.logical.parts.get(key, (key,)))

    def dtype(self, key: str) -> str:
        """The dtype that the weight is stored in."""
        return self._stored[self.logical.parts.get(key, (key,))[0]].dtype


def _unused(
    model: PreTrainedModel, report: LoadReport, load: ShapeLoad, files: _Files
) -> dict[str, Difference]:
    """What the files hold and the class does not use, by reason; each key of the files once."""
    reasons, seen = UnusedReasons(model, report.ignored_unexpected), set[str]()
    elements: Counter[str] = Counter()
    names: dict[str, list[str]] = {LAYERS: [], BUFFERS: [], UNUSED: []}
    for name in (*report.unexpected, *report.ignored_unexpected):
        keys = load.unused.get(name, [])
        if not keys:
            continue
        reason = reasons.reason(name, files.logical.shapes[keys[0]] or (), files.dtype(keys[0]))
        elements[reason] += sum(files.elements(key) for key in keys if key not in seen)
        names[reason].append(name)
        seen.update(keys)
    return {reason: Difference(reason, elements[reason], _folded(found)) for reason, found in names.items()}


def _with(one: Difference, other: Difference) -> Difference:
    return Difference(one.reason, one.elements + other.elements, one.names + other.names)


def _folded(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name, _ in fold_names(names))


def _copies_of(stored: Tensors) -> Counter[str]:
    """How many names of each parameter are in the files, by the name that owns it."""
    return Counter(tensor.tied_to or name for name, tensor in stored.items() if tensor.kind == "parameter")


def _missing(tensors: Tensors, stored: Tensors) -> dict[str, int]:
    """The size of each parameter of which the files have no name."""
    copies = _copies_of(stored)
    parameters = {name: tensor for name, tensor in tensors.items() if tensor.kind == "parameter"}
    return {name: tensor.size for name, tensor in parameters.items() if not copies[name] and tensor.size}


def _copies(tensors: Tensors, stored: Tensors) -> int:
    return sum((count - 1) * tensors[name].size for name, count in _copies_of(stored).items())


def _reshaped(report: LoadReport) -> int:
    return sum(math.prod(found.stored) - math.prod(found.expected) for found in report.mismatched)
