"""Opening a source: what it turns out to be, before anything is asked of it."""

from dataclasses import dataclass, replace
from functools import cached_property

from explorer import demo, gallery
from explorer.config import ModelConfig
from explorer.engine.local import LocalEngine
from explorer.errors import (
    AccessError,
    ConfigError,
    HubError,
    ModelNotFoundError,
    UnknownArchitectureError,
)
from explorer.hub.checkpoint_files import find_checkpoint
from explorer.hub.config_reading import read_config
from explorer.hub.kind import TREE_OF_NAMES, read_kind
from explorer.hub.repository import Repository, RepositoryFile, has_file, open_repository
from explorer.hub.settings import HubSettings
from explorer.near_names import near_names
from explorer.source import ModelSource

BUNDLED = "This is the copy of the config that the explorer carries; it was not read from the Hub."
NO_AUTO_CLASS = "No auto class of the installed transformers has a model of the architecture"


@dataclass(frozen=True, slots=True)
class OpenedModel:
    """What a source turned out to be.

    ``source`` is pinned to the commit that was read. ``config`` is None where the source has none.
    ``is_known`` says whether transformers has the architecture; where it has not, the tree comes
    from the names in the checkpoint. ``notes`` are plain sentences that the reader must see, such
    as that this is a bundled copy. ``repository`` is None where there are no files to read.
    ``is_stand_in`` says that a copy is shown only because the Hub failed: it is worth asking again.
    """

    source: ModelSource
    config: ModelConfig | None
    is_known: bool = True
    notes: tuple[str, ...] = ()
    repository: Repository | None = None
    is_stand_in: bool = False

    @property
    def has_checkpoint(self) -> bool:
        """Whether there are tensors to read."""
        return self.repository is not None and find_checkpoint(self.repository) is not None

    @property
    def weight_files(self) -> tuple[RepositoryFile, ...]:
        """The files of the checkpoint as they are listed; none where an index has to be read to name them."""
        found = find_checkpoint(self.repository) if self.repository else None
        if self.repository is None or found is None:
            return ()
        listed = {file.name: file for file in self.repository.files}
        return tuple(listed[name] for name in found.names)


def config_of(opened: OpenedModel) -> ModelConfig:
    """The config of the model; ConfigError where it has none."""
    if opened.config is None:
        what = opened.notes[0] if opened.notes else "There are only tensors."
        raise ConfigError(
            f"There is no config here. {what}", "Its tree and its checkpoint can be looked at instead."
        )
    return opened.config


def buildable_config_of(opened: OpenedModel) -> ModelConfig:
    """The config of the model, when transformers has a class for it."""
    config = config_of(opened)
    if not opened.is_known:
        unnamed = "The installed transformers cannot tell what it is"
        why = f"{NO_AUTO_CLASS} {config.model_type!r}" if config.model_type else unnamed
        raise UnknownArchitectureError(
            f"{why}, so there is no class of it to build.",
            "Its checkpoint can be looked at, and a tree that is made from the names of its tensors.",
        )
    return config


class Opener:
    """Opens sources, with the Hub's settings and one reader's token."""

    def __init__(self, engine: LocalEngine, hub: HubSettings, token: str | None) -> None:
        self._engine = engine
        self._hub = hub
        self._token = token

    def open(self, source: ModelSource) -> OpenedModel:
        """What the source is: its config, whether its architecture is known, and what to say of it."""
        if source.kind in ("hub", "folder"):
            return self._open_repository(source)
        if source.kind == "demo":
            opened = self._read_repository(source)
            return replace(opened, notes=(demo.find(source.name).sentence, *opened.notes))
        if source.kind == "arch":
            return OpenedModel(source, self._engine.run("default_config", source.name))
        if source.kind == "config":
            config, told = self._typed(ModelConfig(source, source.name))
            return self._recognised(OpenedModel(source, config, notes=told))
        return _bundled(source, BUNDLED)

    def _open_repository(self, source: ModelSource) -> OpenedModel:
        try:
            return self._read_repository(source)
        except (HubError, AccessError) as error:
            # Many a well-known checkpoint is gated, and its config is in the gallery.
            if source.kind == "hub" and gallery.find(source.name):
                other = f" It may not be that of {source.revision}." if source.revision else ""
                copy = _bundled(source, f"{error.what} {BUNDLED}{other}")
                return replace(copy, is_stand_in=isinstance(error, HubError))
            raise

    def _read_repository(self, source: ModelSource) -> OpenedModel:
        repository = open_repository(source, self._hub, self._token)
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
            model_type = self._engine.run("known_model_type", config.values)
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
            why = f"{NO_AUTO_CLASS} {named!r}." if named else ""
            is_told = any(TREE_OF_NAMES in note for note in opened.notes)
            more = " ".join(filter(None, [why, "" if is_told else TREE_OF_NAMES]))
            return replace(opened, is_known=False, notes=(*opened.notes, *filter(None, [more])))
        if opened.config:
            # Raises with the reason that a worker gives.
            self._engine.run("auto_classes", opened.config)
            raise ConfigError(
                f"transformers has a config for {opened.config.model_type!r}, but no auto class for it.",
                "Paste the config of another model, or of one of the parts of this one.",
            )
        what = opened.notes[0] if opened.notes else "There is no config here."
        raise ConfigError(what, "Paste another model, or arch:NAME for an architecture of transformers.")

    @cached_property
    def _model_types(self) -> frozenset[str]:
        return frozenset(self._engine.run("model_types"))


def _bundled(source: ModelSource, note: str) -> OpenedModel:
    config = gallery.find(source.name)
    if config is None:
        near = near_names(source.name, (entry.id for entry in gallery.entries()), "gallery:")
        advice = f"Write {near}, if that is meant." if near else "Choose one of the models that it shows."
        raise ModelNotFoundError(f"The gallery has no {source.name!r}.", advice)
    return OpenedModel(config.source, config, notes=(note,))
