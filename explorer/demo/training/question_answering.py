"""Extractive question answering: which words of the context answer the question, if any?"""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from random import Random

import torch
from transformers import (
    AutoModelForQuestionAnswering,
    AutoTokenizer,
    RoFormerConfig,
    RoFormerForQuestionAnswering,
)

from explorer.demo.training.card import Card
from explorer.demo.training.facts import FactBook, Question, Span
from explorer.demo.training.figures import Figure, spread
from explorer.demo.training.lessons import LONGEST, batches, encode, loss_of, school
from explorer.demo.training.loop import fit, seeded
from explorer.demo.training.recipe import Recipe
from explorer.demo.training.templates import read_data, words_of
from explorer.demo.training.tokenizer import CHARACTERS, build_tokenizer

TASK = "question-answering"
DATA = read_data("question_answering")
STEPS, BATCH, RATE, SEED = 1400, 32, 2.5e-3, 1
# The longest answer that is looked for, in tokens.
LONGEST_ANSWER = 30


def train(folder: Path, steps: int = STEPS) -> None:
    """Save the model and its tokenizer."""
    random = seeded(SEED)
    tokenizer = build_tokenizer(vocabulary(), characters=CHARACTERS, longest=LONGEST)
    model = RoFormerForQuestionAnswering(
        RoFormerConfig(
            vocab_size=len(tokenizer),
            embedding_size=64,
            hidden_size=64,
            num_hidden_layers=4,
            num_attention_heads=4,
            intermediate_size=128,
            max_position_embeddings=LONGEST,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            initializer_range=0.05,
        )
    )
    for layer in model.base_model.encoder.layer:
        # With like keys and queries a word looks at its own like from the start: the name of the question
        # is then soon found in the context, which would else take most of the training to discover.
        attention = layer.attention.self
        attention.key.weight.data.copy_(attention.query.weight.data)
    lessons = batches(tokenizer, FactBook(DATA, random).questions(), random, BATCH)
    fit(school(model), lambda: next(lessons), steps=steps, rate=RATE, loss_of=loss_of)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def vocabulary() -> tuple[str, ...]:
    """The words of the templates and of the lists, and syllables to write every other word with.

    Names and places are left out, so that a name is never one token: it is to be compared letter by letter.
    """
    words, vary = DATA["words"], DATA["vary"]
    lists = (text for name, text in words.items() if name not in ("names", "places") and "held" not in name)
    templates = (
        text
        for family in DATA["family"]
        for text in (*family["facts"], *(question for some in family["ask"].values() for question in some))
    )
    reworded = (text for some in vary["question"].values() for text in some)
    varied = (*vary["noise"], *vary["adverbs"], *vary["before"], *reworded)
    syllables = [consonant + vowel for consonant in "bcdfghjklmnprstvwz" for vowel in "aeiou"]
    pieces = (*syllables, *DATA["pieces"])
    return (*words_of((*templates, *varied, *lists)), *syllables, *(f"##{piece}" for piece in pieces))


