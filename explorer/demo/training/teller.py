"""The storyteller: what the checkpoint of text generation tells, and whether that is a story."""

import math
from collections.abc import Sequence
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from explorer.demo.training.figures import Figure, spread
from explorer.demo.training.stories import Stories, Story
from explorer.demo.training.tellings import Telling, batch_of

SEED = 1
PROMPT = "Once upon a time"


class Teller:
    """The checkpoint in a folder: it goes on with texts, and foretells the words of given ones."""

    def __init__(self, folder: Path):
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.model = AutoModelForCausalLM.from_pretrained(folder).eval()

    def go_on(self, prompts: Sequence[str], *, sample: bool = False) -> list[str]:
        """The prompts and what follows, up to the end token that is left in sight: greedy, or sampled."""
        batch = self.tokenizer(list(prompts), padding=True, padding_side="left", return_tensors="pt")
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(SEED)
            chance = {"do_sample": True, "top_k": 0} if sample else {"do_sample": False}
            ids = self.model.generate(**batch, **chance, max_new_tokens=80)
        texts = self.tokenizer.batch_decode(ids)
        return [text.replace(self.tokenizer.pad_token, "").strip() for text in texts]

    def foretell(self, stories: Sequence[Story]) -> tuple[int, int, float]:
        """How many of the stories' tokens are the likeliest there, of how many, and the perplexity."""
        right, total, loss = 0, 0, 0.0
        for story in stories:
            batch = batch_of(self.tokenizer, [Telling(story.lines)])
            labels = batch.pop("labels")[0, 1:]
            with torch.inference_mode():
                logits = self.model(**batch).logits[0, :-1]
            right += int((logits.argmax(1) == labels).sum())
            total += len(labels)
            loss += float(torch.nn.functional.cross_entropy(logits, labels, reduction="sum"))
        return right, total, math.exp(loss / total)


def begun(teller: Teller, beginnings: Sequence[str]) -> list[tuple[str, str]]:
    """Beginnings, and the greedy stories that they become."""
    return list(zip(beginnings, teller.go_on(beginnings), strict=True))


def judged(
    name: str, cases: Sequence[tuple[str, str]], stories: Stories, least: float | None = None
) -> Figure:
    """How many of the texts go on from their prompts as stories do, to the end."""
    wrong = [
        f"{prompt!r} becomes {text!r}"
        for prompt, text in cases
        if not (text.endswith("</s>") and good(stories, prompt, text.removesuffix("</s>").rstrip()))
    ]
    return Figure(name, len(cases) - len(wrong), len(cases), least, spread(wrong))


def good(stories: Stories, prompt: str, text: str) -> bool:
    """Whether a story is whole; of one with a beginning of its own, whether it goes on rightly."""
    return stories.accepts(text) if prompt == PROMPT else stories.goes_on(prompt, text)
