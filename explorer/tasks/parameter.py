"""What can be set of a task: values with a default and limits, checked when they are made."""

from collections.abc import Iterable
from dataclasses import Field, dataclass, field, fields
from typing import Any, Literal, TypeVar

from explorer.errors import InputError

Kind = Literal["flag", "whole", "real", "choice", "word", "words"]
_TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One setting: what kind of value it takes, its default, its limits, and what it does.

    A default of None means that the checkpoint's own config decides.
    """

    name: str
    kind: Kind
    default: Any
    meaning: str
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()


class Parameters:
    """The settings of one run; making them checks them, and raises InputError."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for parameter in parameters_of(type(self)):
            _check(parameter, getattr(self, parameter.name))


_P = TypeVar("_P", bound=Parameters)


def flag(meaning: str) -> Any:
    """A setting that is off by default."""
    return field(default=False, metadata={"kind": "flag", "meaning": meaning})


def whole(default: int | None, least: int, most: int, meaning: str) -> Any:
    """A whole number between two limits."""
    return field(
        default=default, metadata={"kind": "whole", "meaning": meaning, "least": least, "most": most}
    )


def real(default: float, least: float, most: float, meaning: str) -> Any:
    """A number between two limits."""
    return field(default=default, metadata={"kind": "real", "meaning": meaning, "least": least, "most": most})


def choice(default: str | None, choices: tuple[str, ...], meaning: str) -> Any:
    """One of several words."""
    return field(default=default, metadata={"kind": "choice", "meaning": meaning, "choices": choices})


def word(meaning: str) -> Any:
    """A word of which the checkpoint knows which there are."""
    return field(default=None, metadata={"kind": "word", "meaning": meaning})


def words(meaning: str, default: tuple[str, ...] = ()) -> Any:
    """Several words."""
    return field(default=default, metadata={"kind": "words", "meaning": meaning})


def parameters_of(kind: type[Parameters]) -> tuple[Parameter, ...]:
    """What can be set of a task, in the order in which it is offered."""
    every: tuple[Field[Any], ...] = fields(kind)  # type: ignore[arg-type]
    return tuple(Parameter(name=one.name, default=one.default, **one.metadata) for one in every)


def parameters_from_text(kind: type[_P], given: Iterable[str]) -> _P:
    """The settings that words such as ``top_k=3`` ask for; several words of one setting go between commas."""
    known = {parameter.name: parameter for parameter in parameters_of(kind)}
    values = {}
    for setting in given:
        name, equals, text = setting.partition("=")
        name = name.strip().replace("-", "_")
        if name not in known or not equals:
            raise InputError(
                f"{setting[:80]!r} sets nothing of this task.",
                f"Write NAME=VALUE with one of: {', '.join(known)}.",
            )
        values[name] = _value_of(known[name], text.strip())
    return kind(**values)


def _value_of(parameter: Parameter, text: str) -> Any:
    try:
        if parameter.kind == "flag":
            return _TRUTHS[text.lower()]
        if parameter.kind in ("whole", "real"):
            return int(text) if parameter.kind == "whole" else float(text)
    except (KeyError, ValueError) as error:
        raise InputError(f"{parameter.name} cannot be {text[:80]!r}.", _advice(parameter)) from error
    if parameter.kind == "words":
        return tuple(filter(None, (part.strip() for part in text.split(","))))
    return text


def _check(parameter: Parameter, value: Any) -> None:
    if value is None and parameter.default is None:
        return
    if not _fits(parameter, value):
        raise InputError(f"{parameter.name} cannot be {str(value)[:80]!r}.", _advice(parameter))


def _fits(parameter: Parameter, value: Any) -> bool:
    if parameter.kind == "flag":
        return isinstance(value, bool)
    if parameter.kind in ("whole", "real"):
        number = isinstance(value, int if parameter.kind == "whole" else int | float)
        limits = (parameter.least, parameter.most)
        return number and not isinstance(value, bool) and limits[0] <= value <= limits[1]
    if parameter.kind == "words":
        return isinstance(value, tuple) and all(isinstance(part, str) for part in value)
    return isinstance(value, str) and (parameter.kind == "word" or value in parameter.choices)


def _advice(parameter: Parameter) -> str:
    if parameter.kind == "flag":
        return "It is true or false."
    if parameter.kind in ("whole", "real"):
        number = "a whole number" if parameter.kind == "whole" else "a number"
        return f"It is {number} between {parameter.least:g} and {parameter.most:g}."
    return f"It is one of: {', '.join(parameter.choices)}." if parameter.choices else "It is text."
