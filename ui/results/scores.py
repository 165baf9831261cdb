"""Scores as numbers and as bars."""

from ui.markup import Markup, tag


def percent(score: float) -> str:
    """A probability in per cent; what is not quite nothing or everything is not said to be.

    >>> percent(0.96226), percent(0.00924), percent(3.7e-05), percent(0.99994), percent(1.0)
    ('96.2 %', '0.92 %', '< 0.01 %', '> 99.9 %', '100 %')
    """
    if score in (0, 1):
        return f"{100 * score:.0f} %"
    if score < 0.0001:
        return "< 0.01 %"
    if score >= 0.9995:
        return "> 99.9 %"
    return f"{100 * score:.2f} %" if score < 0.09995 else f"{100 * score:.1f} %"


def signed(number: float, digits: int = 2) -> str:
    """A number with a minus that is as wide as a digit.

    >>> signed(-2.735), signed(-0.001)
    ('−2.73', '0.00')
    """
    text = f"{number:.{digits}f}"
    return text.removeprefix("-") if float(text) == 0 else text.replace("-", "−")


def bar(share: float) -> Markup:
    """A bar that is full at 1; the number stands beside it."""
    return _bar(0, share)


def signed_bar(number: float, lowest: float, highest: float) -> Markup:
    """A bar from zero to the right or to the left, where zero is within the limits."""
    least, most = min(lowest, 0.0), max(highest, 0.0)
    span = (most - least) or 1.0
    start, end = (min(number, 0.0) - least) / span, (max(number, 0.0) - least) / span
    return _bar(start, end, "x-score-bar x-below" if number < 0 else "x-score-bar")


def _bar(start: float, end: float, kind: str = "x-score-bar") -> Markup:
    left, width = f"{100 * start:.2f}%", f"{100 * max(end - start, 0):.2f}%"
    return tag("span", tag("i", style=f"left:{left};width:{width}"), class_=kind, aria_hidden="true")
