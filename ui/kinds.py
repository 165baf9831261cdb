"""What became of a module between two trees, in signs and words."""

from explorer.tree_rows import RowKind

SIGNS: dict[RowKind, str] = {
    "same": "=",
    "renamed": "~",
    "resized": "~",
    "added": "+",
    "removed": "−",
    "around": "○",
}
WORDS: dict[RowKind, str] = {
    "same": "shared",
    "renamed": "of another class",
    "resized": "of another shape",
    "added": "added by the head",
    "removed": "dropped from the backbone",
    "around": "around the backbone",
}
