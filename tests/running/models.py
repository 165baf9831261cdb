"""Tiny models with random weights and tokenizers that were really trained, as transformers saves them."""

import copy
import json
from functools import lru_cache
from pathlib import Path

import sentencepiece
import torch
import transformers
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

CORPUS = [
    "The capital of France is Paris, and Paris lies at the Seine.",
    "Hugging Face Inc. is a company based in New York City.",
    "Its headquarters are in DUMBO, therefore very close to the Manhattan Bridge.",
    "Once upon a time there was a king who loved his library and his three daughters.",
    "I love using transformers! It was terrible, wasn't it?",
    "Ein Haus steht am Fluss, und der Hund schläft dort.",
] * 20
SIZES = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 48,
    # Wide, so that the answers of random weights are far from each other.
    "initializer_range": 0.6,
}
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
LABELS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
TEMPLATE = (
    "{% for message in messages %}<{{ message.role }}> {{ message.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)


@lru_cache
def word_pieces(most: int = 64) -> PreTrainedTokenizerFast:
    """A tokenizer as BERT has it."""
    made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.decoder = decoders.WordPiece()
    made.train_from_iterator(CORPUS, trainers.WordPieceTrainer(vocab_size=150, special_tokens=SPECIAL))
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=made,
        model_max_length=most,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    )


@lru_cache
def byte_pairs(most: int = 64) -> PreTrainedTokenizerFast:
    """A tokenizer as GPT-2 has it, of bytes, so that it knows every text."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    made.train_from_iterator(
        CORPUS,
        trainers.BpeTrainer(
            vocab_size=400,
            special_tokens=["<end>"],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        ),
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=made, model_max_length=most, eos_token="<end>", bos_token="<end>"
    )


@lru_cache
def sentence_pieces(most: int = 64) -> PreTrainedTokenizerFast:
    """A tokenizer as T5 has it: spaces belong to words, and every text ends with a token of its own."""
    special = ["<pad>", "</s>", "<unk>"]
    made = Tokenizer(models.Unigram())
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.decoder = decoders.Metaspace()
    made.train_from_iterator(
        CORPUS, trainers.UnigramTrainer(vocab_size=150, special_tokens=special, unk_token="<unk>")
    )
    made.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=made,
        model_max_length=most,
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
    )


def save(folder: Path, class_name: str, config, tokenizer, seed: int = 1) -> str:
    """A model of the class with random weights in the folder, and the tokenizer beside it."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = getattr(transformers, class_name)(config)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


def bert(folder: Path, class_name: str, tokenizer=None, **settings) -> str:
    """A small BERT of the class."""
    tokenizer = tokenizer or word_pieces()
    config = transformers.BertConfig(
        **{**SIZES, "vocab_size": len(tokenizer), "max_position_embeddings": 64, **settings}
    )
    return save(folder, class_name, config, tokenizer)


def roberta(folder: Path) -> str:
    """A small RoBERTa, whose positions begin behind that of padding."""
    tokenizer = word_pieces(most=1000)
    config = transformers.RobertaConfig(
        **SIZES, vocab_size=len(tokenizer), max_position_embeddings=64, pad_token_id=1
    )
    return save(folder, "RobertaForMaskedLM", config, tokenizer)


def gpt2(folder: Path, class_name: str = "GPT2LMHeadModel", template=None, **settings) -> str:
    """A small GPT-2 of the class."""
    tokenizer = copy.deepcopy(byte_pairs())
    tokenizer.chat_template = template
    config = transformers.GPT2Config(
        vocab_size=len(tokenizer),
        n_positions=64,
        n_embd=32,
        n_layer=2,
        n_head=4,
        initializer_range=0.6,
        bos_token_id=0,
        eos_token_id=0,
        **settings,
    )
    return save(folder, class_name, config, tokenizer)


