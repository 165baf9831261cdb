"""How large a config may be: checked before it is read, and again while its model is built."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from torch import nn
from torch.nn.modules.module import register_module_module_registration_hook

from explorer.errors import ConfigError

TEXT_LENGTH = 8_000_000
NESTING = 30
MODULES = 150_000

# Numbers of things that become Python objects, by the last word of the key that counts them.
# Sizes of tensors cost nothing on the meta device and are not limited.
COUNTS = {
    r"(layers?|blocks?|depths?|stages?|levels?|stacks?|modules?)": 2_000,
    r"experts?": 65_536,
    r"(labels|classes|codebooks|quantizers|streams)": 200_000,
}
ADVICE = "Nothing that large has been published; check the number."


def check_text(text: str) -> None:
    """Refuse a config that is too long to be one."""
    if len(text) > TEXT_LENGTH:
        raise ConfigError(
            f"The config is {len(text):,} characters long; at most {TEXT_LENGTH:,} are read.",
            "A config.json is usually a few thousand.",
        )


def check_counts(values: dict[str, Any], depth: int = 1) -> None:
    """Refuse a config that asks for more layers, experts or labels than can be built."""
    if depth > NESTING:
        raise ConfigError(
            f"The config is nested more than {NESTING} levels deep.", "Check where its parts belong."
        )
    for key, value in values.items():
        for number in _numbers(value):
            for words, most in COUNTS.items():
                if number > most and re.search(rf"(^|_){words}$", key.lower()):
                    raise ConfigError(f"{key} = {number:,} is more than the {most:,} that are built.", ADVICE)
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                check_counts(part, depth + 1)


@contextmanager
def module_limit() -> Iterator[None]:
    """Stop a build that makes too many modules, whatever its config calls what it counts."""
    made = 0

    def count(module: nn.Module, name: str, child: nn.Module | None) -> None:
        nonlocal made
        made += 1
        if made > MODULES:
            raise ConfigError(f"The config asks for more than {MODULES:,} modules.", ADVICE)

    handle = register_module_module_registration_hook(count)
    try:
        yield
    finally:
        handle.remove()


def _numbers(value: Any) -> Iterator[int]:
    if isinstance(value, list):
        for part in value:
            yield from _numbers(part) if not isinstance(part, list) else (p for p in part if type(p) is int)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield value
