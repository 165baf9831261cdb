"""Folders with tiny models, for tests that run them."""

from pathlib import Path

from tests.hub.contents import safetensors

WORDS = ["the", "a", "cat", "dog", "sat", "ran", "on", "mat", "hill", "big", "red", "and", "then"]


def blank(folder: Path, elements: int = 1000) -> str:
    """A folder whose safetensors file has so many numbers; only the stand-in can load it."""
    folder.mkdir(parents=True, exist_ok=True)
    safetensors({"weight": (elements,)}).write(folder / "model.safetensors")
    return str(folder)


def classifier(folder: Path) -> str:
    """A BERT of two layers that sorts texts into two classes."""
    from transformers import BertConfig, BertForSequenceClassification

    tokenizer = _tokenizer(folder, ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"], is_bert=True)
    config = BertConfig(
        vocab_size=tokenizer,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    _save(BertForSequenceClassification, config, folder)
    return str(folder)


def generator(folder: Path, layers: int = 2, width: int = 32) -> str:
    """A GPT-2 that goes on with any text."""
    from transformers import GPT2Config, GPT2LMHeadModel

    size = _tokenizer(folder, ["<|endoftext|>"], is_bert=False)
    config = GPT2Config(
        vocab_size=size,
        n_positions=512,
        n_embd=width,
        n_layer=layers,
        n_head=2,
        # Never chosen, so that a text is as long as it is asked to be.
        bos_token_id=size - 1,
        eos_token_id=size - 1,
    )
    _save(GPT2LMHeadModel, config, folder)
    return str(folder)


def _save(model_class: type, config: object, folder: Path) -> None:
    import torch

    with torch.random.fork_rng():
        torch.manual_seed(0)
        model_class(config).save_pretrained(folder)


def _tokenizer(folder: Path, special: list[str], is_bert: bool) -> int:
    """Save a tokenizer that knows a few words; gives the size of its vocabulary."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    words = [*special, *WORDS]
    numbers = {word: number for number, word in enumerate(words)}
    tokenizer = Tokenizer(models.WordLevel(numbers, unk_token=special[0]))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    names = {"unk_token": special[0], "pad_token": special[0]}
    if is_bert:
        tokenizer.post_processor = processors.TemplateProcessing(
            single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
        )
        names |= {"cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]", "mask_token": "[MASK]"}
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, model_max_length=64 if is_bert else 512, **names
    )
    fast.save_pretrained(folder)
    return len(words) + 1
