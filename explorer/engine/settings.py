"""How many workers there are, and what one job may cost."""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

_Number = TypeVar("_Number", int, float)


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Limits of the worker processes.

    ``deadline`` is in seconds of wall clock for one job, ``memory`` in MiB for one worker.
    ``jobs_per_worker`` is after how many jobs a worker gives way to a fresh one, so that what a
    library keeps for ever is given back.
    """

    workers: int = 2
    deadline: float = 60.0
    memory: int = 3072
    jobs_per_worker: int = 400

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "EngineSettings":
        """The settings, with EXPLORER_WORKERS, EXPLORER_DEADLINE and so on in place of defaults.

        Raises ValueError when a variable is not a positive number.
        """
        default = cls()

        def setting(name: str, convert: type[_Number]) -> _Number:
            variable = f"EXPLORER_{name.upper()}"
            text = environment.get(variable) or getattr(default, name)
            try:
                value = convert(text)
            except ValueError:
                value = convert(0)
            if not 0 < value < math.inf:
                raise ValueError(f"{variable} must be a positive number, not {text}.")
            return value

        return cls(
            workers=setting("workers", int),
            deadline=setting("deadline", float),
            memory=setting("memory", int),
            jobs_per_worker=setting("jobs_per_worker", int),
        )
