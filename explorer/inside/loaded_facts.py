"""What is known of a model once it is loaded."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LoadedFacts:
    """Where a model runs, what it takes, and what its tokenizer knows.

    ``token_limit`` is how many tokens it reads at once; None where nothing limits them. ``labels`` are
    those of a classifier, ``languages`` those that a translator can be asked for, as it names them.
    """

    class_name: str
    device: str
    dtype: str
    nbytes: int
    token_limit: int | None
    mask_token: str | None
    has_chat_template: bool
    labels: tuple[str, ...]
    languages: tuple[str, ...]
