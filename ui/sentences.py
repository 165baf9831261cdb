"""What a head is, in one sentence for somebody who has never seen one."""

from collections import Counter
from collections.abc import Sequence

from explorer.head import Head
from explorer.heads import HeadMatrix, HeadRow
from explorer.source import ModelSource
from explorer.tree import ModuleNode, walk
from ui import figures
from ui.markup import draw, tag

# A longer list is not read.
MOST_NAMED = 4


def draw_sentence(matrix: HeadMatrix, row: HeadRow | None, *, is_reading: bool) -> None:
    """The sentence on the class of the row, and what the checkpoint means for it once it is read."""
    if row is None:
        draw(tag("p", _nothing_to_compare(matrix), class_="x-sentence"))
    else:
        kind = f"x-sentence x-{row.verdict.replace(' ', '-')}"
        meaning = "Its checkpoint is being read." if is_reading else meaning_of(row, matrix.source)
        draw(tag("p", head_sentence(matrix, row), " ", tag("strong", meaning), class_=kind))


def _nothing_to_compare(matrix: HeadMatrix) -> str:
    built = [row for row in matrix.heads if row.parameter_count is not None]
    if built and matrix.backbone is None:
        names = _joined(tuple(dict.fromkeys(row.auto_class.model_class for row in built)))
        return f"transformers has no AutoModel for this config, so there is nothing to compare {names} with."
    if matrix.backbone and matrix.backbone.parameter_count is not None:
        name = matrix.backbone.auto_class.model_class
        return f"{name} is all that can be built from this config: transformers has no head for it."
    return "No class can be built from this config."


def meaning_of(row: HeadRow, source: ModelSource) -> str:
    """What the checkpoint means for the class: whether it can be used as it is."""
    report = row.report
    if report is None and source.kind in ("arch", "config"):
        return "There is no checkpoint behind this config: all its weights would be random."
    if report is None:
        return "No checkpoint was read, so whether it is trained is not known."
    if report.verdict == "ready":
        return "This checkpoint holds all of it: the model is ready to use."
    random = len(report.untrained)
    if report.verdict == "untrained head":
        names = report.untrained if random <= MOST_NAMED else (f"{random:,} of its tensors",)
        return f"This checkpoint does not contain {_joined(names)}: before training, its answers are random."
    if not report.loaded:
        why = "not one of its tensors would be loaded"
    elif report.conversion_errors:
        why = f"{len(report.conversion_errors):,} tensors cannot be converted to what it needs"
    else:
        why = f"{random:,} tensors would be random, some of them in the backbone"
    return f"This checkpoint does not fit this class: {why}."


def head_sentence(matrix: HeadMatrix, row: HeadRow) -> str:
    """What the class adds to the backbone, what it drops, and how big that is."""
    if row.head is None:
        return f"{row.auto_class.model_class} cannot be built: {row.error}"
    backbone = matrix.backbone.auto_class.model_class if matrix.backbone else "AutoModel"
    if row.auto_class.model_class == backbone:
        return f"{row.auto_class.name} gives {backbone}, the backbone itself: nothing is added."
    size = _size(row.head, row.parameter_count or 0)
    return f"{row.auto_class.model_class} is {backbone}{_changes(row.head)}: {size}."


def _changes(head: Head) -> str:
    added = f" plus {_listed(head.added)}" if head.added else " with no module added"
    return f"{added}, without {_listed(head.removed)}" if head.removed else added


def _size(head: Head, whole: int) -> str:
    shared = _shared(head)
    if not head.parameter_count:
        return f"no parameters of its own, since it shares {shared}" if shared else "no parameters of its own"
    return (
        f"{figures.exact(head.parameter_count)} parameters of its own"
        f"{f' besides {shared}, which it shares' if shared else ''}, "
        f"{figures.share(head.parameter_count, whole)} of the model"
    )


def _shared(head: Head) -> str | None:
    """The first tensor of the backbone that the head uses too."""
    inside = tuple(f"{module.path}." for module in head.added)
    tied = (tensor.tied_to for module in head.added for node in walk(module) for tensor in node.tensors)
    return next((owner for owner in tied if owner and not owner.startswith(inside)), None)


def _listed(modules: tuple[ModuleNode, ...]) -> str:
    # Two modules of one name are told apart by their whole path.
    names = Counter(module.name for module in modules)
    shown = modules[:MOST_NAMED]
    named = [_described(module, module.path if names[module.name] > 1 else module.name) for module in shown]
    if len(modules) > MOST_NAMED:
        named.append(f"{len(modules) - MOST_NAMED:,} more modules")
    return _joined(named)


def _joined(words: Sequence[str]) -> str:
    """The words as a list in a sentence."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _described(module: ModuleNode, name: str) -> str:
    """The module by name, with what its one matrix makes of what."""
    matrices = [(node, tensor) for node in walk(module) for tensor in node.tensors if len(tensor.shape) == 2]
    if len(matrices) != 1:
        return name if name.lower() == module.class_name.lower() else f"{name} ({module.class_name})"
    node, tensor = matrices[0]
    rows, columns = tensor.shape
    inside = "" if node is module else f"{module.class_name} with "
    return f"{name} ({inside}{node.class_name} {columns:,} → {rows:,})"
