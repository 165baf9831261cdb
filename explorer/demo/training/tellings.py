"""Stories as they are learnt from: some are spoilt, so that odd beginnings do not end them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import torch
from transformers import PreTrainedTokenizerFast

from explorer.demo.training import made_up
from explorer.demo.training.stories import Stories

# How many stories have a hero of a made-up name, begin later, and how many sentences have odd words.
UNKNOWN_NAMES, LATER, SPOILT = 0.08, 0.08, 0.08


@dataclass(frozen=True, slots=True)
class Telling:
    """The sentences of a story, and the numbers of those that are spoilt: read, and not to be told."""

    lines: tuple[str, ...]
    spoilt: frozenset[int] = frozenset()

    @property
    def text(self) -> str:
        """The sentences in a row."""
        return " ".join(self.lines)

    def teaches(self, place: int) -> bool:
        """Whether the character there is of a sentence that is not spoilt."""
        start = 0
        for number, line in enumerate(self.lines):
            start += len(line) + 1
            if place < start:
                return number not in self.spoilt
        return True


def tellings(stories: Stories, odd: Sequence[str], random: Random) -> Iterator[Telling]:
    """Tellings without end, with words that mean nothing to a story now and then."""
    kept = {word for some in (*stories.slots.values(), *stories.names.values()) for word in some}
    while True:
        unknown = random.random() < UNKNOWN_NAMES
        story = stories.tell(random, made_up.name(random) if unknown else "")
        later = not unknown and random.random() < LATER
        lines, spoilt = list(story.lines[1:] if later else story.lines), {0} if unknown else set()
        for number, line in enumerate(lines[:-1]):
            if random.random() < (3 * SPOILT if number == 0 else SPOILT):
                lines[number] = spoil(line, odd, kept, random)
                spoilt.add(number)
        yield Telling(tuple(lines), frozenset(spoilt))


def spoil(line: str, odd: Sequence[str], kept: set[str], random: Random) -> str:
    """The sentence with some other words in it; those of slots stay."""
    share = random.choice((0.1, 0.3, 0.5))
    words: list[str] = []
    for word in re.findall(r"\w+|[^\w\s]", line):
        if random.random() < share / 2:
            words.append(odd_word(odd, random))
        stays = word in kept or word.lower() in ("he", "she", "his", "her", "him") or not word.isalpha()
        if stays or random.random() > share:
            words.append(word if word in kept else word.lower())
        elif random.random() < 0.8:
            words.append(odd_word(odd, random))
    text = re.sub(r" (?=[.,!?])", "", " ".join(words))
    return text[0].upper() + text[1:]


def odd_word(odd: Sequence[str], random: Random) -> str:
    """A common word, or now and then one that nobody has ever said."""
    return made_up.word(random) if random.random() < 0.2 else random.choice(odd)


def batch_of(tokenizer: PreTrainedTokenizerFast, lessons: Sequence[Telling]) -> dict[str, torch.Tensor]:
    """Stories with the token that ends them; what a telling has spoilt is read, and not to be learnt."""
    batch = tokenizer(
        [f"{telling.text}{tokenizer.eos_token}" for telling in lessons],
        padding=True,
        return_tensors="pt",
        return_offsets_mapping=True,
    )
    offsets = batch.pop("offset_mapping").tolist()
    learnt = [
        [telling.teaches(start) for start, _ in row] for telling, row in zip(lessons, offsets, strict=True)
    ]
    taught = (batch["attention_mask"] == 1) & torch.tensor(learnt)
    return {**batch, "labels": batch["input_ids"].masked_fill(~taught, -100)}
