"""From a class's parameters to the elements in a checkpoint's files, step by step."""

import math
from collections import Counter
from collections.abc import Mapping

from explorer.checkpoint import Checkpoint, LoadReport
from explorer.config import ModelConfig
from explorer.loading.configs import load_config
from explorer.loading.load_report import report_for
from explorer.loading.quantised import LogicalTensors, fold_quantised
from explorer.loading.trees import build_model, tree_of
from explorer.reconciliation import (
    BUFFERS,
    COPIES,
    MISSING,
    PACKING,
    RESHAPED,
    UNEXPLAINED,
    UNUSED,
    Difference,
    Reconciliation,
)
from explorer.tree import TensorSpec, full_name, walk


def reconcile(config: ModelConfig, auto_class: str, checkpoint: Checkpoint) -> Reconciliation:
    """Why the files hold more or fewer elements than the class has parameters."""
    live = load_config(config)
    model = build_model(live, auto_class)
    saved = frozenset(model.state_dict())
    tree = tree_of(model, auto_class, live)
    tensors = {full_name(node, tensor): tensor for node in walk(tree.root) for tensor in node.tensors}
    report = report_for(model, tree.auto_class, checkpoint)
    absent = {*report.missing, *report.tied, *report.ignored_missing}
    stored = {name: tensors[name] for name in saved if name in tensors and name not in absent}
    logical = fold_quantised(checkpoint.tensors)
    steps = {
        MISSING: -_missing(tensors, stored),
        BUFFERS: _elements(stored, "buffer"),
        COPIES: _copies(tensors, stored),
        RESHAPED: _reshaped(report),
        PACKING: _packing(checkpoint, logical),
        UNUSED: _unused(logical, report),
    }
    total = checkpoint.element_count
    rest = total - tree.parameter_count - sum(steps.values())
    # An unused tensor is reported by its new name: what is left over is of those that were renamed.
    renamed = any(name not in logical.shapes for name in _unused_names(report))
    reason = UNUSED if renamed and rest > 0 else UNEXPLAINED
    steps[reason] = steps.get(reason, 0) + rest
    differences = tuple(Difference(reason, elements) for reason, elements in steps.items() if elements)
    return Reconciliation(tree.auto_class.model_class, tree.parameter_count, total, differences)


def _copies_of(stored: Mapping[str, TensorSpec]) -> Counter[str]:
    """How many names of each parameter are in the files, by the name that owns it."""
    return Counter(tensor.tied_to or name for name, tensor in stored.items() if tensor.kind == "parameter")


def _missing(tensors: Mapping[str, TensorSpec], stored: Mapping[str, TensorSpec]) -> int:
    copies = _copies_of(stored)
    parameters = {name: tensor for name, tensor in tensors.items() if tensor.kind == "parameter"}
    return sum(tensor.size for name, tensor in parameters.items() if not copies[name])


def _copies(tensors: Mapping[str, TensorSpec], stored: Mapping[str, TensorSpec]) -> int:
    return sum((count - 1) * tensors[name].size for name, count in _copies_of(stored).items())


def _elements(stored: Mapping[str, TensorSpec], kind: str) -> int:
    return sum(math.prod(tensor.shape) for tensor in stored.values() if tensor.kind == kind)


def _reshaped(report: LoadReport) -> int:
    return sum(math.prod(found.stored) - math.prod(found.expected) for found in report.mismatched)


def _unused_names(report: LoadReport) -> tuple[str, ...]:
    return (*report.unexpected, *report.ignored_unexpected)


def _unused(logical: LogicalTensors, report: LoadReport) -> int:
    shapes = (logical.shapes.get(name) for name in _unused_names(report))
    return sum(math.prod(shape) for shape in shapes if shape is not None)


def _packing(checkpoint: Checkpoint, logical: LogicalTensors) -> int:
    """Elements in the files beyond those of the weights that they mean, where the layout tells."""
    if None in logical.shapes.values():
        return 0
    meant = sum(math.prod(shape) for shape in logical.shapes.values() if shape is not None)
    return checkpoint.element_count - meant
