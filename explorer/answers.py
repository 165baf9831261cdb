"""The questions that the pages and the command line ask of a model, and who answers each."""

from dataclasses import dataclass, replace
from functools import cached_property

from explorer import gallery
from explorer.auto_class import BACKBONE, AutoClass, class_of_checkpoint
from explorer.checkpoint import Checkpoint, LoadReport
from explorer.config import ConfigField, ModelConfig, fields_of
from explorer.diff import TreeDiff
from explorer.engine.local import LocalEngine
from explorer.errors import (
    AccessError,
    CheckpointError,
    ConfigError,
    HubError,
    ModelNotFoundError,
    UnknownArchitectureError,
)
from explorer.heads import HeadMatrix
from explorer.hub.checkpoint_files import find_checkpoint
from explorer.hub.checkpoint_reading import read_checkpoint
from explorer.hub.config_reading import read_config
from explorer.hub.kind import read_kind
from explorer.hub.repository import Repository, has_file, open_repository
from explorer.hub.settings import HubSettings
from explorer.named_tree import tree_from_names
from explorer.reconciliation import Reconciliation
from explorer.source import ModelSource
from explorer.tree import ModuleTree

BUNDLED = "This is the copy of the config that the explorer carries; it was not read from the Hub."
FROM_NAMES = "The modules shown are those that the names of the tensors tell of."


