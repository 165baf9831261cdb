"""What a head is, in one sentence for somebody who has never seen one."""

from explorer.head import Head
from explorer.heads import HeadMatrix, HeadRow
from explorer.tree import ModuleNode, walk
from ui import figures
from ui.markup import draw, tag

# A longer list is not read.
MOST_NAMED = 4

MEANINGS = {
    "ready": "This checkpoint holds all of it: the model is ready to use.",
    "untrained head": "This checkpoint lacks parts of the head: before training, its answers are random.",
    "wrong checkpoint": "This checkpoint does not fit this class: parts of its backbone would be random.",
    "unknown": "No checkpoint was read, so whether it is trained is not known.",
}


def draw_sentence(matrix: HeadMatrix, chosen: str | None) -> None:
    """The sentence on the chosen class, and what the checkpoint means for it."""
    row = next((row for row in matrix.heads if row.auto_class.name == chosen), None)
    if row is None:
        draw(tag("p", "No class with a head can be built from this config.", class_="x-sentence"))
    else:
        verdict = row.verdict
        kind = f"x-sentence x-{verdict.replace(' ', '-')}"
        draw(tag("p", head_sentence(matrix, row), " ", tag("strong", MEANINGS[verdict]), class_=kind))


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
    if not head.parameter_count:
        tied = (tensor.tied_to for module in head.added for node in walk(module) for tensor in node.tensors)
        owner = next(filter(None, tied), None)
        return f"no parameters of its own, since it shares {owner}" if owner else "no parameters of its own"
    return (
        f"{figures.exact(head.parameter_count)} parameters of its own, "
        f"{figures.share(head.parameter_count, whole)} of the model"
    )


def _listed(modules: tuple[ModuleNode, ...]) -> str:
    named = [_described(module) for module in modules[:MOST_NAMED]]
    if len(modules) > MOST_NAMED:
        named.append(f"{len(modules) - MOST_NAMED:,} more modules")
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"


def _described(module: ModuleNode) -> str:
    """The module by name, with what its one matrix makes of what."""
    matrices = [(node, tensor) for node in walk(module) for tensor in node.tensors if len(tensor.shape) == 2]
    if len(matrices) != 1:
        is_plain = module.name.lower() == module.class_name.lower()
        return module.name if is_plain else f"{module.name} ({module.class_name})"
    node, tensor = matrices[0]
    rows, columns = tensor.shape
    inside = "" if node is module else f"{module.class_name} with "
    return f"{module.name} ({inside}{node.class_name} {columns:,} → {rows:,})"
