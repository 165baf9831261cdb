"""What a head's output says, in words and scores."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from transformers import PreTrainedModel

from explorer.loading.running.inside.token_names import TokenNames
from explorer.loading.running.loaded_model import LoadedModel
from explorer.loading.running.one_input import OneInput
from explorer.loading.running.question_answering import span_scores
from explorer.loading.running.shared_parts import tensors_in
from explorer.loading.running.text_classification import best_labels, function_of, scores_of

Answer = tuple[tuple[str, float | None], ...]
MOST = 5
NUMBERS = 4
LONGEST_SPAN = 15
# What a reader looks for first.
FIRST = ("logits", "start_logits", "prediction_logits", "encoder_last_hidden_state", "last_hidden_state")
SPAN = frozenset({"start_logits", "end_logits"})
NO_LABEL = "O"
# What the two numbers of these heads mean: no config says it.
PAIR_LABELS = {"AutoModelForNextSentencePrediction": {0: "is the next sentence", 1: "is another sentence"}}
# These heads give one number for each of several texts.
OF_CHOICES = frozenset({"AutoModelForMultipleChoice"})


@dataclass(frozen=True, slots=True)
class Output:
    """What came out of the forward of one class at one input.

    ``random`` are the names of the tensors that parameters drawn at random have a part in.
    """

    held: LoadedModel
    model: PreTrainedModel
    auto_class: str
    given: OneInput
    tensors: Mapping[str, torch.Tensor]
    names: TokenNames
    random: frozenset[str]

    @property
    def name(self) -> str:
        """The tensor that is put into words; of a backbone of two, that of the part that reads the text."""
        return next((name for name in FIRST if name in self.tensors), next(iter(self.tensors)))

    @property
    def main(self) -> torch.Tensor:
        """That tensor."""
        return self.tensors[self.name]

    @property
    def is_random(self) -> bool:
        """Whether a tensor of chance is among those that are put into words."""
        told = SPAN if self.tensors.keys() >= SPAN else {self.name}
        return bool(self.random & told)

    def token(self, place: int) -> str:
        """The text of the token at this place."""
        return self.word(self.given.ids[place])

    def word(self, token: int) -> str:
        """The token as every view names it."""
        return self.names.of(token).strip() or "␣"


def output_of(
    held: LoadedModel, model: PreTrainedModel, auto_class: str, given: OneInput, outputs: Any
) -> Output:
    """The forward's output with its tensors on the processor, as numbers of 32 bits."""
    own = tensors_in(outputs)
    found = {name: tensor.detach().float().cpu() for name, tensor in own.items()}
    random = frozenset(name for name, tensor in own.items() if tensor.requires_grad)
    return Output(held, model, auto_class, given, found, TokenNames(held.tokenizer), random)


def in_words(output: Output) -> tuple[str, Answer]:
    """The name of the tensor that tells, and what it says with the best first."""
    return _teller(output)(output)


def _teller(output: Output) -> Callable[[Output], tuple[str, Answer]]:
    """Chosen by the tensors' names and shapes, which are the same for all models with such a head."""
    main, labels = output.main, output.model.config.num_labels
    if output.auto_class in OF_CHOICES:
        return _choice
    if output.tensors.keys() >= SPAN:
        return _span
    if not output.name.endswith("logits"):
        return _features
    if main.dim() == 3:
        return _vocabulary if _is_vocabulary(output) else _token_labels
    if main.dim() == 2 and main.shape[1] in (labels, len(PAIR_LABELS.get(output.auto_class, ()))):
        return _text_labels
    return _marks if main.shape == (1, len(output.given.ids)) else _features


def _is_vocabulary(output: Output) -> bool:
    size = output.main.shape[-1]
    rows: int = output.model.get_input_embeddings().weight.shape[0]
    # Some heads leave out the rows that only fill up the embeddings.
    return bool(size > output.model.config.num_labels and size >= rows // 2)


def _vocabulary(output: Output) -> tuple[str, Answer]:
    ids, mask = output.given.ids, output.held.tokenizer.mask_token_id
    place, where = -1, "the first token that it writes"
    if output.main.shape[1] == len(ids):
        # What generates goes on behind the last token, whatever that is.
        last = len(ids) - 1 if output.model.can_generate() else output.given.own[-1]
        place = ids.index(mask) if mask in ids else last
        where = output.token(place)
    probabilities = output.main[0, place].softmax(-1)
    best = probabilities.topk(min(MOST, len(probabilities)))
    words = [output.word(token) for token in best.indices.tolist()]
    return f"{output.name} at {where}", tuple(zip(words, best.values.tolist(), strict=True))


def _text_labels(output: Output) -> tuple[str, Answer]:
    labels = PAIR_LABELS.get(output.auto_class)
    function = "softmax" if labels else function_of(output.model.config)
    scores = scores_of(output.main, function)[0].tolist()
    best = best_labels(scores, labels or output.model.config.id2label, MOST)
    if function == "none":
        return output.name, tuple((f"{one.label}: {one.score:.4g}", None) for one in best)
    return output.name, tuple((one.label, one.score) for one in best)


def _token_labels(output: Output) -> tuple[str, Answer]:
    names = output.model.config.id2label
    scores, labels = output.main[0].softmax(-1).max(-1)
    told = [(place, str(names.get(int(labels[place]), int(labels[place])))) for place in output.given.own]
    found = [(place, label) for place, label in told if label != NO_LABEL][:MOST]
    if not found:
        least = min((float(scores[place]) for place, _ in told), default=0.0)
        return output.name, ((f"{NO_LABEL} for every token", least),)
    return output.name, tuple(
        (f"{output.token(place)}: {label}", float(scores[place])) for place, label in found
    )


def _span(output: Output) -> tuple[str, Answer]:
    own = list(output.given.own)
    begins, ends = (output.tensors[name][0] for name in ("start_logits", "end_logits"))
    scores = span_scores(output.held, output.given.ids, own, begins, ends)
    products = torch.outer(scores.begins, scores.ends).triu().tril(LONGEST_SPAN - 1)
    score, place = products.flatten().max(0)
    first, last = divmod(int(place), len(scores.begins))
    ids = output.given.ids[first : last + 1]
    text = output.held.tokenizer.decode(ids).strip()
    return "start_logits and end_logits", ((text, float(score)),)


def _choice(output: Output) -> tuple[str, Answer]:
    return output.name, (
        (f"{_number(float(output.main.flatten()[0]))} for this text as one of several", None),
    )


def _marks(output: Output) -> tuple[str, Answer]:
    """A yes or no for each token, such as whether it was put in place of another."""
    scores = output.main[0].sigmoid()
    best = sorted(output.given.own, key=lambda place: -float(scores[place]))[:MOST]
    return output.name, tuple((output.token(place), float(scores[place])) for place in best)


def _features(output: Output) -> tuple[str, Answer]:
    main = output.main
    if main.dim() != 3 or main.shape[1] != len(output.given.ids):
        return output.name, ((_numbers(main), None),)
    return output.name, tuple(
        (f"{output.token(place)}: {_numbers(main[0, place])}", None) for place in output.given.own[:MOST]
    )


def _numbers(tensor: torch.Tensor) -> str:
    more = ", …" if tensor.numel() > NUMBERS else ""
    return ", ".join(map(_number, tensor.flatten()[:NUMBERS].tolist())) + more


def _number(value: float) -> str:
    return f"{value:.4f}".replace("-", "−")
