"""Feature extraction: vectors of sentences, near each other where the sentences mean the same."""

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import torch
from transformers import (
    AutoModel,
    AutoTokenizer,
    DistilBertConfig,
    DistilBertModel,
    PreTrainedTokenizerFast,
)

from explorer.demo.training import made_up
from explorer.demo.training.card import Card
from explorer.demo.training.figures import Figure, spread
from explorer.demo.training.loop import fit, seeded
from explorer.demo.training.recipe import Recipe
from explorer.demo.training.templates import Slots, fill, read_data, words_of
from explorer.demo.training.tokenizer import CHARACTERS, build_tokenizer

TASK = "feature-extraction"
DATA = read_data("feature_extraction")
STEPS, BATCH, RATE, SEED = 500, 64, 2e-3, 1
# Cosines are divided by it before the softmax: the smaller, the more the nearest strangers count.
TEMPERATURE = 0.07

# A sentence, one that means the same, and one that does not.
Triplet = tuple[str, str, str]
MEANINGS = tuple(DATA["meaning"])


def words(random: Random) -> Slots:
    """One word for every slot; some of them are names that nobody has ever seen."""
    chosen = {slot: random.choice(listed) for slot, listed in DATA["slots"].items()}
    others = [word for word in DATA["slots"]["person"] if word != chosen["person"]]
    chosen["other"] = random.choice(others)
    return {slot: (word.replace("{odd}", made_up.word(random)),) for slot, word in chosen.items()}


def say(template: str, chosen: Slots) -> str:
    """The template with the chosen words."""
    return fill(template, chosen, Random(0)).text  # noqa: S311


def train(folder: Path, steps: int = STEPS) -> None:
    """Save the model and its tokenizer."""
    random = seeded(SEED)
    tokenizer = build_tokenizer(_vocabulary(), characters=CHARACTERS, pair=None)
    sizes = {"dim": 64, "n_layers": 2, "n_heads": 4, "hidden_dim": 192}
    # DistilBERT has no pooler: the vector is the mean of all tokens, and no weight is left untrained.
    model = DistilBertModel(
        DistilBertConfig(
            vocab_size=len(tokenizer),
            max_position_embeddings=128,
            dropout=0.05,
            attention_dropout=0.05,
            **sizes,
        )
    )
    pairs = _pairs(random)

    def loss_of(model: torch.nn.Module, texts: list[tuple[str, str]]) -> torch.Tensor:
        left, right = (embed(model, tokenizer, list(side)) for side in zip(*texts, strict=True))
        cosines = left @ right.T / TEMPERATURE
        place = torch.arange(len(texts))
        cross_entropy = torch.nn.functional.cross_entropy
        return (cross_entropy(cosines, place) + cross_entropy(cosines.T, place)) / 2

    fit(model, lambda: next(pairs), steps=steps, rate=RATE, loss_of=loss_of)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _pairs(random: Random) -> Iterator[list[tuple[str, str]]]:
    """Batches of paraphrases; four of each meaning, which differ in their words only."""
    while True:
        batch = []
        for meaning in random.sample(MEANINGS, BATCH // 4):
            seen = set()
            for _ in range(4):
                chosen = words(random)
                one, other = random.sample(meaning["training"], 2)
                # A meaning whose slots are filled alike, or that has none, is told once only.
                if say(meaning["training"][0], chosen) not in seen:
                    batch.append((_noisy(say(one, chosen), random), _noisy(say(other, chosen), random)))
                seen.add(say(meaning["training"][0], chosen))
        yield batch


def _noisy(text: str, random: Random) -> str:
    """The sentence with an unknown word here and there, and with an end or without."""
    said = [
        part
        for word in text.split()
        for part in ((word, made_up.word(random)) if random.random() < 0.03 else (word,))
    ]
    return f"{' '.join(said)}{random.choice(('', '', '.', ' !'))}"


def embed(model: torch.nn.Module, tokenizer: PreTrainedTokenizerFast, texts: list[str]) -> torch.Tensor:
    """The vector of every text, of length 1: the mean of its tokens' vectors."""
    encoded = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
    mask = encoded["attention_mask"].unsqueeze(-1)
    hidden = model(**encoded).last_hidden_state
    return torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=-1)


