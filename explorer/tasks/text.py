"""What a text must be before any model sees it."""

from explorer.errors import InputError

# About thirty pages. What a model can read of it is counted in its own tokens, by the runner.
LONGEST = 100_000
MOST_TEXTS = 1_000


def check_text(text: str, what: str = "text") -> None:
    """Refuse a text that is empty, too long, or not text; InputError says which."""
    if not text.strip():
        raise InputError(f"There is no {what}.", "Type one.")
    if len(text) > LONGEST:
        raise InputError(
            f"The {what} has {len(text):,} characters, and at most {LONGEST:,} are taken.",
            "Give a part of it, or cut it into several.",
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(
            f"The {what} holds half of a character at position {error.start:,}.", "Type or paste it again."
        ) from error


def check_texts(texts: tuple[str, ...]) -> None:
    """Refuse no texts, too many of them, and each that cannot be one."""
    if not texts:
        raise InputError("There is no text.", "Type one.")
    if len(texts) > MOST_TEXTS:
        raise InputError(
            f"There are {len(texts):,} texts, and at most {MOST_TEXTS:,} are taken at once.",
            "Give them in several parts.",
        )
    for text in texts:
        check_text(text)
