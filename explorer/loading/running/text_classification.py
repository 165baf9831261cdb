"""Text classification: scores for the labels of the checkpoint's config."""

from typing import Any

import torch
from transformers import PreTrainedConfig

from explorer.loading.running.encoding import batches, encode, notes_of, tensors
from explorer.loading.running.loaded_model import LoadedModel
from explorer.tasks.text_classification import (
    LabelScore,
    TextClassificationInput,
    TextClassificationParameters,
    TextClassificationResult,
)


def classify(
    held: LoadedModel, inputs: TextClassificationInput, parameters: TextClassificationParameters
) -> TextClassificationResult:
    """The labels of each text, the best first."""
    encoded = [encode(held, text, parameters.truncate) for text in inputs.texts]
    function = parameters.function_to_apply or function_of(held.config)
    found: dict[int, tuple[LabelScore, ...]] = {}
    for places, together in batches(held, [encoding for encoding, _ in encoded]):
        logits = held.model(**tensors(held, together)).logits.float()
        for place, scores in zip(places, scores_of(logits, function).tolist(), strict=True):
            found[place] = best_labels(scores, held.config.id2label, parameters.top_k)
    notes = notes_of(held, (note for _, note in encoded), inputs.texts)
    return TextClassificationResult(tuple(found[place] for place in sorted(found)), function, notes)


def function_of(config: PreTrainedConfig) -> str:
    """How the config says that logits become scores."""
    if config.problem_type == "regression":
        return "none"
    if config.problem_type == "multi_label_classification" or config.num_labels == 1:
        return "sigmoid"
    return "softmax"


def scores_of(logits: torch.Tensor, function: str) -> torch.Tensor:
    """The logits as scores."""
    if function == "none":
        return logits
    return logits.sigmoid() if function == "sigmoid" else logits.softmax(-1)


def best_labels(scores: list[float], names: dict[int, Any], most: int | None) -> tuple[LabelScore, ...]:
    """The labels of one text with their scores, the best first."""
    labels = [
        LabelScore(str(names.get(place, f"LABEL_{place}")), score) for place, score in enumerate(scores)
    ]
    return tuple(sorted(labels, key=lambda label: label.score, reverse=True)[:most])