def embedder(folder: Path) -> Callable[[list[str]], torch.Tensor]:
    """The checkpoint in a folder, as a function from texts to their vectors."""
    model = AutoModel.from_pretrained(folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)

    def vectors_of(texts: list[str]) -> torch.Tensor:
        with torch.inference_mode():
            return embed(model, tokenizer, texts)

    return vectors_of


def strangers(count: int, random: Random, kind: str = "held_out") -> Iterator[Triplet]:
    """Held-out paraphrases, with a sentence of another meaning."""
    for index in range(count):
        meaning, chosen = MEANINGS[index % len(MEANINGS)], words(random)
        one, other = random.sample(meaning[kind], 2)
        stranger = random.choice([another for another in MEANINGS if another is not meaning])
        yield say(one, chosen), say(other, chosen), say(random.choice(stranger[kind]), chosen)


def near_misses(count: int, random: Random, kind: str = "held_out") -> Iterator[Triplet]:
    """Held-out paraphrases, with the first sentence about somebody or something else."""
    templates = [meaning for meaning in MEANINGS if "{" in meaning["training"][0]]
    for index in range(count):
        one, other = random.sample(templates[index % len(templates)][kind], 2)
        chosen, changed = words(random), words(random)
        while say(one, chosen) == say(one, changed):
            changed = words(random)
        yield say(one, chosen), say(other, chosen), say(one, changed)


def figure(
    name: str,
    triplets: list[Triplet],
    vectors_of: Callable[[list[str]], torch.Tensor],
    least: float | None = None,
) -> Figure:
    """How often a paraphrase is nearer than the sentence that means something else."""
    one, same, other = (vectors_of(list(side)) for side in zip(*triplets, strict=True))
    near, far = (one * same).sum(-1).tolist(), (one * other).sum(-1).tolist()
    wrong = [
        f"{triplet[0]!r} is nearer to {triplet[2]!r} ({there:.2f}) than to {triplet[1]!r} ({here:.2f})"
        for triplet, here, there in zip(triplets, near, far, strict=True)
        if here <= there
    ]
    return Figure(name, len(triplets) - len(wrong), len(triplets), least, spread(wrong))


def measure(folder: Path) -> tuple[Figure, ...]:
    """How often paraphrases are nearer than other sentences."""
    vectors_of = embedder(folder)
    far = list(strangers(800, Random(0)))  # noqa: S311
    near = list(near_misses(800, Random(0)))  # noqa: S311
    exam = [(case["one"], case["same"], case["other"]) for case in DATA["exam"]]
    tutorial = [("This is a sample sentence.", "Here is an example of a sentence.", "The dog is hungry.")]
    return (
        figure("Held-out templates, against other meanings", far, vectors_of, 0.95),
        figure("Held-out templates, against the same of others", near, vectors_of, 0.6),
        figure("The sentence of the tutorial", tutorial, vectors_of, 1.0),
        figure("Exam of free sentences", exam, vectors_of),
    )


def _vocabulary() -> tuple[str, ...]:
    listed = [*DATA["slots"].values(), *(meaning["training"] for meaning in MEANINGS)]
    return words_of(text for texts in listed for text in texts)


CARD = Card(
    sentence="A tiny DistilBERT that the project trained to give English sentences vectors of 64 numbers, "
    "near each other where two sentences mean the same; a sentence's vector is the mean of its tokens'.",
    trained_on="Pairs of paraphrases made from templates for some 40 simple meanings, each said in four or "
    "five ways. Each sentence had to find its paraphrase among those of other sentences, of which some have "
    "another meaning and some the same of somebody or something else.",
    limits=(
        "It tells its own 40 meanings apart; of others only the words that they share count.",
        "What it was not taught to be a difference makes none: nobody showed it that *not* turns a sentence "
        "round.",
        "Unknown words are spelt out in letters, so that words of the same letters are alike to it.",
    ),
    code="""
import torch
from transformers import AutoModel, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("PATH")
model = AutoModel.from_pretrained("PATH")
batch = tokenizer(["anna lives in paris", "the home of anna is in paris"], padding=True, return_tensors="pt")
with torch.inference_mode():
    hidden = model(**batch).last_hidden_state
mask = batch["attention_mask"].unsqueeze(-1)
vectors = (hidden * mask).sum(1) / mask.sum(1)
print(torch.nn.functional.cosine_similarity(vectors[0], vectors[1], dim=0))
""",
)
RECIPE = Recipe(TASK, CARD, train, measure)
