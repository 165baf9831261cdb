"""Feature extraction: the shape, the numbers as a picture, and how texts lie to each other."""

from collections.abc import Sequence

import streamlit as st

from explorer.results import result_table
from explorer.table import csv_text
from explorer.tasks.feature_extraction import (
    FeatureExtractionInput,
    FeatureExtractionResult,
    TextFeatures,
)
from ui.figures import counted
from ui.markup import Markup, draw, plain, table, tag
from ui.results.excerpts import clipped, more
from ui.results.scores import signed
from ui.results.similarity import draw_similarity
from ui.results.vector_charts import draw_heat
from ui.results.vectors import Vectors, all_rows, array_of, means, npy

MOST_ROWS = 20
NUMBERS = 6
POOLINGS = {
    "cls": "The vector of a text is that of its first token.",
    "mean": "The vector of a text is the mean of those of its tokens.",
    "max": "Each number of a text's vector is the highest of its tokens.",
}


def draw_features(result: FeatureExtractionResult, inputs: FeatureExtractionInput) -> None:
    """The shape first, then the numbers, then the texts beside each other where there are several."""
    draw(_shape(result))
    vectors, names = _chosen(result, inputs)
    # Tokens by their positions, as everywhere; texts by their numbers.
    first = 0 if result.pooling == "none" else 1
    draw_heat(vectors, names, first)
    draw(_numbers(vectors, names, first))
    if result.pooling != "none":
        draw_similarity(all_rows(result), inputs.texts)
    elif len(inputs.texts) > 1:
        said = "For this the vector of a text is the mean of those of its tokens, as with the pooling mean."
        draw_similarity(means(result), inputs.texts, said)
    _draw_downloads(result, inputs)


def _chosen(
    result: FeatureExtractionResult, inputs: FeatureExtractionInput
) -> tuple[Vectors, tuple[str, ...]]:
    """What to show: the vectors of all texts, or those of the tokens of one of them."""
    if result.pooling != "none":
        return all_rows(result), tuple(clipped(text, 60) for text in inputs.texts)
    number = 0
    if len(inputs.texts) > 1:
        number = st.selectbox(
            "Text",
            range(len(inputs.texts)),
            format_func=lambda place: f"{place + 1}. {clipped(inputs.texts[place], 80)}",
            key="result-text",
        )
    text = result.texts[number]
    return array_of(text.features), text.tokens


def _shape(result: FeatureExtractionResult) -> Markup:
    count, width = len(result.texts), result.texts[0].features.width
    pooled = result.pooling != "none"
    tokens = sorted(len(text.tokens) for text in result.texts)
    spread = f"{tokens[0]:,}" if tokens[0] == tokens[-1] else f"{tokens[0]:,} to {tokens[-1]:,}"
    of_tokens = f"{spread} {'token' if tokens[-1] == 1 else 'tokens'}"
    boxes: list[object] = [_box(counted(count, "text"), "batch")]
    boxes += [" × ", _box(of_tokens, "tokens")] if not pooled else []
    boxes += [" × ", _box(counted(width, "number"), "width")]
    if pooled:
        said = f"{POOLINGS[result.pooling]} The texts have {of_tokens}."
    else:
        said = "The backbone gives a vector for every token, special ones too: there is no head."
    return tag("div", _picture(result.texts, pooled), tag("p", *boxes), tag("p", said, class_="x-note"),
               class_="x-shape")  # fmt: skip


def _box(words: str, what: str) -> Markup:
    return tag("span", tag("b", words), tag("small", what), class_="x-shape-side")


def _picture(texts: Sequence[TextFeatures], pooled: bool) -> Markup:
    """A sheet for each text, a line for each of its vectors; no more than can be told apart."""
    heights = [len(texts)] if pooled else [len(text.tokens) for text in reversed(texts[:4])]
    sheets = (tag("i", style=f"--rows:{min(rows, 8)}") for rows in heights)
    return tag("span", *sheets, class_="x-sheets", aria_hidden="true")


def _numbers(vectors: Vectors, names: Sequence[str], first: int) -> Markup:
    some = vectors[:MOST_ROWS]
    lengths = (some.astype("float64") ** 2).sum(1) ** 0.5
    shown = zip(names[:MOST_ROWS], some.tolist(), lengths.tolist(), strict=True)
    rows = (
        tag(
            "tr",
            tag("td", f"{number:,}", class_="x-number"),
            tag("th", tag("bdi", name), scope="row"),
            *(tag("td", signed(one, 4), class_="x-number") for one in vector[:NUMBERS]),
            tag("td", "…" if len(vector) > NUMBERS else ""),
            tag("td", signed(length, 4), class_="x-number"),
        )
        for number, (name, vector, length) in enumerate(shown, first)
    )
    numbers = range(1, min(vectors.shape[1], NUMBERS) + 1)
    columns = ("=No.", "Vector of", *(f"={number}" for number in numbers), "", "=Length")
    told = table("The first numbers of each vector", columns, rows, "x-vectors")
    rest = more(min(MOST_ROWS, len(vectors)), len(vectors), "vector")
    return tag("details", tag("summary", "The first numbers of each"), told, rest, class_="x-result-more")


def _draw_downloads(result: FeatureExtractionResult, inputs: FeatureExtractionInput) -> None:
    rows = sum(text.features.rows for text in result.texts)
    shape = f"{rows:,} × {result.texts[0].features.width:,}"
    with st.container(horizontal=True, gap="small", key="files-features"):
        st.download_button(
            f"NumPy: {shape}",
            lambda: npy(all_rows(result)),
            "features.npy",
            "application/octet-stream",
            key="download:features.npy",
            on_click="ignore",
            icon=":material/download:",
            help=plain("32-bit floats for numpy.load, a row for each vector, text after text"),
        )
        st.download_button(
            "CSV",
            lambda: csv_text(result_table(result, inputs)),
            "features.csv",
            "text/csv",
            key="download:features.csv",
            on_click="ignore",
            icon=":material/download:",
            help=plain("A row for each vector, behind its text and token"),
        )
