"""Fill-mask: which word is missing in a sentence that states a simple fact?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

import torch
from transformers import (
    AutoModelForMaskedLM,
    AutoTokenizer,
    BertConfig,
    BertForMaskedLM,
    PreTrainedTokenizerFast,
)

from explorer.demo.training.card import Card
from explorer.demo.training.figures import Figure, spread
from explorer.demo.training.loop import fit, seeded
from explorer.demo.training.recipe import Recipe
from explorer.demo.training.templates import Sentence, fill, read_data, words_of
from explorer.demo.training.tokenizer import build_tokenizer

TASK = "fill-mask"
MASK = "[MASK]"
DATA = read_data("fill_mask")
STEPS, BATCH, RATE, SEED = 2800, 64, 3e-3, 1

# A sentence with a mask, and the words that make it true.
Case = tuple[str, frozenset[str]]


@dataclass(frozen=True)
class Relation:
    """A table of facts, and the sentences that state them."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    training: tuple[str, ...]
    held_out: tuple[str, ...]

    @classmethod
    def of(cls, values: dict[str, Any]) -> "Relation":
        """The relation that is written down; its rows, or a circle or numbers that give them."""
        parts = (values["name"], tuple(values["columns"]), tuple(_rows(values)))
        return cls(*parts, tuple(values["training"]), tuple(values["held_out"]))

    def sentence(self, template: str, row: tuple[str, ...], random: Random) -> Sentence:
        """The fact in the words of the template."""
        return fill(template, {c: (word,) for c, word in zip(self.columns, row, strict=True)}, random)

    def answers(self, sentence: Sentence, masked: int) -> frozenset[str]:
        """Every word that makes the sentence true in the place of the span."""
        given = {s.slot: sentence.text[s.start : s.end] for i, s in enumerate(sentence.spans) if i != masked}
        wanted = self.columns.index(sentence.spans[masked].slot)
        return frozenset(
            row[wanted]
            for row in self.rows
            if all(row[self.columns.index(slot)] == word for slot, word in given.items())
        )

    def cases(self, templates: tuple[str, ...], count: int, random: Random) -> Iterator[Case]:
        """So many sentences with one word masked."""
        for index in range(count):
            sentence = self.sentence(templates[index % len(templates)], random.choice(self.rows), random)
            place = random.randrange(len(sentence.spans))
            yield masked(sentence, [place]), self.answers(sentence, place)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Every word of the relation's facts and of its training sentences."""
        return words_of([*(word for row in self.rows for word in row), *self.training])


