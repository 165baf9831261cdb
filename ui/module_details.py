"""All that is known of one module: what it is on both sides, its tensors, and where the files hold them."""

from collections import Counter
from collections.abc import Callable

from explorer.diff import TreeDiff
from explorer.stored_in import StoredIn
from explorer.tree import ModuleNode
from explorer.tree_rows import TreeRow
from ui.kinds import SIGNS, WORDS
from ui.markup import draw, tag

# From the path of a module to what is known of where it is stored.
Stored = Callable[[str], StoredIn]


def draw_legend(diff: TreeDiff) -> None:
    """What the signs mean, and how many modules carry each."""
    counts: Counter[str] = Counter()
    for kind, number in diff.counts.items():
        counts[SIGNS[kind]] += number
    words = {"=": WORDS["same"], "+": WORDS["added"], "−": WORDS["removed"], "~": "other class or shape"}
    marks = (
        tag("span", tag("b", sign), f" {counts[sign]:,} {word}")
        for sign, word in words.items()
        if counts[sign]
    )
    draw(tag("div", *marks, tag("span", tag("b", "×"), " equal layers on one line"), class_="x-legend"))


def draw_details(row: TreeRow | None, root: ModuleNode, stored: Stored | None) -> None:
    """The details of the line; without one, how to get them."""
    if row is None:
        draw(
            tag("p", "Select a module to see its tensors, settings and share of the model.", class_="x-note")
        )
        return
    draw(tag("pre", row.path))
