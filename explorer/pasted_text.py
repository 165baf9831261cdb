"""Text as people paste it: freed of what was copied along with it."""

import re

from explorer.errors import SourceError

# What comes along when text is copied: white space, and characters that nobody sees.
AROUND = " \t\r\n\v\f\u00a0\u200b\u200c\u200d\u2060\ufeff"

_QUOTES = ('"', "'", "`", "\u201c\u201d", "\u2018\u2019", "<>")
# Python that names a model, as it is copied from model cards. Bounded, so that no text is slow.
_SNIPPET = re.compile(r"""(?:from_pretrained\(\s*|\bmodel\s*=\s*)(["'])([^"'\n]{1,500})\1""")
_SNIPPET_REVISION = re.compile(r"""\brevision\s*=\s*(["'])([^"'\n]{1,255})\1""")


def bare(text: str) -> str:
    """The text without white space and quotes around it."""
    while (inside := _unquoted(text.strip(AROUND))) != text:
        text = inside
    return text


def name_in(text: str) -> str:
    """The model's name in a line of Python or of a shell, or the whole text; nothing unseen may be in it."""
    if snippet := _SNIPPET.search(text):
        revision = _SNIPPET_REVISION.search(text)
        text = bare(snippet[2]) + (f"@{revision[2]}" if revision else "")
    text = bare(text.removeprefix("git clone "))
    _refuse_unprintable(text)
    return text


def _unquoted(text: str) -> str:
    inside = any(len(text) > 1 and text[0] == pair[0] and text[-1] == pair[-1] for pair in _QUOTES)
    return text[1:-1] if inside else text


def _refuse_unprintable(text: str) -> None:
    for character in text:
        if not character.isprintable():
            raise SourceError(
                f"The text holds a character that cannot be seen, U+{ord(character):04X}.",
                "Type the name instead of copying it.",
            )