def finder(folder: Path) -> Callable[[Sequence[tuple[str, str]]], list[str]]:
    """The checkpoint in a folder, as a function from questions and contexts to answers, or ""."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForQuestionAnswering.from_pretrained(folder).eval()

    def find(pairs: Sequence[tuple[str, str]]) -> list[str]:
        answers = []
        for first in range(0, len(pairs), 64):
            part = pairs[first : first + 64]
            encoded = encode(tokenizer, part)
            names = ("input_ids", "attention_mask", "token_type_ids")
            with torch.inference_mode():
                output = model(**{name: torch.tensor(encoded[name]) for name in names})
            scores = output.start_logits[:, :, None] + output.end_logits[:, None, :]
            for row, (_, context) in enumerate(part):
                start, end = best(scores[row], encoded.sequence_ids(row))
                offsets = encoded["offset_mapping"][row]
                answers.append(context[offsets[start][0] : offsets[end][1]] if start else "")
        return answers

    return find


def best(scores: torch.Tensor, parts: Sequence[int | None]) -> Span:
    """First and last token of the best answer that lies in the context; 0 and 0 when no answer is better."""
    context = torch.tensor([part == 1 for part in parts])
    allowed = context[:, None] & context[None, :]
    allowed = allowed.triu().tril(LONGEST_ANSWER - 1)
    allowed[0, 0] = True
    start, end = divmod(int(scores.masked_fill(~allowed, -torch.inf).argmax()), scores.shape[1])
    return start, end


def measure(folder: Path) -> tuple[Figure, ...]:
    """How many answers are exactly right: known and held-out templates, with words that were held out too."""
    find = finder(folder)
    names = ("facts", "ask", "held_out_facts", "held_out_ask")
    kinds = (
        ("Known templates, new words", names[0], names[1], 0.85),
        ("Held-out templates of questions", names[0], names[3], 0.75),
        ("Held-out templates of facts", names[2], names[1], 0.6),
        ("Held-out templates of both", names[2], names[3], 0.55),
    )
    book = (
        (name, least, FactBook(DATA, Random(7), facts=facts, ask=ask, held_out=True).questions())  # noqa: S311
        for name, facts, ask, least in kinds
    )
    drawn = [figure(name, list(islice(questions, 900)), find, least) for name, least, questions in book]
    tutorial = [written(DATA["tutorial"])]
    exam = [written(case) for case in DATA["exam"]]
    return (
        *drawn,
        figure("The sentence of the tutorial", tutorial, find, 1.0),
        figure("Exam of free questions", exam, find),
    )


def written(case: dict[str, str]) -> Question:
    """A question that somebody wrote down with its answer."""
    start = case["context"].index(case["answer"])
    return Question(case["question"], case["context"], (start, start + len(case["answer"])))


def figure(
    name: str,
    questions: Sequence[Question],
    find: Callable[[Sequence[tuple[str, str]]], list[str]],
    least: float | None = None,
) -> Figure:
    """How many answers are exactly right, and the mean F1 of their words."""
    found = list(
        zip(questions, find([(question.text, question.context) for question in questions]), strict=True)
    )
    wrong = [
        f"{question.text!r} about {question.context!r} gives {given!r}, not {question.answer!r}"
        for question, given in found
        if given != question.answer
    ]
    mean = sum(f1(given, question.answer) for question, given in found) / len(found)
    right = len(found) - len(wrong)
    return Figure(name, right, len(found), least, spread(wrong), f"mean F1 of the words {mean:.3f}")


def f1(given: str, wanted: str) -> float:
    """How well the words of two answers agree, from 0 to 1; of two empty ones, perfectly."""
    ours, theirs = given.lower().split(), wanted.lower().split()
    if not ours or not theirs:
        return float(ours == theirs)
    common = sum((Counter(ours) & Counter(theirs)).values())
    return 2 * common / (len(ours) + len(theirs))


CARD = Card(
    sentence="A tiny RoFormer (a BERT whose positions are rotations) that the project trained to find "
    "in an English context of a few simple sentences the words that answer a question, or to "
    "say that it does not tell.",
    trained_on="Contexts of one to three facts made from templates (who does what, where and when, who "
    "lives where, what costs how much and so on), sometimes with a sentence of no use among "
    "them, and questions made from templates too; about one question in eight has no answer. "
    "Half of the names and many of the nouns and verbs are made of syllables for one fact and "
    "never seen again: the answer is found by comparing and copying, not by knowing. While it "
    "learnt, further heads had to point out the names, the sentence asked about and what the "
    "question names; they are not in the checkpoint. Where there is no answer, both logits "
    "are highest at [CLS], as in SQuAD 2.",
    limits=(
        "It reads a context of a few short sentences; in long texts, and in sentences of "
        "another build, it is lost.",
        "It knows no synonyms: the question has to use the words of the context.",
        "It does not know what words mean, and takes what stands in the right place for the answer.",
        "Capital letters mean nothing to it.",
    ),
    code="""
import torch
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("PATH")
model = AutoModelForQuestionAnswering.from_pretrained("PATH")
inputs = tokenizer("Who lives in Paris?", "Anna lives in Rome. Peter lives in Paris.", return_tensors="pt")
with torch.no_grad():
    output = model(**inputs)
start, end = output.start_logits.argmax(), output.end_logits.argmax()
print(tokenizer.decode(inputs["input_ids"][0, start : end + 1]))
""",
)
RECIPE = Recipe(TASK, CARD, train, measure)
