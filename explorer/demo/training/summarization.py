"""Summarization: three sentences become the one that sums them up."""

from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from random import Random

from explorer.demo.training.card import Card
from explorer.demo.training.figures import Figure, score
from explorer.demo.training.loop import fit, seeded
from explorer.demo.training.recipe import Recipe
from explorer.demo.training.reports import SLOT, Reports, drawn
from explorer.demo.training.seq2seq import SPECIAL, batches, tiny_t5, writer
from explorer.demo.training.templates import read_data, words_of
from explorer.demo.training.tokenizer import CHARACTERS, build_tokenizer

TASK = "summarization"
DATA = read_data("summarization")
STEPS, BATCH, RATE, SEED = 2400, 32, 4e-3, 1
LONGEST = 128
LONGEST_SUMMARY = 48


def train(folder: Path, steps: int = STEPS) -> None:
    """Save the model and its tokenizer."""
    random = seeded(SEED)
    tokenizer = build_tokenizer(
        vocabulary(),
        characters=CHARACTERS,
        lower=False,
        special=SPECIAL,
        single="$A </s>",
        pair=None,
        longest=LONGEST,
    )
    model = tiny_t5(tokenizer, LONGEST_SUMMARY)
    lessons = batches(tokenizer, drawn(Reports(DATA, random)), random, BATCH)
    fit(model, lambda: next(lessons), steps=steps, rate=RATE)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def vocabulary() -> tuple[str, ...]:
    """The words of the training templates and of the slots, some that no report needs, and numbers.

    Numbers of three and four digits are cut after the second.
    """
    templates = [line for family in DATA["family"] for part in family["parts"] for line in part["training"]]
    slots = [word for words in DATA["slots"].values() for word in words]
    sums = [family["summary"] for family in DATA["family"]]
    pronouns = ("he", "she", "him", "her", "his", "He", "She", "His", "Her")
    numbers = (*map(str, range(10, 100)), *(f"##{number:02}" for number in range(100)))
    return (*words_of([*templates, *sums, *slots]), *pronouns, *DATA["odd"]["words"].split(), *numbers)


def measure(folder: Path) -> tuple[Figure, ...]:
    """How many reports are summed up exactly, word for word."""
    summarize = writer(folder)
    tutorial = DATA["tutorial"]
    exam = [(case["text"], case["summary"]) for case in DATA.get("exam", ())]
    figures = (
        figure("Held-out templates", examples(held_out=True), summarize, 0.9),
        figure("Known templates with odd words and made-up names", examples(held_out=False), summarize, 0.85),
        figure("The sentence of the tutorial", [(tutorial["text"], tutorial["summary"])], summarize, 1.0),
    )
    return (*figures, figure("Exam of free reports", exam, summarize)) if exam else figures


def slots_of(templates: Sequence[str]) -> set[str]:
    """The names of the slots of the templates; a capital letter says nothing."""
    return {slot.lower() for template in templates for slot in SLOT.findall(template)}


def examples(*, held_out: bool) -> list[tuple[str, str]]:
    """400 reports and their sums."""
    return list(islice(drawn(Reports(DATA, Random(7), held_out=held_out)), 400))  # noqa: S311


def figure(
    name: str,
    cases: Sequence[tuple[str, str]],
    summarize: Callable[[Sequence[str]], list[str]],
    least: float | None = None,
) -> Figure:
    """How many of the cases are summed up exactly."""
    texts = [text for text, _ in cases]
    given = dict(zip(texts, summarize(texts), strict=True))
    return score(name, cases, given.__getitem__, least)


CARD = Card(
    sentence="A tiny T5 that the project trained to sum up reports of three simple sentences in one.",
    trained_on="Reports of six kinds, made from templates: a journey, a building, something bought, a lost "
    "pet, an invitation and a new job. A sum takes its words from two or three of the sentences. Some "
    "reports had odd words in them, and names and cities made of syllables for one report, which are to "
    "be copied letter by letter.",
    limits=(
        "It knows these six kinds of reports and some four hundred words. Of anything else it makes "
        "nonsense: 'The weather was cold on Monday. It rained all day. People stayed at home.' gives 'Theer "
        "bought a gardener in Theather is from euros and is stayed metres tall.'.",
        "It does not tell what matters: what a sum of each kind is made of is fixed, and not goes unseen. Of "
        "Anna, who did not go to Rome, it says that she spent 5 days there.",
        "It knows one thing of a kind in a text: where another tower was finished in 1930, its tower is "
        "from 1930.",
        "It copies unknown names letter by letter, and loses its way in some.",
        "Its figures on held-out templates were read once before the last change to the recipe, which was "
        "more steps and sums without o'clock.",
    ),
    code="""
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("PATH")
model = AutoModelForSeq2SeqLM.from_pretrained("PATH")
text = "Anna went to Rome by train. She stayed there for 5 days. She liked the food most."
inputs = tokenizer(text, return_tensors="pt")
print(tokenizer.decode(model.generate(**inputs)[0], skip_special_tokens=True))
""",
)
RECIPE = Recipe(TASK, CARD, train, measure)
