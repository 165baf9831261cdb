"""AutoModel above the task model, as blocks from input to output: what is shared, added and dropped."""

from collections.abc import Iterable, Iterator

from explorer.diff import DiffNode, TreeDiff, walk
from explorer.folding import fold_diff, label_of
from explorer.head import head_of
from explorer.heads import HeadRow
from explorer.output_shape import HeadOutputs
from explorer.tree import ModuleNode
from ui import figures
from ui.markup import Markup, draw, tag
from ui.verdicts import SIGNS, WORDS

# More blocks than these do not fit beside each other.
MOST_BLOCKS = 6


def draw_picture(diff: TreeDiff, row: HeadRow, outputs: Iterable[HeadOutputs]) -> None:
    """Two lines of blocks; ``outputs`` says what each auto class gives, where that is known."""
    parts = _parts(diff)
    gives = {found.auto_class.name: str(found.outputs[0]) for found in outputs if found.outputs}
    left, right = diff.left.auto_class, diff.right.auto_class
    shared = [_block(node, "left") for node in parts if node.left]
    kept = [_block(node, "right") for node in parts if _is_of_backbone(node)]
    first = _line(left.name, _group("backbone", left.model_class, shared), None, gives.get(left.name))
    head = _group("head", "head", [_module(module) for module in head_of(diff).added], _badge(row))
    second = _line(right.name, _group("backbone", _inside(diff), kept), head, gives.get(right.name))
    draw(tag("div", first, second, class_="x-picture", role="img", aria_label=_spoken(diff)))


def _parts(diff: TreeDiff) -> tuple[DiffNode, ...]:
    """The modules right below the backbone, equal layers folded."""
    root = fold_diff(diff).root
    bodies = (node for node in walk(root) if node.right and node.right.path == diff.right.backbone)
    body = next((node for node in bodies if node.left), root)
    return body.children


def _is_of_backbone(node: DiffNode) -> bool:
    return node.left is not None


def _inside(diff: TreeDiff) -> str:
    """What the backbone is called inside the task model."""
    path = diff.right.backbone
    return f"{path}: {diff.left.auto_class.model_class}" if path else diff.left.auto_class.model_class


def _line(name: str, backbone: Markup, head: Markup | None, output: str | None) -> Markup:
    blocks = [tag("span", "input", class_="x-end"), backbone, *([head] if head else [])]
    blocks.append(tag("span", output or "output", class_="x-end"))
    arrow = tag("span", "→", class_="x-arrow")
    # An arrow stays with what it leads to, wherever the line ends.
    chain = [blocks[0], *(tag("span", arrow, block, class_="x-step") for block in blocks[1:])]
    return tag(
        "div", tag("code", name, class_="x-name"), tag("div", *chain, class_="x-chain"), class_="x-line"
    )


def _group(kind: str, title: str, blocks: list[Markup], badge: Markup | str = "") -> Markup:
    more = len(blocks) - MOST_BLOCKS
    shown = [*blocks[:MOST_BLOCKS], *([tag("span", f"{more} more", class_="x-block")] if more > 0 else [])]
    inside = shown or [tag("span", "no module of its own", class_="x-block")]
    heading = tag("span", title, " ", badge, class_="x-title")
    return tag("div", heading, tag("div", *inside, class_="x-blocks"), class_=f"x-group x-of-{kind}")


def _block(node: DiffNode, side: str) -> Markup:
    module = (node.left if side == "left" else node.right) or node.module
    if side == "right" and node.right is None:
        return _module(module, "dropped", is_dropped=True)
    return _module(module, next(_layers(node), ""))


def _layers(node: DiffNode) -> Iterator[str]:
    """How many layers of which class lie below the node; they need not be equal to be of one class."""
    for part in walk(node):
        repeated = next((child.module for child in part.children if child.module.count > 1), None)
        if repeated:
            of_class = (child.module for child in part.children)
            count = sum(child.count for child in of_class if child.class_name == repeated.class_name)
            yield f"{count} × {repeated.class_name}"


def _module(module: ModuleNode, note: str = "", *, is_dropped: bool = False) -> Markup:
    size = figures.rounded(module.parameter_count) if module.parameter_count and not is_dropped else ""
    times = f" × {module.count}" if module.count > 1 else ""
    sign = "−\u202f" if is_dropped else ""
    name = tag("b", f"{sign}{label_of(module) or module.class_name}{times}")
    notes = tag("small", " · ".join(filter(None, (note, size)))) if note or size else ""
    title = f"{module.path}: {module.class_name}, {figures.exact(module.parameter_count)} parameters"
    return tag("span", name, notes, class_=f"x-block{' x-dropped' if is_dropped else ''}", title=title)


def _badge(row: HeadRow) -> Markup | str:
    if row.verdict == "unknown":
        return ""
    kind = row.verdict.replace(" ", "-")
    return tag("span", f"{SIGNS[row.verdict]} {WORDS[row.verdict]}", class_=f"x-badge x-{kind}")


def _spoken(diff: TreeDiff) -> str:
    head = head_of(diff)
    added, removed = _paths(head.added), _paths(head.removed)
    dropped = f", without {removed}" if removed else ""
    return (
        f"{diff.right.auto_class.model_class}: the backbone{dropped}, then the head: {added or 'no module'}."
    )


def _paths(modules: Iterable[ModuleNode]) -> str:
    return ", ".join(module.path for module in modules)