def llama(folder: Path, seed: int = 1, **settings) -> str:
    """A small Llama, whose tokens hold the spaces between words."""
    tokenizer = sentence_pieces()
    config = transformers.LlamaConfig(
        **{**SIZES, "vocab_size": len(tokenizer), "num_key_value_heads": 2, **settings},
        max_position_embeddings=64,
        bos_token_id=None,
        eos_token_id=1,
        pad_token_id=0,
    )
    return save(folder, "LlamaForCausalLM", config, tokenizer, seed)


def t5(folder: Path, tokenizer=None, **settings) -> str:
    """A small T5."""
    tokenizer = tokenizer or sentence_pieces()
    config = transformers.T5Config(
        vocab_size=len(tokenizer),
        d_model=32,
        d_kv=8,
        d_ff=48,
        num_layers=2,
        num_heads=4,
        decoder_start_token_id=0,
        pad_token_id=0,
        eos_token_id=1,
        initializer_factor=3.0,
        **settings,
    )
    return save(folder, "T5ForConditionalGeneration", config, tokenizer)


def bart(folder: Path, **settings) -> str:
    """A small BART, whose decoder has positions."""
    tokenizer = sentence_pieces()
    return save(folder, "BartForConditionalGeneration", _bart_config(len(tokenizer), **settings), tokenizer)


def many_languages(folder: Path) -> str:
    """A small mBART with the tokenizer of 52 languages."""
    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    letters = sorted({letter for text in CORPUS for letter in text.replace(" ", "▁")})
    words = [f"▁{word}" for word in ("The", "king", "loved", "his", "library")]
    pieces += [(piece, -float(place)) for place, piece in enumerate([*words, *letters])]
    tokenizer = transformers.MBart50Tokenizer(vocab=pieces, model_max_length=64)
    config = _bart_config(len(tokenizer), model="MBartConfig", bos_token_id=0, eos_token_id=2, pad_token_id=1)
    return save(folder, "MBartForConditionalGeneration", config, tokenizer)


def marian(folder: Path) -> str:
    """A small Marian, whose tokenizer is not a fast one and reads two languages."""
    folder.mkdir(exist_ok=True)
    text = folder / "corpus.txt"
    text.write_text("\n".join(CORPUS))
    for name in ("source", "target"):
        sentencepiece.SentencePieceTrainer.train(
            input=str(text), model_prefix=str(folder / name), vocab_size=90, minloglevel=2
        )
        (folder / f"{name}.model").rename(folder / f"{name}.spm")
        (folder / f"{name}.vocab").unlink()
    text.unlink()
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
    words = [pieces.id_to_piece(place) for place in range(3, pieces.vocab_size())]
    names = ["</s>", "<unk>", *words, "<pad>"]
    (folder / "vocab.json").write_text(json.dumps({name: place for place, name in enumerate(names)}))
    tokenizer = transformers.MarianTokenizer.from_pretrained(folder, model_max_length=64)
    config = _bart_config(
        len(names),
        model="MarianConfig",
        pad_token_id=len(names) - 1,
        decoder_start_token_id=len(names) - 1,
        eos_token_id=0,
        bos_token_id=0,
        forced_eos_token_id=0,
    )
    return save(folder, "MarianMTModel", config, tokenizer)


def _bart_config(vocabulary: int, model: str = "BartConfig", **settings):
    return getattr(transformers, model)(
        **{
            "vocab_size": vocabulary,
            "d_model": 32,
            "encoder_layers": 2,
            "decoder_layers": 2,
            "encoder_attention_heads": 4,
            "decoder_attention_heads": 4,
            "encoder_ffn_dim": 48,
            "decoder_ffn_dim": 48,
            "max_position_embeddings": 64,
            "init_std": 0.6,
            "pad_token_id": 0,
            "bos_token_id": 1,
            "eos_token_id": 1,
            "decoder_start_token_id": 1,
            "forced_eos_token_id": None,
            **settings,
        }
    )
