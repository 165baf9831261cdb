"""How many workers there are, and what one job may cost."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields


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
        given: dict[str, int | float] = {}
        for setting in fields(cls):
            variable = f"EXPLORER_{setting.name.upper()}"
            if text := environment.get(variable):
                value = type(setting.default)(text)
                if value <= 0:
                    raise ValueError(f"{variable} must be a positive number, not {text!r}")
                given[setting.name] = value
        return cls(**given)  # type: ignore[arg-type]