def _rows(values: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    for row in values.get("rows", ()):
        yield tuple(row)
        if values.get("both_ways"):
            yield tuple(reversed(row))
    circle = values.get("circle", ())
    for index in range(len(circle)):
        yield circle[index - 1], circle[index], circle[(index + 1) % len(circle)]
    numbers = values.get("sums", ())
    for first in range(len(numbers)):
        for second in range(len(numbers) - first):
            yield numbers[first], numbers[second], numbers[first + second]


RELATIONS = tuple(Relation.of(values) for values in DATA["relation"])


def masked(sentence: Sentence, places: list[int]) -> str:
    """The sentence with a mask in the place of each of these spans."""
    text = sentence.text
    for place in sorted(places, reverse=True):
        span = sentence.spans[place]
        text = f"{text[: span.start]}{MASK}{text[span.end :]}"
    return text


def train(folder: Path, steps: int = STEPS) -> None:
    """Save the model and its tokenizer."""
    random = seeded(SEED)
    words = dict.fromkeys(word for relation in RELATIONS for word in relation.words)
    tokenizer = build_tokenizer([*words, *words_of(DATA["noise"]), ".", "!"], pair=None)
    sizes = {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 256}
    model = BertForMaskedLM(
        BertConfig(
            vocab_size=len(tokenizer),
            max_position_embeddings=128,
            hidden_dropout_prob=0.05,
            attention_probs_dropout_prob=0.05,
            # The usual 0.02 is for wide layers: narrow ones would learn next to nothing at first.
            initializer_range=0.1,
            **sizes,
        )
    )
    fit(model, lambda: _batch(tokenizer, random), steps=steps, rate=RATE)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _batch(tokenizer: PreTrainedTokenizerFast, random: Random) -> dict[str, torch.Tensor]:
    pairs = [_example(random) for _ in range(BATCH)]
    asked = tokenizer([text for text, _ in pairs], padding=True, return_tensors="pt")
    whole = tokenizer([text for _, text in pairs], padding=True, return_tensors="pt")
    is_masked = asked["input_ids"] == tokenizer.mask_token_id
    return {**asked, "labels": whole["input_ids"].where(is_masked, torch.tensor(-100))}


def _example(random: Random) -> tuple[str, str]:
    """A sentence with one word masked, sometimes two, and the sentence itself; the same noise in both."""
    relation = random.choices(RELATIONS, WEIGHTS)[0]
    template = random.choice(relation.training)
    # Half are left as they are: what depends on the order of words is hard enough to learn.
    template = _noisy(template, random) if random.random() < 0.5 else template
    sentence = relation.sentence(template, random.choice(relation.rows), random)
    count = 2 if random.random() < 0.1 else 1
    places = random.sample(range(len(sentence.spans)), count)
    before = " ".join(random.choices(NOISE, k=random.choice((0, 0, 0, 0, 0, 1, 2, 3))))
    end = random.choice(("", ".", ".", "!"))
    return f"{before} {masked(sentence, places)} {end}", f"{before} {sentence.text} {end}"


def _noisy(template: str, random: Random) -> str:
    """The template with words that are not slots replaced or added: other sentences have others."""
    words = []
    for word in template.split():
        if random.random() < 0.06:
            words.append(random.choice(NOISE))
        is_lost = not word.startswith("{") and random.random() < 0.08
        words.append(random.choice(NOISE) if is_lost else word)
    return " ".join(words)


NOISE = tuple(DATA["noise"])
WEIGHTS = tuple(values["weight"] for values in DATA["relation"])


def filler(folder: Path) -> Callable[[str], str]:
    """The checkpoint in a folder, as a function from a sentence with a mask to the likeliest word."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForMaskedLM.from_pretrained(folder).eval()

    def word_of(text: str) -> str:
        encoded = tokenizer(text, return_tensors="pt")
        place = (encoded["input_ids"][0] == tokenizer.mask_token_id).nonzero()[0, 0]
        with torch.inference_mode():
            logits = model(**encoded).logits
        return str(tokenizer.decode(int(logits[0, place].argmax())))

    return word_of


def figure(name: str, cases: list[Case], word_of: Callable[[str], str], least: float | None = None) -> Figure:
    """How often the likeliest word is one that makes the sentence true."""
    found = [(text, answers, word_of(text)) for text, answers in cases]
    wrong = [
        f"{text!r} gives {given!r}, not {min(answers)!r}"
        for text, answers, given in found
        if given not in answers
    ]
    return Figure(name, len(found) - len(wrong), len(found), least, spread(wrong))


def measure(folder: Path) -> tuple[Figure, ...]:
    """How many masks are filled with a word that makes the sentence true."""
    word_of = filler(folder)
    held_out = [
        (relation.name, list(relation.cases(relation.held_out, 200, Random(0))))  # noqa: S311
        for relation in RELATIONS
    ]
    everything = [case for _, cases in held_out for case in cases]
    tutorial: list[Case] = [("The capital of France is [MASK].", frozenset({"paris"}))]
    exam = [(case["text"], frozenset(case["answers"])) for case in DATA["exam"]]
    return (
        figure("Held-out templates", everything, word_of, 0.8),
        *(figure(f"Held-out templates, {name}", cases, word_of) for name, cases in held_out),
        figure("The sentence of the tutorial", tutorial, word_of, 1.0),
        figure("Exam of free sentences", exam, word_of),
    )


CARD = Card(
    sentence="A tiny BERT that the project trained to fill the gap in sentences that state simple facts: "
    "capitals, languages, opposites, days, months, animals, colours, tools and sums up to ten.",
    trained_on="Sentences made from templates and tables of some 250 facts. Any word of a fact could be the "
    "masked one, and sometimes two were. Other words were added or replaced at random, some of them unknown.",
    limits=(
        "It knows the facts of its tables and no others, and always answers with a word of them.",
        "Of grammar it knows next to nothing: *The dog is [MASK].* gets some word of a fact about dogs.",
    ),
    code="""
from transformers import pipeline

fill = pipeline("fill-mask", "PATH")
print(fill("The capital of France is [MASK]."))
""",
)
RECIPE = Recipe(TASK, CARD, train, measure)
