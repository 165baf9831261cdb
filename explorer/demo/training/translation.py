"""Translation: English to German, by a grammar small enough to learn in a minute."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random

from transformers import PreTrainedTokenizerFast

from explorer.demo.training.card import Card
from explorer.demo.training.figures import Figure, score
from explorer.demo.training.grammar import Grammar, Pair
from explorer.demo.training.loop import fit, seeded
from explorer.demo.training.recipe import Recipe
from explorer.demo.training.seq2seq import SPECIAL, batches, tiny_t5, writer
from explorer.demo.training.templates import read_data, words_of
from explorer.demo.training.tokenizer import CHARACTERS, build_tokenizer

TASK = "translation"
DATA = read_data("translation")
HELD_OUT = tuple(frozenset(pattern.split()) for pattern in DATA["held_out_patterns"])
STEPS, BATCH, RATE, SEED = 2400, 48, 4e-3, 1
LONGEST = 64


def new_pattern(pair: Pair) -> bool:
    """Whether the pair mixes what no sentence of the training mixes."""
    return any(pattern <= pair.pattern for pattern in HELD_OUT)


def new_triple(pair: Pair) -> bool:
    """Whether who does what to whom is one of the tenth that the training leaves out."""
    return bool(pair.triple[2]) and sum("/".join(pair.triple).encode()) % 10 == 0


def pairs(random: Random) -> Iterator[Pair]:
    """Pairs to train on, without end."""
    grammar = Grammar(DATA, random)
    while True:
        pair = grammar.draw()
        if not new_pattern(pair) and not new_triple(pair):
            yield pair


def tokenizer_of(random: Random) -> PreTrainedTokenizerFast:
    """Every word that the grammar makes, and single letters for those that it does not."""
    some = [text for pair in islice(pairs(random), 12_000) for text in (pair.english, pair.german)]
    common: dict[str, int] = {}
    for text in some:
        for word in words_of([text]):
            common[word] = common.get(word, 0) + 1
    # A made-up name comes once or twice; a word of the grammar comes often.
    words = sorted(word for word, count in common.items() if count > 4)
    return build_tokenizer(
        words,
        characters=CHARACTERS + "äöüßÄÖÜ",
        lower=False,
        special=SPECIAL,
        single="$A </s>",
        pair=None,
        longest=LONGEST,
        strip_accents=False,
    )


def train(folder: Path, steps: int = STEPS) -> None:
    """Save the model and its tokenizer."""
    random = seeded(SEED)
    tokenizer = tokenizer_of(random)
    model = tiny_t5(tokenizer, LONGEST)
    drawn = ((pair.english, pair.german) for pair in pairs(random))
    lessons = batches(tokenizer, drawn, random, BATCH)
    fit(model, lambda: next(lessons), steps=steps, rate=RATE)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def measure(folder: Path) -> tuple[Figure, ...]:
    """How many sentences are translated exactly, word for word."""
    translate = writer(folder)
    new = examples(lambda pair: new_pattern(pair) and not new_triple(pair))
    others = examples(lambda pair: new_triple(pair) and not new_pattern(pair))
    return (
        figure("Held-out subjects, verbs and objects", others, translate, 0.8),
        figure("Held-out templates", new, translate, 0.6),
        figure(
            "The sentence of the tutorial",
            [("Hello, how are you?", "Hallo, wie geht es dir?")],
            translate,
            1.0,
        ),
        figure(
            "Exam of free sentences",
            [(case["english"], case["german"]) for case in DATA["exam"]],
            translate,
        ),
    )


def examples(wanted: Callable[[Pair], bool]) -> list[tuple[str, str]]:
    """600 pairs of a kind."""
    grammar = Grammar(DATA, Random(7))  # noqa: S311
    drawn = (grammar.draw() for _ in iter(int, 1))
    return [(pair.english, pair.german) for pair in islice(filter(wanted, drawn), 600)]


def figure(
    name: str,
    cases: Sequence[tuple[str, str]],
    translate: Callable[[Sequence[str]], list[str]],
    least: float | None = None,
) -> Figure:
    """How many of the cases are translated exactly."""
    given = dict(
        zip((english for english, _ in cases), translate([english for english, _ in cases]), strict=True)
    )
    return score(name, cases, given.__getitem__, least)


CARD = Card(
    sentence="A tiny T5 that the project trained to translate simple English sentences into German.",
    trained_on="Pairs of sentences that a grammar makes: 36 nouns of three genders in three cases, 18 "
    "verbs in the present, the perfect and with can, must and will, articles and possessives, "
    "a dozen adjectives with their endings, statements, questions and negations, with the "
    "German verb in its place; and some thirty usual phrases with greetings. Three names in "
    "ten are made of syllables for one sentence: they are to be copied letter by letter. Some "
    "mixtures of tense, negation and form were never trained on (the held-out templates), nor "
    "was one in ten of the combinations of subject, verb and object.",
    limits=(
        "It knows some two hundred English words: any other it spells out letter by letter, "
        "or turns into nonsense.",
        "It knows no plurals, no relative clauses and nothing with and or because.",
        "You is always du, and the past is always the perfect.",
    ),
    code="""
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("PATH")
model = AutoModelForSeq2SeqLM.from_pretrained("PATH")
inputs = tokenizer("Hello, how are you?", return_tensors="pt")
print(tokenizer.decode(model.generate(**inputs)[0], skip_special_tokens=True))
""",
    languages=("en", "de"),
)
RECIPE = Recipe(TASK, CARD, train, measure)
