"""Text generation: small stories that begin with once upon a time."""

from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from random import Random

import torch
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
)

from explorer.demo.training.card import Card
from explorer.demo.training.figures import Figure
from explorer.demo.training.loop import fit, seeded
from explorer.demo.training.recipe import Recipe
from explorer.demo.training.stories import Stories, filled, told
from explorer.demo.training.teller import PROMPT, Teller, begun, judged
from explorer.demo.training.tellings import batch_of, tellings
from explorer.demo.training.templates import read_data, words_of
from explorer.demo.training.tokenizer import CHARACTERS, build_tokenizer

TASK = "text-generation"
DATA = read_data("text_generation")
STEPS, BATCH, RATE, SEED = 2000, 24, 5e-3, 1
LONGEST = 256
# How much more than another word one counts that says again what a story has said.
AGAIN = 8.0
SPECIAL = {"pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"}


def train(folder: Path, steps: int = STEPS) -> None:
    """Save the model and its tokenizer."""
    random = seeded(SEED)
    tokenizer = build_tokenizer(
        vocabulary(),
        characters=CHARACTERS,
        lower=False,
        special=SPECIAL,
        single="$A",
        pair=None,
        longest=LONGEST,
    )
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=64,
            num_hidden_layers=3,
            num_attention_heads=4,
            intermediate_size=160,
            max_position_embeddings=LONGEST,
            initializer_range=0.05,
            tie_word_embeddings=True,
            bos_token_id=None,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
    )
    for layer in model.model.layers:
        # With like keys and queries a word looks at its own like from the start, which is half of
        # what it takes to say again what was said before.
        layer.self_attn.k_proj.weight.data.copy_(layer.self_attn.q_proj.weight.data)
    drawn = tellings(Stories(DATA), DATA["odd"]["words"].split(), random)
    slots = torch.tensor(slot_words(tokenizer))
    fit(
        model,
        lambda: batch_of(tokenizer, list(islice(drawn, BATCH))),
        steps=steps,
        rate=RATE,
        loss_of=lambda model, batch: weighted_loss(model, batch, slots),
    )
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def vocabulary() -> tuple[str, ...]:
    """The words of the templates and of the slots, and some that no story needs."""
    templates = [template for some in DATA["stages"].values() for template in some]
    pronouns = ("he", "she", "him", "her", "his")
    odd = DATA["odd"]["words"].split()
    return (*words_of([*templates, *listed()]), *pronouns, *(word.capitalize() for word in pronouns), *odd)


def listed() -> list[str]:
    """The words that slots may hold."""
    return [word for some in (*DATA["slots"].values(), *DATA["names"].values()) for word in some]


def slot_words(tokenizer: PreTrainedTokenizerFast) -> list[int]:
    """The tokens of the words that slots may hold."""
    return list(tokenizer(" ".join([*listed(), "he", "she", "He", "She"]))["input_ids"])


def weighted_loss(
    model: torch.nn.Module, batch: dict[str, torch.Tensor], slots: torch.Tensor
) -> torch.Tensor:
    """The loss in which a slot's word that the story has said before counts for many.

    Such words are few, and that a thing stays what it was is what a model learns last.
    """
    ids = batch["input_ids"]
    said = (ids[:, :, None] == ids[:, None, :]).tril(-1).any(2) & torch.isin(ids, slots)
    weights = (1.0 + (AGAIN - 1.0) * said) * (batch["labels"] >= 0)
    logits = model(input_ids=ids, attention_mask=batch["attention_mask"]).logits[:, :-1]
    loss = torch.nn.functional.cross_entropy(logits.transpose(1, 2), ids[:, 1:], reduction="none")
    return (loss * weights[:, 1:]).sum() / weights[:, 1:].sum()


def measure(folder: Path) -> tuple[Figure, ...]:
    """How well words are foretold, and how many of the stories told are stories."""
    teller, known = Teller(folder), Stories(DATA)
    by_chance = teller.go_on([PROMPT] * 200, sample=True)
    openings = begun(teller, prompts(known, ("opening",), 100))
    others = begun(teller, prompts(known, [*DATA["held_out_stages"]][1:], 100))
    exam = begun(teller, DATA["exam"]["beginnings"])
    figures = (
        judged("Held-out templates of the first sentence, how the story goes on", openings, known, 0.85),
        judged("Held-out templates of a later sentence, how the story goes on", others, known, 0.6),
        foretold("Held-out plots, the next word", teller, Stories(DATA, held_out=True), 0.65),
        foretold("Known templates, the next word", teller, known, 0.65),
        judged("Stories told by chance", [(PROMPT, text) for text in by_chance], known, 0.75),
        Figure("Names in stories told by chance that stay", *same_names(by_chance), 0.9),
        judged("The sentence of the tutorial", begun(teller, [PROMPT]), known, 1.0),
    )
    return (*figures, judged("Exam of free beginnings", exam, known)) if exam else figures


def foretold(name: str, teller: Teller, stories: Stories, least: float) -> Figure:
    """How many words of 200 stories are foretold."""
    right, total, perplexity = teller.foretell(list(islice(told(stories, Random(7)), 200)))  # noqa: S311
    return Figure(name, right, total, least, note=f"perplexity {perplexity:.2f}")


def prompts(stories: Stories, stages: Sequence[str], count: int) -> list[str]:
    """Beginnings of stories, whose last sentence is of a held-out template of one of the stages."""
    random = Random(8)  # noqa: S311
    found: list[str] = []
    for story in told(stories, random):
        places = [place for place, stage in enumerate(story.plot) if stage in stages]
        if places and len(found) < count:
            place = random.choice(places)
            last = filled(random.choice(DATA["held_out_stages"][story.plot[place]]), story.held)
            found.append(" ".join([*story.lines[:place], last]))
        if len(found) == count:
            break
    return found


def same_names(texts: Sequence[str]) -> tuple[int, int]:
    """How many of the stories that say a name twice say the same one, of how many."""
    names = {name for some in DATA["names"].values() for name in some}
    said = [Counter(word for word in words_of([text]) if word in names) for text in texts]
    return sum(len(found) == 1 for found in said), len(said)


CARD = Card(
    sentence="A tiny Llama that the project trained to tell small stories, which begin with once upon "
    "a time.",
    trained_on="Stories made from nine plots of four to six sentences and some fifty templates of "
    "sentences, with an animal, its friend, a thing that it wants or has lost, and places. "
    "Names and pronouns, animals and things have to stay the same through a story, and a word "
    "that says again what was said counts eight times in the loss. Sentences were also spoilt, with "
    "odd words and made-up names in them: these were to be read, and not to be told. A story counts as right "
    "when its plot is known, every word stays what it was, and it ends by itself; after a beginning of "
    "another kind, only the sentences that follow it are judged.",
    limits=(
        "It knows some two hundred words and nothing of the world: it tells the sentences "
        "that it learnt, mixed anew.",
        "It was trained on no question: after a question mark it goes on as in the middle of a sentence.",
        "Where words are drawn by chance, about one story in seven changes a name, a thing or its plot.",
        "Of held-out plots every word is foretold, also those that nothing tells: which name, which thing. "
        "That is why their figure is low. Perplexity is low because the stories are alike, not because it "
        "writes well.",
        "Its figures on held-out templates were read once before the last change to the recipe, which was "
        "made because things changed their colour in stories of known templates.",
    ),
    code="""
from transformers import pipeline

tell = pipeline("text-generation", "PATH")
print(tell("Once upon a time", max_new_tokens=60, do_sample=True)[0]["generated_text"])
""",
)
RECIPE = Recipe(TASK, CARD, train, measure)