@dataclass(frozen=True, slots=True)
class OpenedModel:
    """What a source turned out to be.

    ``source`` is pinned to the commit that was read. ``config`` is None where the source has none.
    ``is_known`` says whether transformers has the architecture; where it has not, the tree comes
    from the names in the checkpoint. ``notes`` are plain sentences that the reader must see, such
    as that this is a bundled copy. ``repository`` is None where there are no files to read.
    """

    source: ModelSource
    config: ModelConfig | None
    is_known: bool = True
    notes: tuple[str, ...] = ()
    repository: Repository | None = None

    @property
    def has_checkpoint(self) -> bool:
        """Whether there are tensors to read."""
        return self.repository is not None and find_checkpoint(self.repository) is not None


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
        self._token = token

    def open(self, source: ModelSource) -> OpenedModel:
        """What the source is: its config, whether its architecture is known, and what to say of it."""
        if source.kind in ("hub", "folder"):
            return self._open_repository(source)
        if source.kind == "arch":
            return OpenedModel(source, self.engine.run("default_config", source.name))
        if source.kind == "config":
            config, told = self._typed(ModelConfig(source, source.name))
            return self._recognised(OpenedModel(source, config, notes=told))
        if source.kind == "gallery":
            return _bundled(source, BUNDLED)
        raise ModelNotFoundError("There are no demo checkpoints yet.", "Try gallery:gpt2 or arch:bert.")

    def fields(self, opened: OpenedModel) -> tuple[ConfigField, ...]:
        """The config's fields; without defaults where transformers does not know the architecture."""
        config = config_of(opened)
        if not opened.is_known:
            return fields_of(config.values, {})
        found: tuple[ConfigField, ...] = self.engine.run("config_fields", config)
        return found

    def auto_classes(self, opened: OpenedModel) -> tuple[AutoClass, ...]:
        """Every auto class that takes the config, AutoModel first."""
        found: tuple[AutoClass, ...] = self.engine.run("auto_classes", config_of(opened))
        return found

    def default_class(self, opened: OpenedModel) -> str:
        """The auto class that the checkpoint was saved from; AutoModel where its config does not say."""
        return class_of_checkpoint(config_of(opened).architectures, self.auto_classes(opened))

    def tree(self, opened: OpenedModel, auto_class: str | None = None) -> ModuleTree:
        """The modules of the class; by default of the one that the checkpoint was saved from."""
        if not opened.is_known:
            return tree_from_names(self.checkpoint(opened))
        name = auto_class or self.default_class(opened)
        found: ModuleTree = self.engine.run("build_tree", config_of(opened), name)
        return found

    def heads(self, opened: OpenedModel) -> HeadMatrix:
        """AutoModel and every other auto class, with load reports where there is a checkpoint."""
        config, checkpoint, problem = _buildable(opened), None, None
        try:
            checkpoint = self.checkpoint(opened) if opened.has_checkpoint else None
        except CheckpointError as error:
            # The config can still be shown in full.
            problem = str(error)
        # What GGUF calls its tensors, transformers does not: there is no report to be made of them.
        reportable = checkpoint if checkpoint and checkpoint.format != "gguf" else None
        found: HeadMatrix = self.engine.run("build_heads", config, reportable)
        return replace(found, checkpoint_error=problem)

    def diff(self, opened: OpenedModel, right: str | None = None, left: str = BACKBONE) -> TreeDiff:
        """The left class beside the right one; by default AutoModel and the checkpoint's own class."""
        config = _buildable(opened)
        found: TreeDiff = self.engine.run("build_diff", config, left, right or self.default_class(opened))
        return found

    def load_report(self, opened: OpenedModel, auto_class: str | None = None) -> LoadReport:
        """What transformers would report of loading the checkpoint into the class."""
        config, name = _buildable(opened), auto_class or self.default_class(opened)
        found: LoadReport = self.engine.run("load_report", config, name, self.checkpoint(opened))
        return found

    def reconciliation(self, opened: OpenedModel, auto_class: str | None = None) -> Reconciliation | None:
        """Why the files hold another number of elements than the class; None where that cannot be told."""
        checkpoint = self.checkpoint(opened)
        if opened.config is None or not opened.is_known or checkpoint.format == "gguf":
            return None
        name = auto_class or self.default_class(opened)
        found: Reconciliation = self.engine.run("reconcile", opened.config, name, checkpoint)
        return found

    def checkpoint(self, opened: OpenedModel) -> Checkpoint:
        """The tensors that the files hold, read from their headers."""
        if opened.repository is None:
            raise CheckpointError(
                "There is no checkpoint behind this config.",
                "Paste the name of a model on the Hub, or a folder with its files.",
            )
        return read_checkpoint(opened.repository, self.engine.run)

    def close(self) -> None:
        """Stop the workers."""
        self.engine.close()

    def _open_repository(self, source: ModelSource) -> OpenedModel:
        try:
            return self._read_repository(source)
        except (HubError, AccessError) as error:
            # Many a well-known checkpoint is gated, and its config is in the gallery.
            if source.kind == "hub" and gallery.find(source.name):
                return _bundled(source, f"{error.what} {BUNDLED}")
            raise

    def _read_repository(self, source: ModelSource) -> OpenedModel:
        repository = open_repository(source, self.hub, self._token)
        has_config = has_file(repository, repository.config_name)
        config, told = self._typed(read_config(repository)) if has_config else (None, ())
        kind = read_kind(repository, config, self._model_types if config else None)
        is_plain = kind.name == "transformers" and find_checkpoint(repository)
        parts = (f"Its parts: {', '.join(kind.parts)}.",) if kind.parts else ()
        notes = told if is_plain else (*told, f"{kind.what} {kind.shown}", *parts)
        return self._recognised(OpenedModel(repository.source, config, True, notes, repository))

    def _typed(self, config: ModelConfig) -> tuple[ModelConfig, tuple[str, ...]]:
        """The config with a model type; a note where that was told from its architectures."""
        if config.model_type is not None:
            return config, ()
        try:
            model_type = self.engine.run("known_model_type", config.values)
        except UnknownArchitectureError:
            return config, ()
        typed = ModelConfig.of(config.source, {**config.values, "model_type": model_type})
        note = f"The config names no model type; {model_type} was told from its architectures."
        return typed, (note,)

    def _recognised(self, opened: OpenedModel) -> OpenedModel:
        """The model, marked as unknown when transformers has no such architecture."""
        if opened.config and opened.config.model_type in self._model_types:
            return opened
        if opened.has_checkpoint:
            named = opened.config and opened.config.model_type
            why = f"The installed transformers has no architecture {named!r}. " if named else ""
            return replace(opened, is_known=False, notes=(*opened.notes, f"{why}{FROM_NAMES}"))
        if opened.config:
            # Raises with the reason that a worker gives.
            self.engine.run("auto_classes", opened.config)
            raise ConfigError(
                f"transformers has a config for {opened.config.model_type!r}, but no auto class for it.",
                "Paste the config of another model, or of one of the parts of this one.",
            )
        what = opened.notes[0] if opened.notes else "There is no config here."
        raise ConfigError(what, "Paste another model, or arch:NAME for an architecture of transformers.")

    @cached_property
    def _model_types(self) -> frozenset[str]:
        return frozenset(self.engine.run("model_types"))


def config_of(opened: OpenedModel) -> ModelConfig:
    """The config of the model; ConfigError where it has none."""
    if opened.config is None:
        what = opened.notes[0] if opened.notes else "There are only tensors."
        raise ConfigError(
            f"There is no config here. {what}", "Its tree and its checkpoint can be looked at instead."
        )
    return opened.config


def _buildable(opened: OpenedModel) -> ModelConfig:
    """The config of the model, when transformers has a class for it."""
    config = config_of(opened)
    if not opened.is_known:
        named = (
            f"has no architecture {config.model_type!r}" if config.model_type else "cannot tell what it is"
        )
        raise UnknownArchitectureError(
            f"The installed transformers {named}, so there is no class of it to build.",
            "Its checkpoint can be looked at, and a tree that is made from the names of its tensors.",
        )
    return config


def _bundled(source: ModelSource, note: str) -> OpenedModel:
    config = gallery.find(source.name)
    if config is None:
        raise ModelNotFoundError(
            f"The gallery has no {source.name!r}.", "Choose one of the models that it shows."
        )
    return OpenedModel(config.source, config, notes=(note,))
