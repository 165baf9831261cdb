"""Token classification: a label for each token, and tokens joined to words and entities."""

from collections.abc import Sequence

from explorer.loading.running.encoding import batches, notes_of, tensors
from explorer.loading.running.entities import LabelledToken, entities_of
from explorer.loading.running.loaded_model import LoadedModel
from explorer.loading.running.windows import Window, windows_note, windows_of
from explorer.tasks.token_classification import (
    TokenClassificationInput,
    TokenClassificationParameters,
    TokenClassificationResult,
)


def label(
    held: LoadedModel, inputs: TokenClassificationInput, parameters: TokenClassificationParameters
) -> TokenClassificationResult:
    """The entities of the text, as the pipeline joins them."""
    windows = windows_of(held, inputs.text, parameters.stride)
    tokens = _tokens(held, inputs.text, windows, _scores(held, windows))
    found = entities_of(held, tokens, parameters.aggregation_strategy)
    kept = tuple(entity for entity in found if entity.label not in parameters.ignore_labels)
    notes = notes_of(held, [windows_note(windows)], [inputs.text])
    return TokenClassificationResult(kept, len(windows), notes)


def _scores(held: LoadedModel, windows: Sequence[Window]) -> list[list[list[float]]]:
    """Of each window, each token's probability of every label."""
    found: dict[int, list[list[float]]] = {}
    for places, together in batches(held, [window.encoding for window in windows]):
        probabilities = held.model(**tensors(held, together)).logits.float().softmax(-1).tolist()
        found.update(zip(places, probabilities, strict=True))
    return [found[place] for place in range(len(windows))]


def _tokens(
    held: LoadedModel, text: str, windows: Sequence[Window], scores: Sequence[list[list[float]]]
) -> list[LabelledToken]:
    """The text's tokens in order, each as the window sees it that shows the most around it.

    They are joined afterwards, as if the text had been read at once. The pipeline joins within each window
    and keeps the longest of the entities that overlap, so that the two differ where windows disagree: it
    prefers what is long, and this what was read with more on both sides.
    """
    best: dict[tuple[int, int, int], tuple[int, LabelledToken]] = {}
    for window, rows in zip(windows, scores, strict=True):
        same_place: dict[tuple[int, int], int] = {}
        for number, place in enumerate(window.own):
            offsets = window.offsets[place]
            # Several tokens can have one place in the text: the bytes of one letter, for example.
            repeat = same_place[offsets] = same_place.get(offsets, -1) + 1
            around = min(number, len(window.own) - 1 - number)
            key = (*offsets, repeat)
            if key not in best or around > best[key][0]:
                best[key] = around, _token(held, text, window, place, rows[place])
    tokens = [best[key][1] for key in sorted(best)]
    first = windows[0].own[0] if windows[0].own else 0
    return [token.at(first + number) for number, token in enumerate(tokens)]


def _token(held: LoadedModel, text: str, window: Window, place: int, scores: list[float]) -> LabelledToken:
    start, end = window.offsets[place]
    id_ = window.encoding["input_ids"][place]
    token, seen = held.tokenizer.convert_ids_to_tokens(id_), text[start:end]
    if id_ == held.tokenizer.unk_token_id:
        return LabelledToken(seen, start, end, scores, False)
    return LabelledToken(token, start, end, scores, _goes_on(held, text, token, start, end))


def _goes_on(held: LoadedModel, text: str, token: str, start: int, end: int) -> bool:
    """Whether the token goes on with the word of the one before it.

    Some tokenizers mark that; of the others, a token goes on where no space is before it.
    """
    if getattr(held.tokenizer.backend_tokenizer.model, "continuing_subword_prefix", None):
        return len(token) != end - start
    return start > 0 and " " not in text[start - 1 : start + 1]
