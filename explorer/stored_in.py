"""Where the tensors of a module get their values: which tensors of which files, and what is done to them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from explorer.auto_class import AutoClass
from explorer.name_folding import fold_by_number
from explorer.tree import TensorSpec

Fate = Literal["loaded", "tied", "new", "new by design", "another shape", "failed", "computed"]
Step = Literal["renamed", "quantised", "stacked", "joined", "split", "transposed", "rearranged", "cast"]

FATES: dict[Fate, str] = {
    "loaded": "Its values come from the files.",
    "tied": "The files do not hold it: it is another name of a tensor that they hold.",
    "new": "The files do not hold it: it starts with random values and has to be trained.",
    "new by design": "The files do not hold it, and need not: the class makes its values itself.",
    "another shape": "The files hold it in another shape, so it starts with random values.",
    "failed": "transformers cannot make it of what the files hold.",
    "computed": "It is computed when the model is made, and never saved.",
}
STEPS: dict[Step, str] = {
    "renamed": "taken under another name",
    "quantised": "stored quantised, with the scales beside it",
    "stacked": "several tensors stacked into one",
    "joined": "several tensors joined into one",
    "split": "a part of a larger tensor",
    "transposed": "transposed",
    "rearranged": "put into another order",
    "cast": "cast to the dtype of the config",
}


@dataclass(frozen=True, slots=True)
class StoredTensors:
    """Tensors of the files, alike but for numbers in their names, which are stars here.

    ``count`` is how many they are, ``shards`` the names of the files that they are in.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    count: int
    shards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one tensor of a model gets its values from.

    ``tensor`` has the name of the state dict. ``stored`` are the tensors of the files that it is
    made of, or that the tensor is made of which it is ``tied_to``; ``steps`` is what is done to
    them, nothing when they are taken as they are.
    """

    tensor: TensorSpec
    fate: Fate
    stored: tuple[StoredTensors, ...] = ()
    steps: tuple[Step, ...] = ()
    tied_to: str | None = None
    problem: str = ""

    @property
    def stored_count(self) -> int:
        """How many tensors of the files it is made of."""
        return sum(tensors.count for tensors in self.stored)

    @property
    def sentence(self) -> str:
        """What happens to the tensor, in words."""
        if self.fate == "tied" and self.tied_to:
            return f"Tied to {self.tied_to}, which the files hold."
        if self.fate == "failed":
            return f"{FATES['failed']} {self.problem}".strip()
        if self.fate != "loaded":
            return FATES[self.fate]
        told = "; ".join(STEPS[step] for step in self.steps)
        return f"{told[0].upper()}{told[1:]}." if told else "Taken as it is."


@dataclass(frozen=True, slots=True)
class StoredIn:
    """The origins of the tensors of a module, its own first and then those below it.

    ``origins`` are at most as many as can be read; ``fates`` count all of the module's tensors,
    and ``shards`` are all the files that hold any of them.
    """

    auto_class: AutoClass
    path: str
    origins: tuple[Origin, ...]
    fates: tuple[tuple[Fate, int], ...]
    shards: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many tensors the module has, with those of the modules below it."""
        return sum(count for _, count in self.fates)


def fold_stored(tensors: Iterable[tuple[str, TensorSpec]]) -> tuple[StoredTensors, ...]:
    """The tensors, each with its file's name, as one entry for all that are alike but for numbers."""
    groups = fold_by_number(
        tensors, lambda stored: stored[1].name, lambda stored: (stored[1].shape, stored[1].dtype)
    )
    return tuple(
        StoredTensors(
            name, found[0][1].shape, found[0][1].dtype, len(found), tuple(dict.fromkeys(f for f, _ in found))
        )
        for name, found in groups
    )


def count_fates(fates: Iterable[Fate]) -> tuple[tuple[Fate, int], ...]:
    """How many tensors have each fate, in the order in which fates are told."""
    counts = Counter(fates)
    return tuple((fate, counts[fate]) for fate in FATES if counts[fate])
