"""Small tokenizers of words and characters, as real fast tokenizers: they know every token's offsets."""

import string
from collections.abc import Iterable, Mapping

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

SPECIAL = {
    "pad_token": "[PAD]",
    "unk_token": "[UNK]",
    "cls_token": "[CLS]",
    "sep_token": "[SEP]",
    "mask_token": "[MASK]",
}
CHARACTERS = string.ascii_letters + string.digits + string.punctuation
# Word processors write these where a keyboard has the plain ones.
_PLAIN = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."}


def build_tokenizer(
    words: Iterable[str],
    *,
    characters: str = "",
    lower: bool = True,
    strip_accents: bool = True,
    special: Mapping[str, str] = SPECIAL,
    single: str = "[CLS] $A [SEP]",
    pair: str | None = "[CLS] $A [SEP] $B:1 [SEP]:1",
    longest: int = 128,
) -> PreTrainedTokenizerFast:
    """A tokenizer of these words, with the special tokens first in its vocabulary.

    With ``characters``, a word that is not in the vocabulary is cut into pieces: the longest known
    words it begins with, then single characters marked ##. Without, it becomes the unknown token.
    Models of pairs of texts get token_type_ids too.
    """
    cased = (word.lower() if lower else word for word in words)
    alphabet = characters.lower() if lower else characters
    listed = dict.fromkeys((*special.values(), *cased, *alphabet, *(f"##{one}" for one in alphabet)))
    vocabulary = {token: number for number, token in enumerate(listed)}
    tokenizer = Tokenizer(_model(vocabulary, bool(characters), special["unk_token"]))
    plain = [normalizers.Replace(odd, usual) for odd, usual in _PLAIN.items()]
    tokenizer.normalizer = normalizers.Sequence(
        [*plain, normalizers.BertNormalizer(lowercase=lower, strip_accents=strip_accents)]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece(prefix="##", cleanup=True)
    around = [(token, vocabulary[token]) for token in special.values() if token in f"{single} {pair}"]
    tokenizer.post_processor = processors.TemplateProcessing(single=single, pair=pair, special_tokens=around)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=longest,
        model_input_names=["input_ids", *(["token_type_ids"] if pair else []), "attention_mask"],
        **special,
    )


def _model(vocabulary: dict[str, int], pieces: bool, unknown: str) -> models.Model:
    if pieces:
        return models.WordPiece(vocabulary, unk_token=unknown, max_input_chars_per_word=100)
    return models.WordLevel(vocabulary, unk_token=unknown)
