"""The head matrix: every auto class of a config against AutoModel."""

from transformers import PreTrainedConfig

from explorer.auto_class import AutoClass
from explorer.checkpoint import Checkpoint, LoadReport
from explorer.config import ModelConfig
from explorer.diff import TreeDiff, diff_trees, head_of, head_paths
from explorer.errors import ConfigError
from explorer.heads import HeadMatrix, HeadRow
from explorer.loading.auto_classes import classes_for
from explorer.loading.configs import load_config
from explorer.loading.trees import build_model, build_tree, tree_of
from explorer.tree import ModuleTree


def build_heads(config: ModelConfig, checkpoint: Checkpoint | None) -> HeadMatrix:
    """AutoModel and every other auto class of the config; one that fails says why, the rest still come."""
    live = load_config(config)
    backbone: HeadRow | None = None
    backbone_tree: ModuleTree | None = None
    heads: list[HeadRow] = []
    for auto_class in classes_for(live):
        row, tree = _row(live, auto_class, backbone_tree, checkpoint)
        if auto_class.is_backbone:
            backbone, backbone_tree = row, tree
        else:
            heads.append(row)
    return HeadMatrix(config.source, backbone, tuple(heads))


def build_diff(config: ModelConfig, left: str, right: str) -> TreeDiff:
    """The trees that two auto classes give for the config, aligned."""
    return diff_trees(build_tree(config, left), build_tree(config, right))


def _row(
    live: PreTrainedConfig, auto_class: AutoClass, backbone: ModuleTree | None, checkpoint: Checkpoint | None
) -> tuple[HeadRow, ModuleTree | None]:
    try:
        model = build_model(live, auto_class.name)
    except ConfigError as error:
        return HeadRow(auto_class, error=error.what), None
    tree = tree_of(model, auto_class.name, live)
    diff = diff_trees(backbone, tree) if backbone else None
    report = (
        _report(model, auto_class, checkpoint, head_paths(backbone or tree, tree)) if checkpoint else None
    )
    return HeadRow(auto_class, tree.parameter_count, head_of(diff) if diff else None, report), tree


def _report(
    model: object, auto_class: AutoClass, checkpoint: Checkpoint, head: tuple[str, ...]
) -> LoadReport:
    from explorer.loading.load_report import report_for

    return report_for(model, auto_class, checkpoint, head)
