"""Tokens as text: each for itself, and as they come, so that all of them together are the whole text."""

from typing import Any

# What a decoder writes for the first bytes of a letter that is not complete.
INCOMPLETE = "�"


class TokenTexts:
    """Each token's text as it stands within a text, with the space that it may begin with."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._known: dict[int, str] = {}
        # Some decoders drop the first space of a text, so that a token is decoded behind another.
        before = tokenizer("a", add_special_tokens=False)["input_ids"][-1:]
        self._before, self._before_text = before, tokenizer.decode(before)

    def of(self, token: int) -> str:
        """The text of the token."""
        if token not in self._known:
            behind = self._tokenizer.decode([*self._before, token])
            has_before = behind.startswith(self._before_text)
            self._known[token] = (
                behind[len(self._before_text) :] if has_before else self._tokenizer.decode([token])
            )
        return self._known[token]


class GrowingText:
    """The text of the tokens so far, given out piece by piece, each letter whole."""

    def __init__(self, tokenizer: Any, prompt: list[int]) -> None:
        self._tokenizer = tokenizer
        # The last tokens of the prompt tell how the first new one is joined to them.
        self._tokens = prompt[-4:]
        self._start, self._given = 0, len(self._tokens)

    def add(self, token: int) -> str:
        """What the token adds; nothing as long as its letter is not complete."""
        self._tokens.append(token)
        new = self._new()
        if not new or new.endswith(INCOMPLETE):
            return ""
        self._start, self._given = self._given, len(self._tokens)
        return new

    def rest(self) -> str:
        """What was held back."""
        new = self._new()
        self._start, self._given = self._given, len(self._tokens)
        return new

    def _new(self) -> str:
        before = self._text(self._tokens[self._start : self._given])
        return self._text(self._tokens[self._start :])[len(before) :]

    def _text(self, tokens: list[int]) -> str:
        text: str = self._tokenizer.decode(tokens, skip_special_tokens=True)
        return text
