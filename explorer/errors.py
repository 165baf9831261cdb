"""The errors that a user can cause, each with what happened and what to do."""


class ExplorerError(Exception):
    """An error for the reader of a page: one sentence of what happened, one of what to do."""

    def __init__(self, what: str, advice: str = "") -> None:
        super().__init__(what, advice)
        self.what = what
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.what} {self.advice}".strip()


class SourceError(ExplorerError):
    """The text is not the name of a model, or names something that is not one."""


class ModelNotFoundError(ExplorerError):
    """There is no such model, revision or file."""


class AccessError(ExplorerError):
    """The model exists, but this reader may not see it: gated, private, or a bad token."""


class HubError(ExplorerError):
    """The Hub cannot be reached, answers with a fault, or takes too long."""


class ConfigError(ExplorerError):
    """The config cannot be read, or no model can be built from it."""


class UnknownArchitectureError(ConfigError):
    """The installed transformers has no architecture of this model type."""


class CheckpointError(ExplorerError):
    """The checkpoint has no tensors that can be read, or its header is broken."""


class IncompleteError(CheckpointError):
    """The bytes end before the table of tensors does: more of the file is needed."""


class InputError(ExplorerError):
    """What was given to a model cannot be run: no text, too much of it, or a setting out of its limits."""


class WorkerError(ExplorerError):
    """The work ended without a result: out of time, out of memory, or a crash."""


class TooLargeError(ExplorerError):
    """The model is larger than the memory or the disk that it may take."""


class StoppedError(Exception):
    """Whoever asked does not want the answer any more: there is nothing to tell anybody."""
