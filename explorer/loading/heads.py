"""The head matrix: every auto class of a config against AutoModel."""

from dataclasses import replace

from transformers import PreTrainedConfig

from explorer.auto_class import AutoClass
from explorer.checkpoint import Checkpoint
from explorer.config import ModelConfig
from explorer.diff import TreeDiff, diff_trees
from explorer.errors import ConfigError
from explorer.head import head_of, head_paths
from explorer.heads import HeadMatrix, HeadRow
from explorer.loading.auto_classes import classes_for
from explorer.loading.configs import load_config
from explorer.loading.load_report import report_for
from explorer.loading.trees import build_model, build_tree, tree_of
from explorer.tree import ModuleTree


def build_heads(config: ModelConfig, checkpoint: Checkpoint | None) -> HeadMatrix:
    """AutoModel and every other auto class of the config; one that fails says why, the rest still come."""
    live = load_config(config)
    backbone: HeadRow | None = None
    backbone_tree: ModuleTree | None = None
    heads: dict[str, HeadRow] = {}
    for auto_class in classes_for(live):
        if auto_class.is_backbone:
            backbone, backbone_tree = _row(live, auto_class, None, checkpoint)
        # Several auto classes may give one model class, such as GPT2LMHeadModel.
        elif same := next((row for row in heads.values() if _is_same_model(row, auto_class)), None):
            heads[auto_class.name] = _for_class(same, auto_class)
        else:
            heads[auto_class.name], _ = _row(live, auto_class, backbone_tree, checkpoint)
    return HeadMatrix(config.source, backbone, tuple(heads.values()))


def build_diff(config: ModelConfig, left: str, right: str) -> TreeDiff:
    """The trees that two auto classes give for the config, aligned."""
    return diff_trees(build_tree(config, left), build_tree(config, right))


def _row(
    live: PreTrainedConfig, auto_class: AutoClass, backbone: ModuleTree | None, checkpoint: Checkpoint | None
) -> tuple[HeadRow, ModuleTree | None]:
    """The row of one auto class, and its tree; no tree where the class cannot be built."""
    try:
        model = build_model(live, auto_class.name)
    except ConfigError as error:
        return HeadRow(auto_class, error=error.what), None
    tree = tree_of(model, auto_class.name, live)
    diff = diff_trees(backbone or tree, tree)
    report = report_for(model, auto_class, checkpoint, head_paths(diff)) if checkpoint else None
    return HeadRow(auto_class, tree.parameter_count, head_of(diff) if backbone else None, report), tree


def _is_same_model(row: HeadRow, auto_class: AutoClass) -> bool:
    return row.auto_class.model_class == auto_class.model_class


def _for_class(row: HeadRow, auto_class: AutoClass) -> HeadRow:
    report = replace(row.report, auto_class=auto_class) if row.report else None
    return replace(row, auto_class=auto_class, report=report)
