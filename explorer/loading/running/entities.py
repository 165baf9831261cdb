"""Labelled tokens as words and entities, by the strategies of transformers' own pipeline."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from explorer.loading.running.loaded_model import LoadedModel
from explorer.tasks.token_classification import Entity


@dataclass(frozen=True, slots=True)
class LabelledToken:
    """A token with its place in the text and its scores; ``goes_on`` says that it only continues a word."""

    word: str
    start: int
    end: int
    scores: Sequence[float]
    goes_on: bool
    index: int = 0

    def at(self, index: int) -> "LabelledToken":
        """The token at this place of what the model reads."""
        return replace(self, index=index)


def entities_of(held: LoadedModel, tokens: Sequence[LabelledToken], strategy: str) -> list[Entity]:
    """The tokens' labels, joined as the strategy says."""
    if strategy in ("none", "simple"):
        labelled = [_labelled(held, token.scores, [token], token.word, token.index) for token in tokens]
        return labelled if strategy == "none" else _joined(held, labelled)
    return _joined(held, [_word(held, word, strategy) for word in _words(tokens)])


def _words(tokens: Iterable[LabelledToken]) -> list[list[LabelledToken]]:
    words: list[list[LabelledToken]] = []
    for token in tokens:
        if words and token.goes_on:
            words[-1].append(token)
        else:
            words.append([token])
    return words


def _word(held: LoadedModel, tokens: Sequence[LabelledToken], strategy: str) -> Entity:
    """A word with one label: by its first token, the surest one, or the mean of all."""
    if strategy == "first":
        scores = tokens[0].scores
    elif strategy == "max":
        scores = max(tokens, key=lambda token: max(token.scores)).scores
    else:
        scores = [fmean(column) for column in zip(*(token.scores for token in tokens), strict=True)]
    word = held.tokenizer.convert_tokens_to_string([token.word for token in tokens])
    return _labelled(held, scores, tokens, word)


def _labelled(
    held: LoadedModel,
    scores: Sequence[float],
    tokens: Sequence[LabelledToken],
    word: str,
    index: int | None = None,
) -> Entity:
    best = max(range(len(scores)), key=scores.__getitem__)
    label = str(held.config.id2label.get(best, f"LABEL_{best}"))
    return Entity(label, scores[best], word, tokens[0].start, tokens[-1].end, index)


def _joined(held: LoadedModel, parts: Iterable[Entity]) -> list[Entity]:
    """Neighbours of one kind as one entity; B- begins another one."""
    groups: list[list[Entity]] = []
    for part in parts:
        is_next = groups and _kind(groups[-1][-1].label) == _kind(part.label)
        if is_next and not part.label.startswith("B-"):
            groups[-1].append(part)
        else:
            groups.append([part])
    return [_group(held, group) for group in groups]


def _kind(label: str) -> str:
    return label[2:] if label.startswith(("B-", "I-")) else label


def _group(held: LoadedModel, parts: Sequence[Entity]) -> Entity:
    return Entity(
        # The pipeline cuts any prefix here, and compares by B- and I- alone.
        label=parts[0].label.split("-", 1)[-1],
        score=fmean(part.score for part in parts),
        word=held.tokenizer.convert_tokens_to_string([part.word for part in parts]),
        start=parts[0].start,
        end=parts[-1].end,
    )
