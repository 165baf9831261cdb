"""Tokens as people read them."""

from collections.abc import Iterable
from typing import Any

import torch

from explorer.inside.explanation import Guess
from explorer.loading.running.token_texts import TokenTexts

GUESSES = 5
# So WordPiece marks what is not the beginning of a word.
CONTINUED = "##"


class TokenNames:
    """Each token's text, with the signs of a tokenizer that marks what goes on within a word.

    Its name in the vocabulary, or its number, where it has no text.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer, self._texts = tokenizer, TokenTexts(tokenizer)
        self._special = frozenset(tokenizer.all_special_ids)

    def of(self, token: int) -> str:
        """The text of one token."""
        # A model may have more embeddings than its tokenizer has tokens.
        if token >= len(self._tokenizer):
            return f"#{token}"
        # Special tokens are no part of a text, with or without a space before them.
        text = "" if token in self._special else self._texts.of(token)
        name = str(self._tokenizer.convert_ids_to_tokens(token) or f"#{token}")
        # Where words are joined by spaces that no token holds, the text would show them as the tokens' own.
        is_piece = name.removeprefix(CONTINUED) == text.strip()
        return name if is_piece or not text else text

    def is_special(self, token: int) -> bool:
        """Whether the token is no part of a text, such as one that ends it, or a mask."""
        return token in self._special

    def all(self, tokens: Iterable[int]) -> tuple[str, ...]:
        """The texts of several tokens."""
        return tuple(map(self.of, tokens))

    def guesses(self, probabilities: torch.Tensor) -> tuple[Guess, ...]:
        """The most probable tokens."""
        best = probabilities.topk(min(GUESSES, len(probabilities)))
        pairs = zip(best.indices.tolist(), best.values.tolist(), strict=True)
        return tuple(Guess(token, self.of(token), probability) for token, probability in pairs)
