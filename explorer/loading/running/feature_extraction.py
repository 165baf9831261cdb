"""Feature extraction: the backbone's last hidden states, by token or pooled."""

from collections.abc import Sequence

import torch
from torch.nn.functional import normalize

from explorer.errors import InputError
from explorer.loading.running.encoding import batches, encode, notes_of, tensors
from explorer.loading.running.loaded_model import LoadedModel
from explorer.tasks.feature_extraction import (
    FeatureExtractionInput,
    FeatureExtractionParameters,
    FeatureExtractionResult,
    Matrix,
    TextFeatures,
)

# What one answer may hold: it is kept for as long as its reader looks at it.
MOST_BYTES = 64_000_000
FLOAT_BYTES = 4


def extract(
    held: LoadedModel, inputs: FeatureExtractionInput, parameters: FeatureExtractionParameters
) -> FeatureExtractionResult:
    """The features of each text."""
    encoded = [encode(held, text, parameters.truncate) for text in inputs.texts]
    # The decoder would need a text of its own; what an encoder-decoder understands is in its encoder.
    is_pair = bool(getattr(held.config, "is_encoder_decoder", False))
    model = held.model.get_encoder() if is_pair else held.model
    found: dict[int, TextFeatures] = {}
    for places, together in batches(held, [encoding for encoding, _ in encoded]):
        hidden = model(**tensors(held, together, model))[0].float()
        _check_size([len(encoding["input_ids"]) for encoding, _ in encoded], hidden.shape[-1], parameters)
        for place, encoding, rows in zip(places, together, _pooled(hidden, parameters), strict=True):
            tokens = tuple(held.tokenizer.convert_ids_to_tokens(encoding["input_ids"]))
            found[place] = TextFeatures(tokens, _matrix(rows))
    only = "These are the features of the encoder; the decoder was not run." if is_pair else None
    notes = notes_of(held, (only, *(note for _, note in encoded)), inputs.texts)
    return FeatureExtractionResult(tuple(found[place] for place in sorted(found)), parameters.pooling, notes)


def _check_size(lengths: Sequence[int], width: int, parameters: FeatureExtractionParameters) -> None:
    rows = sum(lengths) if parameters.pooling == "none" else len(lengths)
    nbytes = rows * width * FLOAT_BYTES
    if nbytes > MOST_BYTES:
        raise InputError(
            f"The features of {rows:,} tokens are {nbytes // 10**6:,} MB, and at most"
            f" {MOST_BYTES // 10**6:,} MB are given at once.",
            "Choose a pooling, or give fewer texts.",
        )


def _pooled(hidden: torch.Tensor, parameters: FeatureExtractionParameters) -> torch.Tensor:
    """The rows of each text; texts are not padded, so that every row counts."""
    if parameters.pooling == "cls":
        hidden = hidden[:, :1]
    elif parameters.pooling == "mean":
        hidden = hidden.mean(1, keepdim=True)
    elif parameters.pooling == "max":
        hidden = hidden.amax(1, keepdim=True)
    return normalize(hidden, dim=-1) if parameters.normalize else hidden


def _matrix(rows: torch.Tensor) -> Matrix:
    return Matrix(rows.shape[0], rows.shape[1], rows.cpu().contiguous().numpy().tobytes())
