"""Lessons in question answering: batches, with more to say of every token than where the answer is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random

import torch
from transformers import BatchEncoding, PreTrainedTokenizerFast, RoFormerForQuestionAnswering

from explorer.demo.training.facts import Question, Span

LONGEST = 256
Batch = dict[str, torch.Tensor]


@dataclass(frozen=True, slots=True)
class Lesson:
    """Questions with their answers, which tokens are context, and for each sign which tokens have it."""

    batch: Batch
    context: torch.Tensor
    signs: torch.Tensor


def school(model: RoFormerForQuestionAnswering) -> torch.nn.ModuleDict:
    """The model with a head on its first layers for every sign; these heads are not saved.

    Start and end alone teach too little in a minute. So the layers also have to say, of every token, whether
    it begins or ends what fills a slot, whether the question names it, and whether it is of the sentence
    asked about and of the answer.
    """
    heads = torch.nn.ModuleList(torch.nn.Linear(model.config.hidden_size, 1) for _ in layers(model))
    return torch.nn.ModuleDict({"model": model, "heads": heads})


def layers(model: RoFormerForQuestionAnswering) -> tuple[int, ...]:
    """After which layer each sign is asked for."""
    last = model.config.num_hidden_layers - 1
    return 1, 1, 2, last, last


def loss_of(school: torch.nn.Module, lesson: Lesson) -> torch.Tensor:
    """The loss of the answers and of all the signs."""
    output = school["model"](**lesson.batch, output_hidden_states=True)
    loss = output.loss
    for head, layer, sign in zip(school["heads"], layers(school["model"]), lesson.signs, strict=True):
        found = head(output.hidden_states[layer]).squeeze(-1)[lesson.context]
        loss = loss + torch.nn.functional.binary_cross_entropy_with_logits(found, sign[lesson.context])
    return loss


def batches(
    tokenizer: PreTrainedTokenizerFast, questions: Iterator[Question], random: Random, size: int
) -> Iterator[Lesson]:
    """Lessons of questions of like length, so that little is padding."""
    while True:
        some = sorted(
            islice(questions, size * 8), key=lambda question: len(question.text) + len(question.context)
        )
        parts = [some[first : first + size] for first in range(0, len(some), size)]
        for part in random.sample(parts, len(parts)):
            yield lesson_of(tokenizer, part)


def lesson_of(tokenizer: PreTrainedTokenizerFast, questions: Sequence[Question]) -> Lesson:
    """The questions as a batch, with the first and the last token of their answers."""
    encoded = encode(tokenizer, [(question.text, question.context) for question in questions])
    parts = [encoded.sequence_ids(row) for row in range(len(questions))]
    starts, ends = torch.tensor(encoded["offset_mapping"]).unbind(2)
    context = torch.tensor([[part == 1 for part in row] for row in parts])

    def marked(spans: Sequence[Sequence[Span]], edge: str = "") -> torch.Tensor:
        marks = torch.zeros_like(context)
        for row, some in enumerate(spans):
            for start, end in some:
                first, last = starts[row] >= start, ends[row] <= end
                marks[row] |= {"": first & last, "start": starts[row] == start, "end": ends[row] == end}[edge]
        return marks & context

    fillers = [question.fillers for question in questions]
    answers = marked([[question.answer_span] for question in questions])
    signs = (
        marked(fillers, "start"),
        marked(fillers, "end"),
        marked([question.named for question in questions]),
        marked([[question.sentence] for question in questions]),
        answers,
    )
    # Without an answer both are 0, the token [CLS], which argmax gives for a row without marks.
    first = answers.int().argmax(1)
    last = (answers.int() * torch.arange(answers.shape[1])).argmax(1)
    batch = {name: torch.tensor(encoded[name]) for name in ("input_ids", "attention_mask", "token_type_ids")}
    answered = {**batch, "start_positions": first, "end_positions": last}
    return Lesson(answered, context, torch.stack(signs).float())


def encode(tokenizer: PreTrainedTokenizerFast, pairs: Sequence[tuple[str, str]]) -> BatchEncoding:
    """Questions with their contexts, of which the end is cut off when they are too long."""
    questions, contexts = zip(*pairs, strict=True)
    return tokenizer(
        list(questions),
        list(contexts),
        truncation="only_second",
        padding=True,
        return_offsets_mapping=True,
        max_length=LONGEST,
    )
