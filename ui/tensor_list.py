"""The tensors of a checkpoint: searched, equal layers folded, a page at a time."""

import re
from collections.abc import Sequence
from itertools import islice

import streamlit as st

from explorer.checkpoint import Checkpoint
from explorer.checkpoint_totals import tensors_like
from explorer.stored_in import StoredTensors, fold_stored
from explorer.tree import TensorSpec
from ui import figures, session
from ui.checkpoint_view import number
from ui.load_parts import shape_text
from ui.markup import Markup, draw, join, table, tag

# More rows at once make a page slow, and nobody reads them.
ROWS = 200
_SHARD = re.compile(r"-([0-9]{5})-of-([0-9]{5})\.")
FOLDED, FLAT = "Equal layers folded", "One by one"


def choose() -> tuple[str, bool]:
    """What the visitor looks for, and whether equal layers are one row."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="tensor-choice"):
        words = session.search("Search the tensors", "find", "words of a name or a dtype")
        return words, session.switch("Rows", "rows", (FOLDED, FLAT)) == FOLDED


def draw_folded(groups: Sequence[StoredTensors], words: str, has_files: bool) -> None:
    """The tensors, those of equal layers in one row; ``has_files`` tells whether there are several files."""
    count = sum(group.count for group in groups)
    _draw_found(count, words, f" in {len(groups):,} row{'' if len(groups) == 1 else 's'}")
    first = _page(len(groups))
    _draw_rows(groups[first : first + ROWS], has_files)


def draw_flat(checkpoint: Checkpoint, words: str) -> None:
    """The tensors one by one, in the order of the files."""
    count = sum(1 for _ in tensors_like(checkpoint, words))
    _draw_found(count, words, "")
    first = _page(count)
    rows = islice(tensors_like(checkpoint, words), first, first + ROWS)
    _draw_rows([group for row in rows for group in fold_stored([row])], len(checkpoint.shards) > 1)


def _draw_found(count: int, words: str, rows: str) -> None:
    what = "tensor" if count == 1 else "tensors"
    found = f"{figures.exact(count)} {what}{rows}{' with these words' if words else ''}"
    nothing = "No tensor has these words in its name." if words else "The files hold no tensors."
    draw(tag("p", f"{found}." if count else nothing, class_="x-note", role="status"))


def _page(count: int) -> int:
    """The number of the first row of the page that the visitor chose."""
    if count <= ROWS:
        return 0
    pages = [f"{first + 1:,}–{min(first + ROWS, count):,}" for first in range(0, count, ROWS)]
    chosen = session.select("Rows shown", "shown", pages)
    return ROWS * pages.index(chosen) if chosen else 0


def _draw_rows(groups: Sequence[StoredTensors], has_files: bool) -> None:
    if groups:
        columns = ("Tensor", "=Shape", "dtype", "=Elements", "=Bytes", *(("File",) if has_files else ()))
        rows = (_row(group, has_files) for group in groups)
        draw(table("Tensors in the files", columns, rows, "x-tensor-list"))


def _row(group: StoredTensors, has_files: bool) -> Markup:
    one = TensorSpec(group.name, group.shape, group.dtype)
    elements, nbytes = group.count * one.size, group.count * one.nbytes
    times = tag("span", f" × {group.count:,}", class_="x-times") if group.count > 1 else ""
    each = tag("small", "each ") if group.count > 1 else ""
    file = tag("td", _files(group.shards), class_="x-number", data_label="File") if has_files else ""
    return tag(
        "tr",
        tag("th", tag("code", _breakable(group.name)), times, scope="row"),
        tag("td", each, shape_text(group.shape), class_="x-number", data_label="Shape"),
        tag("td", tag("code", group.dtype), data_label="dtype"),
        number("Elements", figures.rounded(elements), f"{elements:,} elements"),
        number("Bytes", figures.size(nbytes), f"{nbytes:,} bytes"),
        file,
    )


def _breakable(name: str) -> Markup:
    """The name, which may go on in another line after its dots."""
    first, *others = name.split(".")
    return join([first, *(part for other in others for part in (".", Markup("<wbr>"), other))])


def _files(shards: tuple[str, ...]) -> Markup:
    if len(shards) > 1:
        return tag("span", f"{len(shards):,} files", title=f"{shards[0]} to {shards[-1]}")
    numbered = _SHARD.search(shards[0])
    shown = f"{int(numbered[1]):,} of {int(numbered[2]):,}" if numbered else shards[0]
    return tag("span", shown, title=shards[0])
