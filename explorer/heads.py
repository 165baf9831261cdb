"""The head matrix: what each auto class makes of one config."""

from dataclasses import dataclass
from typing import Literal

from explorer.auto_class import AutoClass
from explorer.checkpoint import LoadReport, Verdict
from explorer.head import Head
from explorer.source import ModelSource


@dataclass(frozen=True, slots=True)
class HeadRow:
    """One auto class for one config: its size, its head, and how the checkpoint would load.

    ``error`` says in one sentence why the class cannot be built; the figures are then None.
    ``report`` is None when there is no checkpoint to read.
    """

    auto_class: AutoClass
    parameter_count: int | None = None
    head: Head | None = None
    report: LoadReport | None = None
    error: str | None = None

    @property
    def verdict(self) -> Verdict | Literal["unknown"]:
        """The load report's verdict; unknown when there is no checkpoint to read."""
        return self.report.verdict if self.report else "unknown"


@dataclass(frozen=True, slots=True)
class HeadMatrix:
    """The backbone, AutoModel, and every other auto class that maps the config.

    ``checkpoint_error`` says why there are no load reports, where there is a checkpoint that
    cannot be read.
    """

    source: ModelSource
    backbone: HeadRow | None
    heads: tuple[HeadRow, ...]
    checkpoint_error: str | None = None
