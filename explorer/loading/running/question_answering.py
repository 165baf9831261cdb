"""Extractive question answering: the best spans of a context, read in windows where it is long."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from explorer.loading.running.encoding import batches, notes_of, tensors
from explorer.loading.running.loaded_model import LoadedModel
from explorer.loading.running.windows import Window, windows_note, windows_of
from explorer.tasks.question_answering import (
    Answer,
    PlaceScore,
    QuestionAnsweringInput,
    QuestionAnsweringParameters,
    QuestionAnsweringResult,
)

# The first character of each word of a context, and the one after its last, by the word's number.
Words = dict[int, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Scores:
    """Of one window, the probability of each token that the answer begins or ends there.

    ``nothing`` is the probability that there is no answer: that both are at the special token that
    begins the window.
    """

    begins: torch.Tensor
    ends: torch.Tensor
    nothing: float


def answer(
    held: LoadedModel, inputs: QuestionAnsweringInput, parameters: QuestionAnsweringParameters
) -> QuestionAnsweringResult:
    """The best answers of all windows, as transformers 4's pipeline scored them."""
    windows = windows_of(held, inputs.context, parameters.doc_stride, parameters.max_seq_len, inputs.question)
    scores, words = _scores(held, windows), _words_of(inputs.context, windows)
    found = [
        span
        for window, of_window in zip(windows, scores, strict=True)
        for span in _spans(inputs.context, words, window, of_window, parameters)
    ]
    if parameters.handle_impossible_answer:
        # Every window may lack the answer; there is none only where all lack it.
        found.append(Answer(min(of_window.nothing for of_window in scores), 0, 0, ""))
    notes = notes_of(held, [windows_note(windows)], [inputs.question, inputs.context])
    return QuestionAnsweringResult(
        _best(found, parameters.top_k), _places(windows, scores), len(windows), notes
    )


def _scores(held: LoadedModel, windows: Sequence[Window]) -> list[Scores]:
    found: dict[int, Scores] = {}
    for places, together in batches(held, [window.encoding for window in windows]):
        outputs = held.model(**tensors(held, together))
        for row, place in enumerate(places):
            begins, ends = outputs.start_logits[row].float().cpu(), outputs.end_logits[row].float().cpu()
            window = windows[place]
            found[place] = span_scores(held, window.encoding["input_ids"], window.own, begins, ends)
    return [found[place] for place in range(len(windows))]


def span_scores(
    held: LoadedModel, ids: Sequence[int], own: Sequence[int], begins: torch.Tensor, ends: torch.Tensor
) -> Scores:
    """Probabilities over the context's ``own`` tokens and the one token that stands for no answer."""
    cls = [place for place, token in enumerate(ids) if token == held.tokenizer.cls_token_id][:1]
    outside = torch.ones(len(ids), dtype=torch.bool)
    outside[[*own, *cls]] = False
    begin, end = (logits.masked_fill(outside, -torch.inf).softmax(-1) for logits in (begins, ends))
    nothing = float(begin[cls[0]] * end[cls[0]]) if cls else 0.0
    begin[cls], end[cls] = 0.0, 0.0
    return Scores(begin, end, nothing)


def _spans(
    context: str, words: Words, window: Window, scores: Scores, parameters: QuestionAnsweringParameters
) -> list[Answer]:
    """The window's best spans: none that ends before it begins, or is longer than asked for."""
    products = torch.outer(scores.begins, scores.ends).triu().tril(parameters.max_answer_len - 1)
    found: dict[tuple[int, int], Answer] = {}
    taken, most = 0, 4 * parameters.top_k
    # Spans of different tokens can be the same words, so that more of them may be needed.
    while len(found) < parameters.top_k and taken < products.numel():
        best = products.flatten().topk(min(most, products.numel()))
        for score, place in list(zip(best.values.tolist(), best.indices.tolist(), strict=True))[taken:]:
            first, last = divmod(place, len(scores.begins))
            if score > 0:
                start = _characters(window, words, first)[0]
                end = _characters(window, words, last)[1]
                found.setdefault((start, end), Answer(score, start, end, context[start:end]))
        taken, most = len(best.values), 4 * most
    return list(found.values())


def _words_of(context: str, windows: Sequence[Window]) -> Words:
    """The characters of each word of the context, also of one that the end of a window cuts.

    Some tokenizers take a whole text for one word: what has a space within it is none.
    """
    words: Words = {}
    for window in windows:
        for place in window.own:
            word, (start, end) = window.words[place], window.offsets[place]
            if word is not None:
                before = words.get(word, (start, end))
                words[word] = min(start, before[0]), max(end, before[1])
    return {word: place for word, place in words.items() if len(context[slice(*place)].split()) == 1}


def _characters(window: Window, words: Words, place: int) -> tuple[int, int]:
    """Those of the word that the token belongs to, or its own."""
    word = window.words[place]
    return window.offsets[place] if word is None else words.get(word, window.offsets[place])


def _best(found: Sequence[Answer], most: int) -> tuple[Answer, ...]:
    """The best answers, each part of the context once."""
    kept: dict[tuple[int, int], Answer] = {}
    for span in sorted(found, key=lambda span: span.score, reverse=True):
        kept.setdefault((span.start, span.end), span)
    return tuple(list(kept.values())[:most]) or (Answer(0.0, 0, 0, ""),)


def _places(windows: Sequence[Window], scores: Sequence[Scores]) -> tuple[PlaceScore, ...]:
    found: dict[tuple[int, int], PlaceScore] = {}
    for window, of_window in zip(windows, scores, strict=True):
        begins, ends = of_window.begins.tolist(), of_window.ends.tolist()
        for place in window.own:
            offsets = window.offsets[place]
            before = found.get(offsets, PlaceScore(*offsets, 0.0, 0.0))
            found[offsets] = PlaceScore(
                *offsets, max(before.begins, begins[place]), max(before.ends, ends[place])
            )
    return tuple(found[offsets] for offsets in sorted(found))
