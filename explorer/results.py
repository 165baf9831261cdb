"""The results of tasks as flat tables: of one run, or of many runs below each other."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

from explorer.table import Cell, Table
from explorer.tasks.feature_extraction import FeatureExtractionResult
from explorer.tasks.fill_mask import FillMaskResult
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
    return _table([(inputs, result)], has_input=hasattr(inputs, "texts"))


def batch_table(pairs: Iterable[tuple[TaskInput, TaskResult]]) -> Table:
    """The results of one task, each behind its input; a text in which nothing was found keeps an empty row.

    Of questions, the context is the second column. ValueError where there are no results.
    """
    return _table(list(pairs), has_input=True)


def tokens_table(result: TextGenerationResult) -> Table:
    """One row for each generated token; ``rank`` 1 is the most probable, None below all that were told."""
    return Table("Tokens", _TOKENS, tuple(map(_token_row, result.steps)))


def rank_of(step: GenerationStep) -> int | None:
    """Which of the most probable tokens was taken, from 1; None where it is none of those told."""
    ids = [token.id for token in step.alternatives]
    return ids.index(step.token.id) + 1 if step.token.id in ids else None


def _table(pairs: list[tuple[TaskInput, TaskResult]], has_input: bool) -> Table:
    if not pairs:
        raise ValueError("There is no result to make a table of.")
    names, rows = (_input_names(pairs[0][0]) if has_input else ()), []
    for inputs, result in pairs:
        title, columns, found = _RULES[type(result)](result)
        for place, cells in _kept(found, inputs, len(columns)) if has_input else found:
            rows.append((*(_input_cells(inputs, place) if has_input else ()), *cells))
    return Table(title, (*names, *columns), tuple(rows))


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


def _input_cells(inputs: Any, place: int) -> tuple[str, ...]:
    if isinstance(inputs, QuestionAnsweringInput):
        return inputs.question, inputs.context
    if hasattr(inputs, "texts"):
        return (inputs.texts[place],)
    messages = getattr(inputs, "messages", ())
    return ("\n".join(f"{one.role}: {one.content}" for one in messages) if messages else inputs.text,)


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
