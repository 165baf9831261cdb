"""The results of tasks for a terminal: what a person wants to read first, and figures beside it."""

from collections.abc import Iterator
from functools import singledispatch

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from explorer.tasks.feature_extraction import FeatureExtractionResult
from explorer.tasks.fill_mask import FillMaskResult
from explorer.tasks.question_answering import QuestionAnsweringResult
from explorer.tasks.seq2seq import SummarizationResult, TranslationResult
from explorer.tasks.task import TaskResult
from explorer.tasks.text_classification import TextClassificationResult
from explorer.tasks.token_classification import TokenClassificationResult

# Of a vector only its beginning is shown: the whole of it is in the JSON.
NUMBERS_SHOWN = 6


@singledispatch
def result_text(result: TaskResult) -> RenderableType:
    """The result as a table or as its text; a generated text is printed while it grows."""
    raise TypeError(f"No text for {type(result).__name__}")


@result_text.register
def _(result: FillMaskResult) -> RenderableType:
    tables = []
    for number, fillings in enumerate(result.masks, 1):
        title = f"mask {number} of {len(result.masks)}" if len(result.masks) > 1 else None
        table = _table("=score", "word", "text", title=title)
        for filling in fillings:
            table.add_row(_score(filling.score), Text(filling.token_str), Text(filling.sequence))
        tables.append(table)
    return Group(*tables)


@result_text.register(TranslationResult)
@result_text.register(SummarizationResult)
def _(result: TranslationResult | SummarizationResult) -> RenderableType:
    return Text(result.text)


@result_text.register
def _(result: QuestionAnsweringResult) -> RenderableType:
    table = _table("=score", "=from", "=to", "answer")
    for answer in result.answers:
        shown = Text(answer.answer) if answer.answer else Text("no answer", style="italic")
        table.add_row(_score(answer.score), f"{answer.start:,}", f"{answer.end:,}", shown)
    return table


@result_text.register
def _(result: TokenClassificationResult) -> RenderableType:
    if not result.entities:
        return Text("no entities", style="italic")
    table = _table("=score", "=from", "=to", "label", "word")
    for entity in result.entities:
        place = (f"{entity.start:,}", f"{entity.end:,}")
        table.add_row(_score(entity.score), *place, Text(entity.label), Text(entity.word))
    return table


@result_text.register
def _(result: TextClassificationResult) -> RenderableType:
    table = _table("=score", "label")
    for labels in result.texts:
        for label in labels:
            table.add_row(_score(label.score), Text(label.label))
    return table


@result_text.register
def _(result: FeatureExtractionResult) -> RenderableType:
    return Group(*_features(result))


def _features(result: FeatureExtractionResult) -> Iterator[RenderableType]:
    for text in result.texts:
        matrix = text.features
        names = text.tokens if result.pooling == "none" else (result.pooling,)
        table = _table("", f"{matrix.rows:,} × {matrix.width:,} numbers, each row from its first")
        for name, row in zip(names, matrix.values, strict=True):
            shown = "  ".join(f"{number:8.4f}" for number in row[:NUMBERS_SHOWN])
            table.add_row(Text(name), shown + ("  …" if matrix.width > NUMBERS_SHOWN else ""))
        yield table


def _table(*columns: str, title: str | None = None) -> Table:
    """A table; a column whose title begins with = holds numbers."""
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column.removeprefix("="), justify="right" if column.startswith("=") else "left")
    return table


def _score(score: float) -> str:
    return f"{score:.4f}"
