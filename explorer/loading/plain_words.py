"""Exceptions of torch and transformers, said in one sentence for the reader of a page."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from explorer.errors import ConfigError, ExplorerError

LONGEST = 300


@contextmanager
def config_errors(advice: str = "", what: str | None = None) -> Iterator[None]:
    """Whatever fails inside becomes a ConfigError: the code is transformers', the values are a stranger's.

    ``what`` is said instead of the exception's own message, unless a package is missing.
    """
    try:
        yield
    except (ExplorerError, MemoryError):
        # What runs out of memory is the worker, not one class of the config: the engine says so.
        raise
    except Exception as error:
        raise ConfigError(
            sentence(error) if isinstance(error, ImportError) or not what else what, advice
        ) from error


def sentence(error: Exception) -> str:
    """What the exception says, in one line."""
    if isinstance(error, RecursionError):
        return "The config is nested too deeply."
    if isinstance(error, ImportError) and (package := _missing_package(str(error))):
        return f"This class needs the package {package}, which is not installed."
    if isinstance(error, ValueError) and (found := re.match(r"Could not find (\w+) neither in", str(error))):
        return f"The installed transformers names the class {found[1]} but does not have it."
    if isinstance(error, KeyError):
        return f"The config has no entry {error.args[0]!r} that this class needs."
    if isinstance(error, AttributeError):
        return _about_attribute(error)
    said = _about_value(error) or _one_line(str(error))
    return said or "The config does not meet a condition of this class."


def _missing_package(message: str) -> str | None:
    found = re.search(r"requires the (\S+) library|No module named '([^']+)'|requires `?([\w-]+)`?", message)
    return next((name for name in found.groups() if name), None) if found else None


def _about_attribute(error: AttributeError) -> str:
    """An attribute that a config lacks is a field that the reader can add."""
    owner = type(error.obj).__name__ if error.obj is not None else ""
    if owner.endswith("Config"):
        return f"The config ({owner}) has no field {error.name!r} that this class needs."
    if error.obj is None and error.name:
        return f"The config lacks a part that this class needs (its field {error.name!r} is asked for)."
    return _one_line(str(error))


def _about_value(error: Exception) -> str | None:
    """What is wrong with a value, where Python's own words would only make sense beside the code."""
    if isinstance(error, IndexError):
        return "A list in the config is shorter than this class needs."
    if isinstance(error, ZeroDivisionError):
        return "A number in the config is 0, and this class divides by it."
    if found := re.match(r"invalid literal for \w+\(\).*?: (.*)", str(error)):
        return f"The config has {found[1][:LONGEST]} where a number is needed."
    if isinstance(error, TypeError):
        return f"A value in the config is not of the kind that this class needs: {str(error)[:LONGEST]}."
    return None


def _one_line(message: str) -> str:
    """The message without line breaks, types of exceptions, and what is too long to read."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    # huggingface_hub's strict dataclasses give "Validation error for field 'x':", then the reason.
    if len(lines) > 1 and lines[0].endswith(":") and "alidation error" in lines[0]:
        lines = lines[1:]
    text = " ".join(lines)
    text = re.sub(r"^(\w*(Error|Exception)): ", "", text)
    shortened = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    end = "" if not shortened or shortened.endswith((".", "!", "?", "…")) else "."
    return shortened[:1].upper() + shortened[1:] + end
