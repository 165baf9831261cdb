"""What a model gives back: the names of its outputs and their dimensions, in symbols and numbers."""

from dataclasses import dataclass

from explorer.auto_class import AutoClass

VARIES = "varies"
SIGNS = (" × ", " / ", " + ", " − ")


@dataclass(frozen=True, slots=True)
class OutputShape:
    """One output and its dimensions: a number where only the config decides it, else a symbol.

    A symbol is an input's size, such as ``batch`` or ``tokens``, or made from one, such as
    ``height / 4``, which holds for sizes that divide without a rest; ``varies`` where the
    dimension depends on the input in another way.

    >>> print(OutputShape("logits", ("batch", "tokens", 30522)))
    logits: batch × tokens × 30,522
    """

    name: str
    dimensions: tuple[int | str, ...]

    @property
    def text(self) -> str:
        """The dimensions alone, as a reader writes them; ``one number`` where there is none."""
        shown = (f"{size:,}" if isinstance(size, int) else _bracketed(size) for size in self.dimensions)
        return " × ".join(shown) or "one number"

    def __str__(self) -> str:
        return f"{self.name}: {self.text}"


def _bracketed(symbol: str) -> str:
    """What is calculated in brackets, so that it is one factor."""
    return f"({symbol})" if any(sign in symbol for sign in SIGNS) else symbol


@dataclass(frozen=True, slots=True)
class HeadOutputs:
    """What one auto class gives back for a config, the main output first.

    ``error`` says in one sentence why the shapes are unknown; there are no outputs then.
    """

    auto_class: AutoClass
    outputs: tuple[OutputShape, ...] = ()
    error: str | None = None

    @property
    def is_known(self) -> bool:
        """Whether the shapes could be measured."""
        return bool(self.outputs)

    @property
    def text(self) -> str:
        """Every output in one line, or why there is none."""
        return "; ".join(map(str, self.outputs)) or self.error or "unknown"
