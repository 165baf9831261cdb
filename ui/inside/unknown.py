"""What could not be seen of the inside, and why."""

from collections.abc import Sequence

from explorer.inside.explanation import Explanation
from ui.markup import Markup, draw, join, tag


def draw_unknown(unknown: Sequence[str]) -> None:
    """A notice for each part that is missing."""
    if unknown:
        draw(join(tag("p", tag("b", "Not shown "), reason, class_="x-notice") for reason in unknown))


def draw_nothing(explanation: Explanation, what: str, *words: str) -> None:
    """Say that a view has nothing to draw, and why, where that is known."""
    draw(nothing(explanation, what, *words))


def nothing(explanation: Explanation, what: str, *words: str) -> Markup:
    """That there is nothing of this; the reasons are those with one of the words, or else all."""
    reasons = [text for text in explanation.unknown if any(word in text.lower() for word in words)]
    told = reasons or list(explanation.unknown) or ["Why is not known."]
    first = tag("p", f"There is nothing to show of {what} here.")
    return tag("div", first, *(tag("p", reason) for reason in told), class_="x-empty-state")
