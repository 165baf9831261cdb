"""The questions that the pages and the command line ask of a model, and who answers each."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from explorer.auto_class import BACKBONE, AutoClass, class_of_checkpoint
from explorer.breakdown import Breakdown, breakdown_of
from explorer.checkpoint import Checkpoint, LoadReport
from explorer.config import ConfigField, fields_of
from explorer.diff import TreeDiff
from explorer.engine.local import LocalEngine
from explorer.engine.running import ModelProcesses
from explorer.errors import CheckpointError, ConfigError
from explorer.head import head_parameters
from explorer.heads import HeadMatrix
from explorer.hub.checkpoint_reading import read_checkpoint
from explorer.hub.downloads import download
from explorer.hub.model_files import files_to_run
from explorer.hub.progress import DownloadProgress, never
from explorer.hub.repository import Repository
from explorer.hub.settings import HubSettings
from explorer.loaded_size import loaded_bytes
from explorer.named_tree import tree_from_names
from explorer.opening import OpenedModel, Opener, buildable_config_of, config_of
from explorer.output_shape import HeadOutputs
from explorer.reconciliation import Reconciliation
from explorer.source import ModelSource
from explorer.stored_in import StoredIn
from explorer.tasks import Task
from explorer.tasks.fitting import check_class
from explorer.tasks.parameter import Parameters
from explorer.tasks.task import TaskInput, TaskResult
from explorer.torchinfo_summary import TorchinfoSummary
from explorer.tree import ModuleTree


class Answers:
    """Every answer is a value; each call may reach the Hub and a worker, and may be slow.

    A ``token`` goes to the Hub and nowhere else. Whoever holds these answers sees what the token
    may see: answers with a token are not to be shared between visitors.
    """

    def __init__(
        self,
        engine: LocalEngine | None = None,
        hub: HubSettings | None = None,
        token: str | None = None,
    ) -> None:
        self.engine = engine or LocalEngine()
        self.hub = hub or HubSettings.from_environment()
        self.models = ModelProcesses()
        self._opener = Opener(self.engine, self.hub, token)

    def open(self, source: ModelSource) -> OpenedModel:
        """What the source is: its config, whether its architecture is known, and what to say of it."""
        return self._opener.open(source)

    def fields(self, opened: OpenedModel) -> tuple[ConfigField, ...]:
        """The config's fields; without defaults where transformers does not know the architecture."""
        config = config_of(opened)
        if not opened.is_known:
            return fields_of(config.values, {})
        found: tuple[ConfigField, ...] = self.engine.run("config_fields", config)
        return found

    def config_classes(self, opened: OpenedModel) -> dict[str, str]:
        """The config class of every part by its dotted name, that of the whole under ``""``."""
        config = config_of(opened)
        found: dict[str, str] = self.engine.run("config_classes", config) if opened.is_known else {}
        return found

    def auto_classes(self, opened: OpenedModel) -> tuple[AutoClass, ...]:
        """Every auto class that takes the config, AutoModel first."""
        found: tuple[AutoClass, ...] = self.engine.run("auto_classes", config_of(opened))
        return found

    def default_class(self, opened: OpenedModel) -> str:
        """The auto class that the checkpoint was saved from; AutoModel where its config does not say."""
        return class_of_checkpoint(config_of(opened).architectures, self.auto_classes(opened))

    def tree(
        self,
        opened: OpenedModel,
        auto_class: str | None = None,
        read: Callable[[], Checkpoint] | None = None,
    ) -> ModuleTree:
        """The modules of the class; by default of the one that the checkpoint was saved from.

        ``read`` gives the checkpoint, where it is read for another question too.
        """
        if not opened.is_known:
            return tree_from_names(read() if read else self.checkpoint(opened))
        name = auto_class or self.default_class(opened)
        found: ModuleTree = self.engine.run("build_tree", config_of(opened), name)
        return found

    def heads(self, opened: OpenedModel, read: Callable[[], Checkpoint] | None = None) -> HeadMatrix:
        """AutoModel and every other auto class, with load reports where there is a checkpoint.

        ``read`` gives the checkpoint, where it is read for another question too.
        """
        config, checkpoint, problem = buildable_config_of(opened), None, None
        read = read or partial(self.checkpoint, opened)
        try:
            checkpoint = read() if opened.has_checkpoint else None
        except CheckpointError as error:
            # The config can still be shown in full.
            problem = str(error)
        # What GGUF calls its tensors, transformers does not: there is no report to be made of them.
        reportable = checkpoint if checkpoint and checkpoint.format != "gguf" else None
        found: HeadMatrix = self.engine.run("build_heads", config, reportable)
        return replace(found, checkpoint_error=problem)

    def output_shapes(self, opened: OpenedModel) -> tuple[HeadOutputs, ...]:
        """What every auto class of the config gives back: names and dimensions, AutoModel first."""
        found: tuple[HeadOutputs, ...] = self.engine.run("output_shapes", buildable_config_of(opened))
        return found

    def diff(self, opened: OpenedModel, right: str | None = None, left: str = BACKBONE) -> TreeDiff:
        """The left class beside the right one; by default AutoModel and the checkpoint's own class."""
        config = buildable_config_of(opened)
        found: TreeDiff = self.engine.run("build_diff", config, left, right or self.default_class(opened))
        return found

    def breakdown(self, opened: OpenedModel, auto_class: str) -> Breakdown:
        """Where the parameters of the class are; of an unknown model, those of its files."""
        if auto_class == BACKBONE or not opened.is_known:
            return breakdown_of(self.tree(opened, auto_class), frozenset() if opened.is_known else None)
        try:
            diff = self.diff(opened, auto_class)
        except ConfigError:
            # A few configs have classes, but no AutoModel to compare them with.
            return breakdown_of(self.tree(opened, auto_class), None)
        return breakdown_of(diff.right, head_parameters(diff))

    def torchinfo_summary(self, opened: OpenedModel, auto_class: str) -> TorchinfoSummary:
        """What torchinfo prints of the class, and why its total is another one."""
        config = buildable_config_of(opened)
        found: TorchinfoSummary = self.engine.run("torchinfo_summary", config, auto_class)
        return found

    def load_report(
        self, opened: OpenedModel, checkpoint: Checkpoint, auto_class: str | None = None
    ) -> LoadReport:
        """What transformers would report of loading the checkpoint into the class."""
        config, name = buildable_config_of(opened), auto_class or self.default_class(opened)
        found: LoadReport = self.engine.run("load_report", config, name, checkpoint)
        return found

    def stored_in(self, opened: OpenedModel, checkpoint: Checkpoint, auto_class: str, path: str) -> StoredIn:
        """In which tensors of the files the module at this path of the class is stored."""
        config = buildable_config_of(opened)
        found: StoredIn = self.engine.run("stored_in", config, auto_class, checkpoint, path)
        return found

    def reconciliation(
        self, opened: OpenedModel, checkpoint: Checkpoint, auto_class: str | None = None
    ) -> Reconciliation | None:
        """Why the files hold another number of elements than the class; None where that cannot be told."""
        if opened.config is None or not opened.is_known or checkpoint.format == "gguf":
            return None
        name = auto_class or self.default_class(opened)
        found: Reconciliation = self.engine.run("reconcile", opened.config, name, checkpoint)
        return found

    def checkpoint(self, opened: OpenedModel) -> Checkpoint:
        """The tensors that the files hold, read from their headers."""
        return read_checkpoint(_repository_of(opened), self.engine.run)

    def folder_to_run(
        self,
        opened: OpenedModel,
        task: Task,
        on_progress: Callable[[DownloadProgress], None],
        is_cancelled: Callable[[], bool] = never,
        read: Callable[[], Checkpoint] | None = None,
    ) -> str:
        """The folder with the model's weights and tokenizer, downloaded where it is not on this machine.

        Refuses before that a model that cannot do the task, and one that is too large to be loaded.
        Raises StoppedError when ``is_cancelled`` says so. ``read`` gives the checkpoint, where it is
        read for another question too.
        """
        repository, config = _repository_of(opened), buildable_config_of(opened)
        check_class(task, config.model_type, config.architectures, self.auto_classes(opened))
        # Whether there is anything to load; then what it grows to, for files may hold half floats.
        files_to_run(repository)
        checkpoint = read() if read else self.checkpoint(opened)
        self.models.check_size(loaded_bytes(checkpoint.tensors))
        return download(repository, on_progress, is_cancelled)

    def run(self, folder: str, task: Task, inputs: TaskInput, parameters: Parameters) -> TaskResult:
        """What the model in the folder makes of the input."""
        found: TaskResult = self.models.run(folder, task.name, inputs, parameters)
        return found

    def close(self) -> None:
        """Stop the workers."""
        self.models.close()
        self.engine.close()


def _repository_of(opened: OpenedModel) -> Repository:
    if opened.repository is None:
        raise CheckpointError(
            " ".join((*opened.notes, "There is no checkpoint behind this config.")),
            "Paste the name of a model on the Hub, or a folder with its files.",
        )
    return opened.repository
