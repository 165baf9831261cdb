"""What cannot be told of a model, said in a sentence each."""

from collections.abc import Callable
from typing import TypeVar

from explorer.errors import ExplorerError
from explorer.loading.plain_words import sentence

_T = TypeVar("_T")


class Told:
    """Collects what is missing from an explanation, and what must be known of the rest."""

    def __init__(self) -> None:
        self.unknown: list[str] = []
        self.notes: list[str] = []

    def attempt(self, what: str, make: Callable[[], _T], otherwise: _T) -> _T:
        """What ``make`` gives; the other value where the model is not made for it, which is then said."""
        try:
            return make()
        except CannotTellError as error:
            self.unknown.append(f"{what}: {error}")
        except (ExplorerError, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 - no part of an explanation is worth losing the others
            self.unknown.append(f"{what}: this model does not let it be seen ({sentence(error)}).")
        return otherwise


class CannotTellError(Exception):
    """Why a part of the explanation cannot be given."""
