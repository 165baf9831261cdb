"""The load report: what transformers would say of loading a checkpoint, from its header alone."""

from collections.abc import Iterable
from functools import lru_cache

from transformers import PreTrainedModel

from explorer.auto_class import BACKBONE, AutoClass
from explorer.checkpoint import Checkpoint, LoadReport, Mismatch
from explorer.config import ModelConfig
from explorer.diff import diff_trees
from explorer.errors import CheckpointError, ConfigError
from explorer.head import head_paths
from explorer.loading.computed_weights import is_computed
from explorer.loading.configs import load_config
from explorer.loading.key_order import natural_order
from explorer.loading.quantised import LogicalTensors, fold_quantised
from explorer.loading.shape_load import ShapeLoad, load_shapes, recorded
from explorer.loading.trees import build_model, build_tree, tree_of


def load_report(config: ModelConfig, auto_class: str, checkpoint: Checkpoint) -> LoadReport:
    """What transformers would report of loading the checkpoint into the class of the auto class."""
    live = load_config(config)
    model = build_model(live, auto_class)
    tree = tree_of(model, auto_class, live)
    try:
        backbone = tree if tree.auto_class.is_backbone else build_tree(config, BACKBONE)
    except ConfigError:
        backbone = tree
    return report_for(model, tree.auto_class, checkpoint, head_paths(diff_trees(backbone, tree)))


def report_for(
    model: PreTrainedModel, auto_class: AutoClass, checkpoint: Checkpoint, head: tuple[str, ...] = ()
) -> LoadReport:
    """What transformers would report of loading the checkpoint into this model.

    The model is on the meta device, and may come out with other tensors tied than before.
    Raises CheckpointError when the checkpoint's names are not those of transformers.
    """
    names = frozenset(model.state_dict())
    load = load_shapes(model, logical_tensors(checkpoint))
    return report_of(model, auto_class, load, names, head)


def logical_tensors(checkpoint: Checkpoint) -> LogicalTensors:
    """What the checkpoint's tensors mean.

    Raises CheckpointError when its names are not those of transformers.
    """
    if checkpoint.format == "gguf":
        raise CheckpointError(
            "A GGUF file names its tensors in llama.cpp's way, so no load report can be made from it.",
            "Open the repository that it was converted from.",
        )
    return _folded(_Same(checkpoint))


class _Same:
    """A checkpoint as a key of a cache: by identity, as a hash of all its names takes long."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.checkpoint = checkpoint

    def __hash__(self) -> int:
        return id(self.checkpoint)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.checkpoint is self.checkpoint


@lru_cache(maxsize=1)
def _folded(same: _Same) -> LogicalTensors:
    """Folded once for all the classes of one checkpoint."""
    return fold_quantised(same.checkpoint.tensors)


def report_of(
    model: PreTrainedModel,
    auto_class: AutoClass,
    load: ShapeLoad,
    expected: frozenset[str],
    head: tuple[str, ...] = (),
) -> LoadReport:
    """The report of a load, after transformers' own rules of ties and of what is ignored.

    ``expected`` are the names of the model's state dict. The model comes out with its weights tied.
    """
    info = load.info
    missing, unexpected = set(info.missing_keys), set(info.unexpected_keys)
    mismatched = {name for name, _, _ in info.mismatched_keys}
    with recorded(info, "Tied weights"):
        model.tie_weights(missing_keys=info.missing_keys, recompute_mapping=False)
    untied = set(info.missing_keys)
    model._adjust_missing_and_unexpected_keys(info)
    return LoadReport(
        auto_class=auto_class,
        loaded=len(expected - missing - mismatched),
        missing=_in_order(info.missing_keys),
        unexpected=_in_order(info.unexpected_keys),
        mismatched=tuple(
            Mismatch(name, tuple(stored), tuple(expected))
            for name, stored, expected in sorted(
                info.mismatched_keys, key=lambda found: natural_order(found[0])
            )
        ),
        tied=_in_order(missing - untied),
        ignored_missing=_in_order(untied - info.missing_keys),
        ignored_unexpected=_in_order(unexpected - info.unexpected_keys),
        conversion_errors=tuple(
            f"{name}: {_last_line(text)}" for name, text in sorted(info.conversion_errors.items())
        ),
        head=head,
        unused_stored=load.stored_behind(unexpected),
        computed=_in_order(name for name in info.missing_keys if is_computed(model, name)),
    )


def _in_order(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=natural_order))


def _last_line(text: str) -> str:
    """What went wrong, from transformers' record of it: a traceback, the message, and the operation."""
    before, _, operation = text.rpartition("\nError: ")
    lines = (before or operation).strip().splitlines()
    return lines[-1] if lines else "The conversion failed."
