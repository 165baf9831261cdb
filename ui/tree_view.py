"""Two module trees as one table: what the task model shares with the backbone, adds and drops."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from explorer.diff import DiffKind, DiffNode, TreeDiff, diff_trees, walk
from explorer.folding import fold_diff, label_of
from explorer.tree import ModuleNode, ModuleTree, TensorSpec
from ui import figures
from ui.markup import Markup, draw, join, table, tag

SIGNS: dict[DiffKind, str] = {"same": "=", "renamed": "~", "resized": "~", "added": "+", "removed": "−"}
WORDS: dict[DiffKind, str] = {
    "same": "shared",
    "renamed": "other class",
    "resized": "other shape",
    "added": "added by the head",
    "removed": "dropped",
}
# A browser draws so many rows at once without delay.
MOST_ROWS = 1_500


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the aligned trees: a module of either side, or of both."""

    node: DiffNode
    depth: int

    @property
    def is_around(self) -> bool:
        """Whether the module only holds what is of another kind: the model around its backbone."""
        kind = self.node.kind
        return kind in ("added", "removed") and any(part.kind != kind for part in walk(self.node))


def rows_of(diff: TreeDiff) -> tuple[Row, ...]:
    """The aligned trees as lines, parents first, with runs of equal numbered siblings folded.

    One line more than are drawn tells that there are more.
    """
    return tuple(islice(_rows(fold_diff(diff).root, 0), MOST_ROWS + 1))


def draw_diff(diff: TreeDiff) -> None:
    """The two trees side by side."""
    left, right = diff.left.auto_class, diff.right.auto_class
    draw(_legend(diff))
    columns = ("Change", "Module", left.model_class, "=Parameters", right.model_class, "=Parameters")
    caption = f"{left.model_class} beside {right.model_class}"
    _draw(caption, columns, rows_of(diff), _diff_cells)


def draw_tree(tree: ModuleTree) -> None:
    """One tree by itself."""
    caption = f"The modules of {tree.auto_class.model_class}"
    _draw(caption, ("Module", "=Parameters"), rows_of(diff_trees(tree, tree)), _tree_cells)


def _rows(node: DiffNode, depth: int) -> Iterator[Row]:
    yield Row(node, depth)
    for child in node.children:
        yield from _rows(child, depth + 1)


def _draw(
    caption: str, columns: tuple[str, ...], rows: tuple[Row, ...], cells: Callable[[Row], Markup]
) -> None:
    draw(table(caption, columns, (_line(row, cells) for row in rows[:MOST_ROWS]), "x-tree"))
    if len(rows) > MOST_ROWS:
        draw(tag("p", f"Only the first {MOST_ROWS:,} lines are drawn.", class_="x-note"))


def _legend(diff: TreeDiff) -> Markup:
    """What the signs mean, and how many modules carry each."""
    counts: Counter[str] = Counter()
    for kind, number in diff.counts.items():
        counts[SIGNS[kind]] += number
    words = {"=": "shared", "+": "added by the head", "−": "dropped", "~": "another class or shape"}
    marks = (
        tag("span", tag("b", sign), f" {counts[sign]:,} {word}")
        for sign, word in words.items()
        if counts[sign]
    )
    folded = tag(
        "span", tag("b", "×"), " equal layers on one line; the lines beneath it describe one of them"
    )
    return tag("div", *marks, folded, class_="x-legend")


def _line(row: Row, cells: Callable[[Row], Markup]) -> Markup:
    return tag("tr", cells(row), class_=f"x-{row.node.kind}")


def _diff_cells(row: Row) -> Markup:
    sides = (cell for side in (row.node.left, row.node.right) for cell in _side_cells(side))
    return join((_sign(row), _name(row), *sides))


def _tree_cells(row: Row) -> Markup:
    return join((_name(row), _side_cells(row.node.module)[1]))


def _side_cells(module: ModuleNode | None) -> tuple[Markup, Markup]:
    if module is None:
        return tag("td", "", class_="x-wide"), tag("td", "", class_="x-wide")
    size = figures.exact(module.parameter_count)
    return tag("td", module.class_name, class_="x-wide x-class"), tag("td", size, class_="x-wide x-number")


def _sign(row: Row) -> Markup:
    word = "around the backbone" if row.is_around else WORDS[row.node.kind]
    shown = tag("span", SIGNS[row.node.kind], aria_hidden="true")
    return tag("td", shown, tag("span", word, class_="x-hidden"), class_="x-sign", title=word)


def _name(row: Row) -> Markup:
    module = row.node.module
    name = label_of(module) or module.class_name
    times = f" × {module.count}" if module.count > 1 else ""
    size = figures.rounded(module.parameter_count)
    return tag(
        "th",
        tag("code", f"{name}{times}"),
        tag("small", f"{module.class_name} · {size}", class_="x-narrow"),
        tag("small", " · ".join(map(_tensor, module.tensors)), class_="x-tensors"),
        scope="row",
        style=f"--depth:{min(row.depth, 12)}",
    )


def _tensor(tensor: TensorSpec) -> str:
    shape = " × ".join(map(str, tensor.shape)) or "one number"
    kind = " (buffer)" if tensor.kind == "buffer" else ""
    tied = f" (tied to {tensor.tied_to})" if tensor.tied_to else ""
    return f"{tensor.name} {shape}{kind}{tied}"
