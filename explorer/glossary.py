"""What the keys of a config mean, in words for learners."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).with_suffix(".toml")
UNKNOWN = "other"


@dataclass(frozen=True, slots=True)
class Term:
    """A config key: the group that a reader looks for it in, and its meaning in plain words.

    A key that the glossary does not know has the group ``other`` and no meaning.
    """

    name: str
    group: str = UNKNOWN
    meaning: str = ""


def look_up(name: str) -> Term:
    """What a config key means; a nested key is known by its last part."""
    last = name.rpartition(".")[2]
    return _by_name().get(last, Term(last))


def place(name: str) -> int:
    """Where the key stands in the glossary, the best known of a group first; unknown keys are last."""
    return _places().get(name.rpartition(".")[2], len(_places()))


@cache
def terms() -> tuple[Term, ...]:
    """Every key of the glossary, group by group."""
    tables = tomllib.loads(DATA.read_text("utf-8"))
    return tuple(
        Term(name, group, meaning) for group, table in tables.items() for name, meaning in table.items()
    )


@cache
def groups() -> tuple[str, ...]:
    """The groups in the order in which a page shows them; the unknown keys come last."""
    return (*dict.fromkeys(term.group for term in terms()), UNKNOWN)


@cache
def _by_name() -> dict[str, Term]:
    return {term.name: term for term in terms()}


@cache
def _places() -> dict[str, int]:
    return {term.name: number for number, term in enumerate(terms())}
