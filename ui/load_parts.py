"""The tensors of a load report by their fates, each with whether that is bad."""

from collections.abc import Sequence
from dataclasses import dataclass

from explorer.checkpoint import LoadReport, Mismatch
from explorer.name_folding import fold_names

# The sign, the word, and what it means, for every fate.
FATES = {
    "loaded": ("✓", "loaded", "They get their values from the files."),
    "tied": ("=", "tied", "Fine: each is another name of a tensor that is in the files."),
    "design": ("·", "absent by design", "Fine: not in the files, but the class makes their values itself."),
    "missing": ("◐", "missing", "Newly initialised, as is normal for a new head: random until trained."),
    "lost": ("✗", "missing", "Bad: newly initialised, although the backbone needs their values."),
    "mismatched": ("✗", "mismatched", "Stored in another shape than the class needs, so newly initialised."),
    "errors": ("✗", "not converted", "Bad: transformers cannot make what the class needs of what is stored."),
    "unused": ("○", "unused", "In the files, but not in this class: harmless, unless much is missing too."),
    "unused-design": (
        "○",
        "unused by design",
        "Fine: in the files, but the class is made to do without them.",
    ),
}
# These tensors are in the files only, and no part of the class.
BESIDE = ("errors", "unused", "unused-design")
OPEN = ("missing", "lost", "mismatched", "errors")


@dataclass(frozen=True, slots=True)
class Line:
    """A name, how many tensors it stands for, and what more there is to say of it."""

    name: str
    count: int = 1
    more: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """The tensors of one fate: how many, and their names with those of equal layers as one."""

    fate: str
    count: int
    lines: tuple[Line, ...] = ()

    @property
    def sign(self) -> str:
        """A sign for the fate."""
        return FATES[self.fate][0]

    @property
    def title(self) -> str:
        """How many there are of what."""
        return f"{self.count:,} {FATES[self.fate][1]}"

    @property
    def meaning(self) -> str:
        """What it means, and whether it is bad."""
        return FATES[self.fate][2]

    @property
    def is_of_the_class(self) -> bool:
        """Whether the tensors are those of the class, and not of the files only."""
        return self.fate not in BESIDE

    @property
    def is_open(self) -> bool:
        """Whether the names are worth a look at once."""
        return self.fate in OPEN


def parts_of(report: LoadReport) -> tuple[Part, ...]:
    """Every fate that any tensor has: first those of the class, then those of the files only."""
    lists = {
        "tied": report.tied,
        "design": report.ignored_missing,
        "lost" if report.verdict == "wrong checkpoint" else "missing": report.missing,
        "errors": report.conversion_errors,
        "unused": report.unexpected,
        "unused-design": report.ignored_unexpected,
    }
    parts = {fate: Part(fate, len(names), folded(names)) for fate, names in lists.items()}
    parts["loaded"] = Part("loaded", report.loaded)
    lines = tuple(map(_line, report.mismatched))
    parts["mismatched"] = Part("mismatched", len(lines), lines)
    return tuple(parts[fate] for fate in FATES if fate in parts and parts[fate].count)


def folded(names: Sequence[str]) -> tuple[Line, ...]:
    """The names with those that differ in a number only as one."""
    return tuple(Line(name, len(same)) for name, same in fold_names(names))


def shape_text(shape: tuple[int, ...]) -> str:
    """The shape as people write it."""
    return " × ".join(f"{size:,}" for size in shape) or "one number"


def _line(found: Mismatch) -> Line:
    return Line(
        found.name, 1, f"stored as {shape_text(found.stored)}, needed as {shape_text(found.expected)}"
    )
