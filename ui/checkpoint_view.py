"""A checkpoint at a glance: its format, its files, and what its tensors add up to."""

import streamlit as st

from explorer.checkpoint import Checkpoint
from explorer.checkpoint_totals import CheckpointTotals, Total
from explorer.hub.repository import RepositoryFile
from explorer.opening import OpenedModel
from ui import figures
from ui.markup import Markup, draw, table, tag

FORMATS = {
    "safetensors": "The table of tensors stands at the beginning of each file, and nothing in it can be run.",
    "pickle": "A pickle is a program. Its table of tensors is interpreted here: nothing of it is ever run.",
    "gguf": "For llama.cpp: one file with weights, tokenizer and settings, its tensors named in its own way.",
}
ENDINGS = (".safetensors", ".bin")
MOST_FILES = 200


def reading(model: OpenedModel) -> str:
    """What is done while the headers are read."""
    files = model.weight_files
    many = (
        f"{len(files):,} headers"
        if len(files) > 1
        else "the header"
        if files
        else "the index and the headers"
    )
    return f"Reading {many}, not the weights"


def draw_absent(model: OpenedModel) -> None:
    """What the page would show of a model that had a checkpoint, and how to get there."""
    source = model.source
    if source.kind in ("hub", "folder"):
        why = "It has a config, but no files of weights that can be read."
    else:
        why = "There is only a config here, and no files of weights."
    advice = "Paste the name of a model on the Hub, such as google-bert/bert-base-uncased, or a local folder."
    if source.kind == "gallery":
        advice = f"Paste {source.name} itself when the Hub can be reached."
    shown = (
        "its files, every tensor with shape and dtype, the totals, and what loading it into a class would do"
    )
    draw(
        tag(
            "div",
            tag("p", tag("b", "No checkpoint. "), why),
            tag("p", f"Of a checkpoint this page shows {shown}. Only headers are read, never the weights."),
            tag("p", advice),
            class_="x-empty-state",
        )
    )


def draw_summary(model: OpenedModel, checkpoint: Checkpoint, totals: CheckpointTotals) -> None:
    """The sizes as tiles."""
    whole, size = totals.whole, sum(shard.nbytes for shard in checkpoint.shards)
    written = "GGUF" if checkpoint.format == "gguf" else checkpoint.format
    tiles = [
        _tile("Format", written, FORMATS[checkpoint.format], "x-two"),
        _tile("Files", figures.exact(len(checkpoint.shards)), f"{figures.exact(size)} bytes"),
        _tile("Size", figures.size(size), "all files together"),
        _tile("Tensors", figures.exact(whole.tensors), "in the files"),
        _tile("Elements", figures.rounded(whole.elements), f"{figures.exact(whole.elements)} exactly"),
    ]
    if quantisation := _quantisation(model):
        tiles.append(_tile("Quantisation", quantisation, "as the config says"))
    draw(tag("div", *tiles, class_=f"x-tiles x-checkpoint-tiles x-of-{len(tiles)}"))


def draw_listed(model: OpenedModel, has_failed: bool) -> None:
    """The files as the repository lists them: none of them was read yet, or one cannot be."""
    st.subheader("Files", anchor="files")
    files = listed(model) if has_failed else model.weight_files
    _draw_files(model, [(file.name, file.nbytes, None) for file in files])
    if has_failed:
        told = "The sizes are those that the repository lists. Tensors and totals need every file to be read."
        draw(tag("p", told, class_="x-note"))


def listed(model: OpenedModel) -> tuple[RepositoryFile, ...]:
    """The files of the checkpoint; all that may be of it, where only an index could tell them."""
    every = model.repository.files if model.repository else ()
    return model.weight_files or tuple(file for file in every if file.name.endswith(ENDINGS))


def draw_files(model: OpenedModel, checkpoint: Checkpoint, totals: CheckpointTotals) -> None:
    """The files with their sizes and with what they hold."""
    pairs = zip(checkpoint.shards, totals.files, strict=True)
    _draw_files(model, [(shard.name, shard.nbytes or None, total) for shard, total in pairs])


def draw_dtypes(totals: CheckpointTotals) -> None:
    """Tensors, elements and bytes of each dtype, with its share of the bytes as a bar."""
    rows = (_dtype_row(total, totals.whole) for total in totals.dtypes)
    columns = ("dtype", "=Tensors", "=Elements", "=Bytes", "=Share", "of the bytes")
    draw(table("Totals by dtype", columns, rows, "x-dtypes"))


def number(label: str, shown: str, exact: str) -> Markup:
    """A cell with a rounded number, the exact one on hover."""
    return tag("td", tag("span", shown, title=exact), class_="x-number", data_label=label)


def _draw_files(model: OpenedModel, rows: list[tuple[str, int | None, Total | None]]) -> None:
    if not rows:
        st.caption("The names of the files stand in an index.")
        return
    largest = max(nbytes or 0 for _, nbytes, _ in rows) or 1
    shown = (_file_row(model, *row, largest) for row in rows[:MOST_FILES])
    draw(
        table(
            "Files of the checkpoint",
            ("File", "=Size", "beside the largest", "=Tensors", "=Elements"),
            shown,
            "x-files",
        )
    )
    if len(rows) > MOST_FILES:
        st.caption(f"… and {len(rows) - MOST_FILES:,} more files, which the export lists.")


def _file_row(model: OpenedModel, name: str, nbytes: int | None, total: Total | None, largest: int) -> Markup:
    url, shown = model.source.file_url(name), tag("code", name)
    link = tag("a", shown, href=url, target="_blank", rel="noopener") if url else shown
    size = (figures.size(nbytes), f"{nbytes:,} bytes") if nbytes is not None else ("unknown", "not listed")
    return tag(
        "tr",
        tag("th", link, scope="row"),
        number("Size", *size),
        tag("td", bar(nbytes or 0, largest), class_="x-bar-cell", aria_hidden="true"),
        number("Tensors", figures.exact(total.tensors) if total else "–", "in this file"),
        number("Elements", figures.rounded(total.elements) if total else "–", _elements(total)),
    )


def bar(part: int, whole: int) -> Markup:
    """The part of the whole as a bar."""
    width = 100 * part / whole if whole else 0
    return tag("span", tag("i", style=f"width:{width:.2f}%"), class_="x-bar")


def _dtype_row(total: Total, whole: Total) -> Markup:
    share = figures.share(total.nbytes, whole.nbytes)
    return tag(
        "tr",
        tag("th", tag("code", total.name), scope="row"),
        number("Tensors", figures.exact(total.tensors), "tensors"),
        number("Elements", figures.rounded(total.elements), _elements(total)),
        number("Bytes", figures.size(total.nbytes), f"{total.nbytes:,} bytes"),
        tag("td", share, class_="x-number", data_label="Share of the bytes"),
        tag("td", bar(total.nbytes, whole.nbytes), class_="x-bar-cell", aria_hidden="true"),
    )


def _quantisation(model: OpenedModel) -> str | None:
    """The method that the config names, and its bits."""
    said = model.config.values.get("quantization_config") if model.config else None
    if not isinstance(said, dict) or not isinstance(method := said.get("quant_method"), str):
        return None
    bits = said.get("bits")
    return f"{method[:40]}, {bits} bits" if isinstance(bits, int) else method[:40]


def _elements(total: Total | None) -> str:
    return f"{total.elements:,} elements" if total else "not read"


def _tile(label: str, value: str, note: str, kind: str = "") -> Markup:
    return tag("div", tag("span", label), tag("b", value), tag("small", note), class_=kind)
