"""Where a model comes from: the value that every other value is asked about."""

from dataclasses import dataclass
from typing import Literal

SourceKind = Literal["hub", "folder", "config", "arch", "gallery", "demo"]


@dataclass(frozen=True, slots=True)
class ModelSource:
    """A model by name: where it comes from, what it is called there, and at which revision.

    ``name`` is the Hub id (``hub``, ``gallery``), the folder's path (``folder``), the model
    type (``arch``), the demo's name (``demo``) or the config's own JSON text (``config``).
    """

    kind: SourceKind
    name: str
    revision: str | None = None
