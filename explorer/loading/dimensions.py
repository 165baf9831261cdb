"""Which symbol a dimension is, told from runs with inputs of different sizes."""

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations

from explorer.output_shape import VARIES

# The sizes of one run by symbol, such as {"batch": 2, "tokens": 16}.
Sizes = dict[str, int]
LARGEST_OFFSET = 4096


def symbol_of(found: Sequence[int], runs: Sequence[Sizes]) -> int | str | None:
    """The dimension that had these sizes in the first runs; None where it is no constant and no symbol."""
    if len(set(found)) == 1:
        return found[0]
    return next((name for name in runs[0] if all(_same(found, runs, name))), None)


def dimension_of(found: Sequence[int], runs: Sequence[Sizes]) -> int | str:
    """The same, with products, fractions and sums of symbols, which only three runs can tell."""
    plain = symbol_of(found, runs)
    if plain is not None:
        return plain
    return next(_formulas(found, runs), VARIES) if len(found) == len(runs) else VARIES


def _same(found: Sequence[int], runs: Sequence[Sizes], name: str) -> Iterator[bool]:
    return (size == run[name] for size, run in zip(found, runs, strict=False))


def _formulas(found: Sequence[int], runs: Sequence[Sizes]) -> Iterator[str]:
    """Every formula that gives the sizes in each of the runs, the simplest first."""
    names = [name for name in runs[0] if len({run[name] for run in runs}) == len(runs)]
    terms = [(name,) for name in names] + list(combinations(names, 2)) + list(combinations(names, 3))
    for term in terms:
        sizes = [math.prod(run[name] for name in term) for run in runs]
        slope = Fraction(found[1] - found[0], sizes[1] - sizes[0])
        offset = found[0] - slope * sizes[0]
        fits = all(slope * size + offset == size_found for size, size_found in zip(sizes, found, strict=True))
        simple = slope > 0 and 1 in (slope.numerator, slope.denominator)
        if fits and simple and offset.denominator == 1 and abs(offset) <= LARGEST_OFFSET:
            yield _formula(term, slope, int(offset))


def _formula(term: tuple[str, ...], slope: Fraction, offset: int) -> str:
    text = " × ".join(term)
    if slope.numerator > 1:
        text = f"{slope.numerator:,} × {text}"
    if slope.denominator > 1:
        text = f"{text} / {slope.denominator:,}"
    return f"{text} {'+' if offset > 0 else '−'} {abs(offset):,}" if offset else text
