"""Names that a reader may have meant by another that there is not."""

from collections.abc import Iterable
from difflib import get_close_matches

MOST = 3
LONGEST = 100


def near_names(text: str, names: Iterable[str], prefix: str = "") -> str:
    """The names that look most like the text, each after the prefix, as words; nothing where none does.

    >>> near_names("gpt-neox", ["gpt_neo", "gpt_neox", "t5"])
    'gpt_neox or gpt_neo'
    """
    real = {name.lower(): name for name in names}
    # A longer text is no misspelling, and takes long to compare.
    found = [f"{prefix}{real[name]}" for name in get_close_matches(text[:LONGEST].lower(), real, MOST)]
    return " or ".join(filter(None, [", ".join(found[:-1]), *found[-1:]]))
