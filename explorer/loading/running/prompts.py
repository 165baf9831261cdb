"""What a language model reads before it goes on: the text, or a conversation in the chat template."""

from dataclasses import dataclass
from typing import Any

import torch

from explorer.errors import InputError
from explorer.loading.plain_words import sentence
from explorer.loading.running.encoding import check_ids, encode, tensors, too_long
from explorer.loading.running.loaded_model import LoadedModel
from explorer.tasks.text import check_text
from explorer.tasks.text_generation import TextGenerationInput, TextGenerationParameters


@dataclass(frozen=True, slots=True)
class Prompt:
    """The prompt as text and as tensors, how many tokens may follow, and what to say of it."""

    text: str
    ids: list[int]
    inputs: dict[str, torch.Tensor]
    room: int
    notes: tuple[str, ...]


def prompt_of(held: LoadedModel, inputs: TextGenerationInput, parameters: TextGenerationParameters) -> Prompt:
    """The prompt, with room for one token at least."""
    text = _rendered(held, inputs) if inputs.messages else inputs.text
    encoding, notes = _encoded(held, text, bool(inputs.messages), parameters.truncate)
    ids, room = encoding["input_ids"], parameters.max_new_tokens
    if held.token_limit is not None and (left := held.token_limit - len(ids)) < room:
        notes.append(f"Only {left:,} tokens fit behind the {len(ids):,} of the text.")
        room = left
    return Prompt(text, ids, tensors(held, [encoding]), room, tuple(notes))


def _encoded(held: LoadedModel, text: str, is_chat: bool, truncate: bool) -> tuple[Any, list[str]]:
    if not is_chat and not truncate:
        return encode(held, text, reserve=1)[0], []
    # The template writes the special tokens itself.
    encoding = held.tokenizer(text, add_special_tokens=not is_chat, return_attention_mask=True)
    count = len(encoding["input_ids"])
    check_ids(held, encoding["input_ids"])
    if held.token_limit is None or count < held.token_limit:
        return encoding, []
    most = held.token_limit - 1
    if not truncate:
        raise too_long(count, most)
    # The end of a text says the most of how it goes on.
    cut = {name: values[-most:] for name, values in encoding.items()}
    return cut, [f"The text has {count:,} tokens; only the last {most:,} of them were read."]


def _rendered(held: LoadedModel, inputs: TextGenerationInput) -> str:
    """The conversation as the tokenizer's own template writes it, in transformers' sandbox."""
    if not held.tokenizer.chat_template:
        raise InputError(
            "The model has no chat template: it goes on with a text, and does not answer.",
            "Give it a text to go on with.",
        )
    messages = [{"role": message.role, "content": message.content} for message in inputs.messages]
    try:
        text: str = held.tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    except MemoryError:
        raise
    except Exception as error:
        # A template may refuse roles and orders, and is code of a stranger's that may fail in any way.
        raise InputError(
            f"The chat template refuses this: {sentence(error)}", "Try another order of messages."
        ) from error
    check_text(text, "text that the chat template makes")
    return text
