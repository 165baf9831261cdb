"""The results of tasks as flat tables: of one run, or of many runs below each other."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

from explorer.table import Cell, Table
from explorer.tasks.feature_extraction import FeatureExtractionResult
from explorer.tasks.fill_mask import FillMaskResult
from explorer.tasks.lines import Line
from explorer.tasks.plain_inputs import texts_of
from explorer.tasks.question_answering import QuestionAnsweringInput, QuestionAnsweringResult
from explorer.tasks.seq2seq import SummarizationResult, TranslationResult
from explorer.tasks.task import TaskInput, TaskResult
from explorer.tasks.text_classification import TextClassificationResult
from explorer.tasks.text_generation import GenerationStep, TextGenerationResult
from explorer.tasks.token_classification import TokenClassificationResult

# The place of the text among those of the input, and the cells that are said of it.
Row: TypeAlias = tuple[int, tuple[Cell, ...]]
Rows: TypeAlias = tuple[str, tuple[str, ...], Iterator[Row]]

_TOKENS = ("place", "token_id", "token", "probability", "chance", "rank", "is_special")


def result_table(result: TaskResult, inputs: TaskInput) -> Table:
    """One row for each thing that was found, under the names of its values.

    Where an input has several texts, the first column is the text.
    """
    has_input = hasattr(inputs, "texts")
    title, columns, rows = _found(result, inputs, has_input)
    return Table(title, columns, tuple(rows))


def batch_table(pairs: Iterable[tuple[Line, TaskResult]]) -> Table:
    """The results of one task, each behind its line; a text in which nothing was found keeps an empty row.

    The first column is the line's number, and of questions the third is the context. ValueError where
    there are no results.
    """
    title = ""
    columns: tuple[str, ...] = ()
    every: list[tuple[Cell, ...]] = []
    for line, result in pairs:
        title, columns, rows = _found(result, line.inputs, has_input=True)
        every.extend((line.number, *cells) for cells in rows)
    if not columns:
        raise ValueError("There is no result to make a table of.")
    return Table(title, ("line", *columns), tuple(every))


def tokens_table(result: TextGenerationResult) -> Table:
    """One row for each generated token; ``rank`` 1 is the most probable, None below all that were told."""
    return Table("Tokens", _TOKENS, tuple(map(_token_row, result.steps)))


def rank_of(step: GenerationStep) -> int | None:
    """Which of the most probable tokens was taken, from 1; None where it is none of those told."""
    ids = [token.id for token in step.alternatives]
    return ids.index(step.token.id) + 1 if step.token.id in ids else None


def _found(
    result: TaskResult, inputs: TaskInput, has_input: bool
) -> tuple[str, tuple[str, ...], list[tuple[Cell, ...]]]:
    """The title, the columns and the rows of one result, behind its input if wanted."""
    title, columns, found = _RULES[type(result)](result)
    if not has_input:
        return title, columns, [cells for _, cells in found]
    rows = [(*_input_cells(inputs, place), *cells) for place, cells in _kept(found, inputs, len(columns))]
    return title, (*_input_names(inputs), *columns), rows


def _kept(found: Iterable[Row], inputs: TaskInput, width: int) -> Iterator[Row]:
    """The rows, and an empty one where a text has none."""
    seen = 0
    for place, cells in found:
        yield from ((missed, (None,) * width) for missed in range(seen, place))
        yield place, cells
        seen = place + 1
    yield from ((missed, (None,) * width) for missed in range(seen, len(getattr(inputs, "texts", "1"))))


def _input_names(inputs: TaskInput) -> tuple[str, ...]:
    return ("question", "context") if isinstance(inputs, QuestionAnsweringInput) else ("text",)


def _input_cells(inputs: TaskInput, place: int) -> tuple[str, ...]:
    text = texts_of(inputs)[place]
    return (text, inputs.context) if isinstance(inputs, QuestionAnsweringInput) else (text,)


def _generation(result: TextGenerationResult) -> Rows:
    columns = ("generated_text", "prompt_tokens", "generated_tokens", "finish_reason", "seed")
    cells = (result.text, result.prompt_tokens, len(result.steps), result.finish_reason, result.seed)
    return "Generated text", columns, iter([(0, cells)])


def _token_row(step: GenerationStep) -> tuple[Cell, ...]:
    token = step.token
    # JSON's index begins at 0, and what is read by people at 1.
    place = (step.index + 1, token.id, token.text)
    return (*place, token.probability, token.chance, rank_of(step), token.is_special)


def _fill_mask(result: FillMaskResult) -> Rows:
    rows = (
        (0, (mask, rank, one.score, one.token, one.token_str, one.sequence))
        for mask, fillings in enumerate(result.masks, 1)
        for rank, one in enumerate(fillings, 1)
    )
    return "Fillings", ("mask", "rank", "score", "token", "token_str", "sequence"), rows


def _translation(result: TranslationResult) -> Rows:
    cells = (result.text, result.input_tokens, result.output_tokens)
    return "Translation", ("translation_text", "input_tokens", "output_tokens"), iter([(0, cells)])


def _summary(result: SummarizationResult) -> Rows:
    cells = (result.text, result.input_tokens, result.output_tokens)
    return "Summary", ("summary_text", "input_tokens", "output_tokens"), iter([(0, cells)])


def _answers(result: QuestionAnsweringResult) -> Rows:
    rows = (
        (0, (rank, one.score, one.start, one.end, one.answer)) for rank, one in enumerate(result.answers, 1)
    )
    return "Answers", ("rank", "score", "start", "end", "answer"), rows


def _entities(result: TokenClassificationResult) -> Rows:
    rows = ((0, (one.label, one.score, one.word, one.start, one.end, one.index)) for one in result.entities)
    return "Entities", ("label", "score", "word", "start", "end", "index"), rows


def _labels(result: TextClassificationResult) -> Rows:
    """``function`` says what made the scores: softmax, sigmoid, or none for logits."""
    rows = (
        (place, (rank, one.label, one.score, result.function))
        for place, labels in enumerate(result.texts)
        for rank, one in enumerate(labels, 1)
    )
    return "Labels", ("rank", "label", "score", "function"), rows


def _features(result: FeatureExtractionResult) -> Rows:
    """``row`` is the token, or the pooling; the columns after it are the numbers of the vector."""
    width = max((text.features.width for text in result.texts), default=0)
    rows: Iterator[Row] = (
        (place, (name, *numbers))
        for place, text in enumerate(result.texts)
        for name, numbers in zip(
            text.tokens if result.pooling == "none" else (result.pooling,), text.features.values, strict=True
        )
    )
    return "Features", ("row", *(str(number) for number in range(width))), rows


_RULES: dict[type, Callable[[Any], Rows]] = {
    TextGenerationResult: _generation,
    FillMaskResult: _fill_mask,
    TranslationResult: _translation,
    SummarizationResult: _summary,
    QuestionAnsweringResult: _answers,
    TokenClassificationResult: _entities,
    TextClassificationResult: _labels,
    FeatureExtractionResult: _features,
}
