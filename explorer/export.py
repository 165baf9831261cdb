"""Values as JSON: what the command line prints and what the pages let people download."""

from collections.abc import Iterable, Mapping
from typing import Any

from explorer.checkpoint import Checkpoint, LoadReport, Mismatch
from explorer.config import ConfigField, ModelConfig
from explorer.diff import TreeDiff, walk
from explorer.heads import HeadMatrix, HeadRow
from explorer.output_shape import HeadOutputs
from explorer.reconciliation import Reconciliation
from explorer.tree import ModuleNode, ModuleTree, TensorSpec

Json = dict[str, Any]


def config_json(config: ModelConfig, fields: tuple[ConfigField, ...]) -> Json:
    """The config's identity and its fields."""
    return {
        "model_type": config.model_type,
        "architectures": list(config.architectures),
        "fields": [_field(field) for field in fields],
    }


def tree_json(tree: ModuleTree) -> Json:
    """The tree with every module and tensor."""
    return {
        "auto_class": tree.auto_class.name,
        "model_class": tree.auto_class.model_class,
        "parameter_count": tree.parameter_count,
        "buffer_count": tree.root.buffer_count,
        "backbone": tree.backbone,
        "root": _node(tree.root),
    }


def heads_json(matrix: HeadMatrix, outputs: Iterable[HeadOutputs] = ()) -> Json:
    """The backbone, and one entry for every other auto class; outputs are None where not measured."""
    backbone = matrix.backbone
    shapes = {found.auto_class.name: [str(output) for output in found.outputs] for found in outputs}
    return {
        "backbone": {
            "model_class": backbone.auto_class.model_class if backbone else None,
            "parameter_count": backbone.parameter_count if backbone else None,
            "outputs": shapes.get(backbone.auto_class.name) if backbone else None,
            "verdict": backbone.verdict if backbone and not backbone.error else None,
            "error": backbone.error if backbone else "AutoModel does not map this config.",
        },
        "heads": [_head(row, shapes) for row in matrix.heads],
        "checkpoint_error": matrix.checkpoint_error,
    }


def diff_json(diff: TreeDiff) -> Json:
    """The number of modules of each kind, and the modules that differ with both their sides."""
    return {
        "left": _class(diff.left),
        "right": _class(diff.right),
        "counts": diff.counts,
        "nodes": [
            {"kind": node.kind, "left": _side(node.left), "right": _side(node.right)}
            for node in walk(diff.root)
            if node.kind != "same"
        ],
    }


def load_json(report: LoadReport) -> Json:
    """The load report with its full lists of names."""
    return {
        "auto_class": report.auto_class.name,
        "model_class": report.auto_class.model_class,
        "verdict": report.verdict,
        "loaded": report.loaded,
        "missing": list(report.missing),
        "computed": list(report.computed),
        "unexpected": list(report.unexpected),
        "mismatched": [_mismatch(mismatch) for mismatch in report.mismatched],
        "tied": list(report.tied),
        "ignored_missing": list(report.ignored_missing),
        "ignored_unexpected": list(report.ignored_unexpected),
        "conversion_errors": list(report.conversion_errors),
    }


def checkpoint_json(
    checkpoint: Checkpoint, reconciliation: Reconciliation | None, stated: int | None
) -> Json:
    """The files, their tensors, the totals, and why they are not the parameters of the class.

    ``stated`` is the number of parameters that the Hub itself gives.
    """
    return {
        "format": checkpoint.format,
        "files": [
            {"name": shard.name, "bytes": shard.nbytes, "tensor_count": len(shard.tensors)}
            for shard in checkpoint.shards
        ],
        "tensors": [
            {
                "name": tensor.name,
                "shape": list(tensor.shape),
                "dtype": tensor.dtype,
                "size": tensor.size,
                "file": shard.name,
            }
            for shard in checkpoint.shards
            for tensor in shard.tensors
        ],
        "totals": {
            "tensors": sum(len(shard.tensors) for shard in checkpoint.shards),
            "elements": checkpoint.element_count,
            "bytes": sum(shard.nbytes for shard in checkpoint.shards),
            "by_dtype": checkpoint.elements_by_dtype,
        },
        "reconciliation": _reconciliation(reconciliation, stated),
    }


def _reconciliation(found: Reconciliation | None, stated: int | None) -> Json | None:
    if found is None:
        return None
    return {
        "model_class": found.model_class,
        "parameters": found.parameters,
        "elements_in_files": found.elements,
        "stated_by_the_hub": stated,
        "differences": [{"reason": step.reason, "elements": step.elements} for step in found.differences],
    }


def _field(field: ConfigField) -> Json:
    return {
        "name": field.name,
        "value": field.value,
        "default": field.default,
        "group": field.group,
        "meaning": field.meaning,
        "is_changed": field.is_changed,
        "status": field.status,
    }


def _node(node: ModuleNode) -> Json:
    return {
        "path": node.path,
        "class_name": node.class_name,
        "parameter_count": node.parameter_count,
        "count": node.count,
        "settings": node.settings,
        "tensors": [_tensor(tensor) for tensor in node.tensors],
        "children": [_node(child) for child in node.children],
    }


def _tensor(tensor: TensorSpec) -> Json:
    return {
        "name": tensor.name,
        "shape": list(tensor.shape),
        "dtype": tensor.dtype,
        "kind": tensor.kind,
        "tied_to": tensor.tied_to,
    }


def _head(row: HeadRow, shapes: Mapping[str, list[str]]) -> Json:
    head = row.head
    return {
        "auto_class": row.auto_class.name,
        "model_class": row.auto_class.model_class,
        "task": row.auto_class.task,
        "parameter_count": row.parameter_count,
        "head_parameter_count": head.parameter_count if head else None,
        "removed_parameter_count": head.removed_parameter_count if head else None,
        "added": [node.path for node in head.added] if head else None,
        "removed": [node.path for node in head.removed] if head else None,
        "outputs": shapes.get(row.auto_class.name),
        "verdict": None if row.error else row.verdict,
        "error": row.error,
    }


def _class(tree: ModuleTree) -> Json:
    return {
        "auto_class": tree.auto_class.name,
        "model_class": tree.auto_class.model_class,
        "parameter_count": tree.parameter_count,
    }


def _side(node: ModuleNode | None) -> Json | None:
    if node is None:
        return None
    return {
        "path": node.path,
        "class_name": node.class_name,
        "parameter_count": node.parameter_count,
        "tensors": [_tensor(tensor) for tensor in node.tensors],
    }


def _mismatch(mismatch: Mismatch) -> Json:
    return {
        "name": mismatch.name,
        "stored": list(mismatch.stored),
        "expected": list(mismatch.expected),
    }
