"""Parts of long texts, and how much of them is not shown."""

from ui.figures import counted
from ui.markup import Markup, tag


def clipped(text: str, most: int) -> str:
    """The beginning of the text, with an ellipsis where it is cut.

    >>> clipped("abcdef", 4), clipped("abc", 4)
    ('abc…', 'abc')
    """
    return text if len(text) <= most else f"{text[: most - 1]}…"


def left_out(count: int, where: str) -> Markup:
    """Says how many characters of a text are not shown; nothing where all are.

    >>> left_out(1, "before")
    '<span class="x-left-out">[1 character before]</span>'
    """
    return tag("span", f"[{counted(count, 'character')} {where}]", class_="x-left-out") if count else Markup()


def more(shown: int, count: int, what: str) -> Markup:
    """Says how many of something are shown; nothing where all are.

    >>> more(50, 500, "token")
    '<p class="x-note">The first 50 of 500 tokens are shown.</p>'
    """
    if shown >= count:
        return Markup()
    return tag("p", f"The first {shown:,} of {counted(count, what)} are shown.", class_="x-note")
