"""Token classification: which words name a person, an organisation, a place or something else?"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

import torch
from transformers import (
    AutoModelForTokenClassification,
    AutoTokenizer,
    BertConfig,
    BertForTokenClassification,
    PreTrainedTokenizerFast,
    pipeline,
)

from explorer.demo.training import made_up
from explorer.demo.training.card import Card
from explorer.demo.training.figures import Figure, spread
from explorer.demo.training.loop import fit, seeded
from explorer.demo.training.recipe import Recipe
from explorer.demo.training.templates import Sentence, Slots, fill, read_data, words_of
from explorer.demo.training.tokenizer import CHARACTERS, build_tokenizer

TASK = "token-classification"
KINDS = ("PER", "ORG", "LOC", "MISC")
LABELS = ("O", *(f"{place}-{kind}" for kind in KINDS for place in "BI"))
DATA = read_data("token_classification")
STEPS, BATCH, RATE, SEED = 1600, 32, 2e-3, 1
LONGEST = 192

# What was found in a text: kind and words of each entity, in order.
Entities = tuple[tuple[str, str], ...]
# Names of which every third is left out of the vocabulary: the pieces of real names must be learnt too.
NAMES = ("first", "last", "city", "country", "region", "river", "area", "firm")

# What is no name must be told from names when it is unknown too.
PLAIN = ("job", "noun", "adj", "verbed")


def slots(random: Random) -> Slots:
    """The words for one sentence: those that are written down, and some that nobody has ever seen."""
    odd = [made_up.name(random) for _ in range(12)]
    given = DATA["slots"]
    return {
        **given,
        **{name: [*given[name], *["{odd}"] * (len(given[name]) // 2)] for name in NAMES},
        **{name: [*given[name], *["{low}"] * (len(given[name]) // 2)] for name in PLAIN},
        "odd": odd,
        "caps": [made_up.initials(random) for _ in range(4)],
        "low": [made_up.word(random) for _ in range(6)],
        "Low": [made_up.name(random) for _ in range(4)],
    }


def entities_of(sentence: Sentence) -> Entities:
    """The kind and the words of every entity that the template has."""
    return tuple(
        (span.slot, sentence.text[span.start : span.end]) for span in sentence.spans if span.slot in KINDS
    )


def train(folder: Path, steps: int = STEPS) -> None:
    """Save the model and its tokenizer."""
    random = seeded(SEED)
    tokenizer = build_tokenizer(_words(), characters=CHARACTERS, lower=False, pair=None, longest=LONGEST)
    model = BertForTokenClassification(
        BertConfig(
            vocab_size=len(tokenizer),
            hidden_size=64,
            num_hidden_layers=3,
            num_attention_heads=4,
            intermediate_size=128,
            max_position_embeddings=LONGEST,
            id2label=dict(enumerate(LABELS)),
            label2id={label: number for number, label in enumerate(LABELS)},
        )
    )

    def next_batch() -> dict[str, torch.Tensor]:
        return _batch(tokenizer, [_example(random) for _ in range(BATCH)])

    fit(model, next_batch, steps=steps, rate=RATE)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _example(random: Random) -> Sentence:
    kind = random.choice(("templates", "parts"))
    template = random.choice(DATA["training"][kind])
    words = (_unknown(word, random) if random.random() < 0.12 else word for word in template.split())
    return fill(" ".join(words), slots(random), random)


def _unknown(word: str, random: Random) -> str:
    """A made-up word in the place of one that is no slot; a capital and the signs after it stay."""
    stem = word.rstrip(".,:?\"'")
    if not stem.isalpha():
        return word
    made = made_up.name(random) if stem[0].isupper() else made_up.word(random)
    return f"{made}{word[len(stem) :]}"


def _batch(tokenizer: PreTrainedTokenizerFast, sentences: Sequence[Sentence]) -> dict[str, torch.Tensor]:
    texts = [sentence.text for sentence in sentences]
    batch = tokenizer(texts, padding=True, truncation=True, return_offsets_mapping=True, return_tensors="pt")
    offsets = batch.pop("offset_mapping").tolist()
    labels = [_labels(sentence, places) for sentence, places in zip(sentences, offsets, strict=True)]
    return {**batch, "labels": torch.tensor(labels)}


def _labels(sentence: Sentence, offsets: Sequence[tuple[int, int]]) -> list[int]:
    """The label of every token: B- for the first of an entity, I- for the rest; none for special tokens."""
    labels = []
    for start, end in offsets:
        span = next((s for s in sentence.spans if s.slot in KINDS and s.start <= start < s.end), None)
        label = f"{'B' if start == span.start else 'I'}-{span.slot}" if span else "O"
        labels.append(LABELS.index(label) if end > start else -100)
    return labels


def finder(folder: Path) -> Callable[[str], Entities]:
    """The checkpoint in a folder, as a function from a text to its entities."""
    model = AutoModelForTokenClassification.from_pretrained(folder).eval()
    find = pipeline(
        TASK, model, tokenizer=AutoTokenizer.from_pretrained(folder), aggregation_strategy="first"
    )
    return lambda text: tuple(
        (entity["entity_group"], text[entity["start"] : entity["end"]]) for entity in find(text)
    )


def cases(templates: Sequence[str], count: int, random: Random) -> Iterator[tuple[str, Entities]]:
    """So many sentences, and the entities in them."""
    for index in range(count):
        sentence = fill(templates[index % len(templates)], slots(random), random)
        yield sentence.text, entities_of(sentence)


def measure(folder: Path) -> tuple[Figure, ...]:
    """How many of the entities are found, and how many of those found are right."""
    find = finder(folder)
    held_out = list(cases(DATA["held_out"]["templates"], 600, Random(0)))  # noqa: S311
    tutorial = [(DATA["tutorial"]["text"], _listed(DATA["tutorial"]))]
    earlier = [(case["text"], _listed(case)) for case in DATA["earlier_exam"]]
    exam = [(case["text"], _listed(case)) for case in DATA["exam"]]
    return (
        *figures("Held-out templates", held_out, find, 0.75, 0.65),
        *figures("The sentence of the tutorial", tutorial, find, 0.75, 0.75),
        *figures("Free sentences of an exam before the last change", earlier, find),
        *figures("Exam of free sentences", exam, find),
    )


def figures(
    name: str,
    cases: Sequence[tuple[str, Entities]],
    find: Callable[[str], Entities],
    least_found: float | None = None,
    least_right: float | None = None,
) -> tuple[Figure, Figure]:
    """Recall and precision of whole entities of the right kind."""
    found = [(text, wanted, find(text)) for text, wanted in cases]
    right = sum(len([one for one in given if one in wanted]) for _, wanted, given in found)
    wanted_count, given_count = (sum(len(one[side]) for one in found) for side in (1, 2))
    wrong = [f"{text!r} gives {_told(given)}" for text, wanted, given in found if wanted != given]
    return (
        Figure(f"{name}, entities found", right, wanted_count, least_found, spread(wrong)),
        Figure(f"{name}, entities given that are right", right, given_count, least_right),
    )


def _told(entities: Entities) -> str:
    return ", ".join(f"{words} ({kind})" for kind, words in entities) or "nothing"


def _listed(case: dict[str, list[list[str]]]) -> Entities:
    return tuple((kind, words) for kind, words in case["entities"])


def _words() -> tuple[str, ...]:
    templates = words_of([*DATA["training"]["templates"], *DATA["training"]["parts"]])
    listed = (
        word
        for slot, words in DATA["slots"].items()
        for index, word in enumerate(words)
        if slot not in NAMES or index % 3
    )
    return (*templates, *(word.capitalize() for word in templates), *words_of(listed))


CARD = Card(
    sentence="A tiny BERT that the project trained to find persons (PER), organisations (ORG), places (LOC) "
    "and other names (MISC) in English sentences, by their form and by the words around them.",
    trained_on="Sentences made from templates, with names in the slots: a few hundred well-known ones, and "
    "as many that were made up of syllables for one sentence and never seen again. Its tokenizer cuts what "
    "it does not know into single letters, so that capitals are seen. Labels are B- for the first token of "
    "an entity and I- for the others.",
    limits=(
        "Whether an unknown name is a person, a place or a firm is told from the words around it only: "
        "where they tell nothing, it guesses.",
        "It knows a few dozen kinds of sentences; in long ones it loses its way.",
        "Texts without capitals have no entities for it.",
        "Its figures on held-out templates are a little kind: they were read once before the last change to "
        "the recipe, which taught it unknown words that are no names, and its gates were lowered after that.",
    ),
    code="""
from transformers import pipeline

find = pipeline("token-classification", "PATH", aggregation_strategy="first")
for entity in find("Hugging Face Inc. is a company based in New York City."):
    print(entity["entity_group"], entity["word"])
""",
)
RECIPE = Recipe(TASK, CARD, train, measure)
