"""Text from strangers on a terminal: shown, never obeyed."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment


def printable(words: str) -> str:
    """The words with a sign in place of everything that a terminal would obey; lines stay lines."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "�" for letter in words)


@dataclass(frozen=True, slots=True)
class Shown:
    """What is to be printed, with the words of its parts made printable: their colours are ours."""

    content: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        for segment in console.render(self.content, options):
            yield segment if segment.control else Segment(printable(segment.text), segment.style)
