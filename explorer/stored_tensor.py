"""What a file may say of a tensor, whatever its format: checked before anybody believes it."""

from typing import TypeGuard

# Names become patterns and paths later; none of transformers' is longer or has other characters.
LONGEST_NAME = 300
MOST_DIMENSIONS = 64
_BEYOND_EVERY_SIZE = 2**63


def is_tensor_name(text: str) -> bool:
    """Whether a model could have a tensor of this name."""
    return 0 < len(text) <= LONGEST_NAME and text.isascii() and text.isprintable()


def is_size(value: object) -> TypeGuard[int]:
    """Whether the value can be a length, or a place in a file."""
    # type() and not isinstance(): true and 1.0 are no sizes.
    return type(value) is int and 0 <= value < _BEYOND_EVERY_SIZE
