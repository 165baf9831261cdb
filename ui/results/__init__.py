"""What a model made of an input, drawn below it: one file a task."""

from collections.abc import Callable
from typing import Any

from explorer.tasks.feature_extraction import FeatureExtractionResult
from explorer.tasks.fill_mask import FillMaskResult
from explorer.tasks.question_answering import QuestionAnsweringResult
from explorer.tasks.seq2seq import SummarizationResult, TranslationResult
from explorer.tasks.task import TaskInput, TaskResult
from explorer.tasks.text_classification import TextClassificationResult
from explorer.tasks.text_generation import TextGenerationResult
from explorer.tasks.token_classification import TokenClassificationResult
from ui.markup import draw_note
from ui.results.feature_extraction import draw_features
from ui.results.fill_mask import draw_fillings
from ui.results.question_answering import draw_answers
from ui.results.seq2seq import draw_seq2seq
from ui.results.text_classification import draw_labels
from ui.results.text_generation import draw_generation, draw_text
from ui.results.token_classification import draw_entities

__all__ = ["draw_result", "draw_text"]

_DRAW: dict[type, Callable[[Any, Any, tuple[str, ...]], None]] = {
    TextGenerationResult: lambda result, inputs, labels: draw_generation(result),
    FillMaskResult: lambda result, inputs, labels: draw_fillings(result, inputs),
    TranslationResult: lambda result, inputs, labels: draw_seq2seq(result, inputs, "Translation"),
    SummarizationResult: lambda result, inputs, labels: draw_seq2seq(result, inputs, "Summary"),
    QuestionAnsweringResult: lambda result, inputs, labels: draw_answers(result, inputs),
    TokenClassificationResult: draw_entities,
    TextClassificationResult: lambda result, inputs, labels: draw_labels(result, inputs),
    FeatureExtractionResult: lambda result, inputs, labels: draw_features(result, inputs),
}


def draw_result(result: TaskResult, inputs: TaskInput, labels: tuple[str, ...] = ()) -> None:
    """The result, what is to be said of it first; once on a page.

    ``labels`` are the checkpoint's own, in its order: their colours do not depend on the text then.
    """
    for note in result.notes:
        draw_note(note)
    _DRAW[type(result)](result, inputs, labels)
