"""What the recipes of texts that become other texts share: a tiny T5, its lessons, and what it writes."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random

import torch
from transformers import (
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    PreTrainedTokenizerFast,
    T5Config,
    T5ForConditionalGeneration,
)

SPECIAL = {"pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"}
# A text, and what it is to become.
Texts = tuple[str, str]


def tiny_t5(tokenizer: PreTrainedTokenizerFast, longest: int) -> T5ForConditionalGeneration:
    """A T5 of two and two layers with random weights, which writes so many tokens at most."""
    model = T5ForConditionalGeneration(
        T5Config(
            vocab_size=len(tokenizer),
            d_model=64,
            d_kv=16,
            d_ff=128,
            num_heads=4,
            num_layers=2,
            num_decoder_layers=2,
            dropout_rate=0.0,
            relative_attention_max_distance=32,
            decoder_start_token_id=tokenizer.pad_token_id,
            pad_token_id=tokenizer.pad_token_id,
            eos_token_id=tokenizer.eos_token_id,
        )
    )
    model.generation_config.max_new_tokens = longest
    return model


def batches(
    tokenizer: PreTrainedTokenizerFast, drawn: Iterator[Texts], random: Random, size: int
) -> Iterator[dict[str, torch.Tensor]]:
    """Batches of texts of like length, so that little is padding."""
    while True:
        some = sorted(islice(drawn, size * 8), key=lambda texts: len(texts[0]))
        parts = [some[first : first + size] for first in range(0, len(some), size)]
        for part in random.sample(parts, len(parts)):
            batch = tokenizer([given for given, _ in part], padding=True, return_tensors="pt")
            labels = tokenizer([wanted for _, wanted in part], padding=True, return_tensors="pt")["input_ids"]
            # -100 is what the loss leaves out.
            yield {**batch, "labels": labels.masked_fill(labels == tokenizer.pad_token_id, -100)}


def writer(folder: Path) -> Callable[[Sequence[str]], list[str]]:
    """The checkpoint in a folder, as a function from texts to what they become."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSeq2SeqLM.from_pretrained(folder).eval()

    def write(texts: Sequence[str]) -> list[str]:
        written: list[str] = []
        for first in range(0, len(texts), 64):
            batch = tokenizer(list(texts[first : first + 64]), padding=True, return_tensors="pt")
            ids = model.generate(**batch, do_sample=False)
            written += tokenizer.batch_decode(ids, skip_special_tokens=True)
        return written

    return write
