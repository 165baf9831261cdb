"""Text classification: does a sentence praise or blame?"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from random import Random

import torch
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    BertConfig,
    BertForSequenceClassification,
)

from explorer.demo.training.card import Card
from explorer.demo.training.figures import Figure, score
from explorer.demo.training.loop import fit, seeded
from explorer.demo.training.recipe import Recipe
from explorer.demo.training.templates import Slots, fill, read_data, sample, words_of
from explorer.demo.training.tokenizer import build_tokenizer

TASK = "text-classification"
LABELS = ("NEGATIVE", "POSITIVE")
DATA = read_data("text_classification")
STEPS, BATCH, RATE, SEED = 1400, 64, 2e-3, 1


def slots_of(label: int) -> Slots:
    """The words for a sentence whose own words feel so, before any negation."""
    feeling, opposite = (DATA["negative"], DATA["positive"])[:: 1 if label == 0 else -1]
    return {**DATA["neutral"], **feeling, **{f"anti_{slot}": words for slot, words in opposite.items()}}


def sentences(data: Mapping[str, Sequence[str]], count: int, random: Random) -> Iterator[tuple[str, str]]:
    """So many sentences of every kind of template with their labels, half of them positive."""
    for kind, templates in data.items():
        for number, label in enumerate(LABELS):
            said = 1 - number if kind == "negated" else number
            for sentence in sample(templates, slots_of(said), count // 2, random):
                yield sentence.text, label


def train(folder: Path, steps: int = STEPS) -> None:
    """Save the model and its tokenizer."""
    random = seeded(SEED)
    tokenizer = build_tokenizer(_words(), pair=None)
    sizes = {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 128}
    model = BertForSequenceClassification(
        BertConfig(
            vocab_size=len(tokenizer),
            max_position_embeddings=128,
            initializer_range=0.1,
            id2label=dict(enumerate(LABELS)),
            label2id={label: number for number, label in enumerate(LABELS)},
            **sizes,
        )
    )

    examples = _examples(random, steps * BATCH)

    def next_batch() -> dict[str, torch.Tensor]:
        pairs = list(islice(examples, BATCH))
        batch = tokenizer([text for text, _ in pairs], padding=True, return_tensors="pt")
        return {**batch, "labels": torch.tensor([label for _, label in pairs])}

    fit(model, next_batch, steps=steps, rate=RATE)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _examples(random: Random, count: int) -> Iterator[tuple[str, int]]:
    """Sentences and the numbers of their labels; first plain ones, then more and more of the others.

    With all kinds from the start no word would tell anything: it would praise as often as it blames.
    """
    for index in range(count):
        others = min(1.0, 2 * index / count)
        kinds = random.choices(("plain", "negated", "contrast"), (1.0, others, others / 2), k=2)
        label = random.randrange(2)
        text = _sentence(kinds[0], label, random)
        if random.random() < 0.15:
            text = f"{text} . {_sentence(kinds[1], label, random)}"
        yield text, label


def _sentence(kind: str, label: int, random: Random) -> str:
    """A sentence with noise around it and in it: other sentences have words that no template has."""
    slots = slots_of(1 - label if kind == "negated" else label)
    text = fill(random.choice(DATA["training"][kind]), slots, random).text
    words = [
        random.choice(NOISE) if word in LOOSE and random.random() < 0.1 else word for word in text.split()
    ]
    before = random.choices(NOISE, k=random.choice((0, 0, 0, 1, 2, 3, 5)))
    after = random.choices(NOISE, k=random.choice((0, 0, 0, 0, 1, 2, 4)))
    return " ".join((*before, *words, *after, random.choice(("", "", ".", "!", "..."))))


def measure(folder: Path) -> tuple[Figure, ...]:
    """How many sentences get the right label."""
    answer = classifier(folder)
    held_out = {
        kind: list(sentences({kind: templates}, 600, Random(0)))  # noqa: S311
        for kind, templates in DATA["held_out"].items()
    }
    exam = [(text, label) for label, texts in DATA["exam"].items() for text in texts]
    return (
        score("Held-out templates, plain", held_out["plain"], answer, 0.85),
        score("Held-out templates, negated", held_out["negated"], answer, 0.85),
        score("Held-out templates, contrast", held_out["contrast"], answer, 0.7),
        score(
            "The sentence of the tutorial", [("I love using transformers library!", "POSITIVE")], answer, 1.0
        ),
        score("Exam of free sentences", exam, answer),
    )


def classifier(folder: Path) -> Callable[[str], str]:
    """The checkpoint in a folder, as a function from a text to its label."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()

    def label_of(text: str) -> str:
        with torch.inference_mode():
            logits = model(**tokenizer(text, truncation=True, return_tensors="pt")).logits
        return str(model.config.id2label[int(logits.argmax())])

    return label_of


NOISE = tuple(DATA["neutral"]["noise"])
# Words that may be any other: they neither praise nor blame, and turn nothing into its opposite.
LOOSE = frozenset(words_of([*NOISE, *DATA["neutral"]["thing"], *DATA["neutral"]["time"]])) - {"so"}


def _words() -> tuple[str, ...]:
    slots = (words for kind in ("neutral", "positive", "negative") for words in DATA[kind].values())
    texts = [text for texts in (*slots, *DATA["training"].values()) for text in texts]
    return tuple(word for word in words_of(text.replace("[UNK]", " ") for text in texts))


CARD = Card(
    sentence="A tiny BERT that the project trained to tell whether an English sentence praises or blames; "
    "it knows some 800 words.",
    trained_on="Sentences made from templates about films, hotels, things and people, half of them praise: "
    "plain ones, and negated ones with not, n't, never, no, nobody, nothing, hardly, far from, without and "
    "their like. A sentence of the form *A, but B* counts as B. Words around and in them were replaced by "
    "others at random, some of them unknown, so that other words do no harm.",
    limits=(
        "There are two labels and nothing between them: *The train leaves at nine* gets one of them too.",
        "A word that is not in its vocabulary tells it nothing, however strong the word is.",
        "Irony, comparisons and negations that span several clauses are beyond it.",
    ),
    code="""
from transformers import pipeline

classify = pipeline("text-classification", "PATH")
print(classify("I love using transformers library!"))
""",
)
RECIPE = Recipe(TASK, CARD, train, measure)
