"""How many workers there are, how many models are loaded, and what one job may cost."""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from explorer.engine import machine

_Settings = TypeVar("_Settings", "EngineSettings", "RunningSettings")
# More cores than this do not make one text faster; they serve other models.
MOST_THREADS = 8


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
        return _read(cls(), environment)


def _half_of_the_memory() -> int:
    return max(1, machine.memory() // 2**21)


@dataclass(frozen=True, slots=True)
class RunningSettings:
    """Limits of the processes that hold loaded models.

    ``model_memory`` is in MiB for all of them together; what a run needs besides comes on top.
    The deadlines are in seconds of wall clock: to load a model, to answer one call, and to wait
    until models that are in use give back memory. ``model_threads`` are those of one process.
    """

    model_memory: int = field(default_factory=_half_of_the_memory)
    model_threads: int = field(default_factory=lambda: min(machine.cores(), MOST_THREADS))
    load_deadline: float = 300.0
    run_deadline: float = 600.0
    room_deadline: float = 60.0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "RunningSettings":
        """The settings, with EXPLORER_MODEL_MEMORY, EXPLORER_RUN_DEADLINE and so on in place of defaults.

        Raises ValueError when a variable is not a positive number.
        """
        return _read(cls(), environment)


def _read(default: _Settings, environment: Mapping[str, str]) -> _Settings:
    return type(default)(
        **{
            setting.name: _setting(setting.name, getattr(default, setting.name), environment)
            for setting in fields(default)
        }
    )


def _setting(name: str, default: Any, environment: Mapping[str, str]) -> Any:
    variable = f"EXPLORER_{name.upper()}"
    text = environment.get(variable) or default
    try:
        value = type(default)(text)
    except ValueError:
        value = 0
    if not 0 < value < math.inf:
        raise ValueError(f"{variable} must be a positive number, not {text}.")
    return value
