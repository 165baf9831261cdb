"""What is known of each model, kept for all visitors; with ``shared_work`` the only place that caches.

Values are frozen, so every visitor gets the same object (``cache_resource`` does not copy).
An error is never cached. Two visitors who ask the same at the same time share the work.
"""

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import TypeVar

import streamlit as st

from explorer import tasks
from explorer.auto_class import AutoClass
from explorer.breakdown import Breakdown
from explorer.checkpoint import Checkpoint, LoadReport
from explorer.checkpoint_totals import CheckpointTotals, folded_like, totals_of
from explorer.config import ConfigField
from explorer.diff import TreeDiff
from explorer.errors import ExplorerError
from explorer.heads import HeadMatrix
from explorer.opening import OpenedModel
from explorer.output_shape import HeadOutputs
from explorer.reconciliation import Reconciliation
from explorer.source import ModelSource
from explorer.stored_in import StoredIn, StoredTensors
from explorer.tiles import Tile, tiles_of
from explorer.torchinfo_summary import TorchinfoSummary
from explorer.tree import ModuleTree
from ui import packed_tree
from ui.packed_tree import PackedTree
from ui.shared_work import answers, waiting_threads
from ui.stages import Work

T = TypeVar("T")


def _identity(model: OpenedModel) -> Hashable:
    """What answers depend on: the pinned source, the config's text, and the files of a folder."""
    files = model.repository.files if model.repository else ()
    return model.source, model.config and model.config.text, tuple((file.name, file.nbytes) for file in files)


BY_MODEL = {OpenedModel: _identity}


def _is_read(work: Work[HeadMatrix]) -> bool:
    """Whether the checkpoint could be read; a failure is not kept."""
    return work.is_kept(lambda matrix: matrix.checkpoint_error is None)


def _is_lasting(model: OpenedModel) -> bool:
    return not model.is_stand_in


# A branch moves: after ten minutes its name is looked up again; at once when the Hub had failed.
@st.cache_resource(
    show_spinner="Finding the model and reading its config…", ttl=600, max_entries=256, validate=_is_lasting
)
def opened(source: ModelSource) -> OpenedModel:
    """What the source turned out to be, pinned to the commit that was read."""
    return answers().open(source)


@st.cache_resource(show_spinner="Reading the config's fields…", max_entries=128, hash_funcs=BY_MODEL)
def fields(model: OpenedModel) -> tuple[ConfigField, ...]:
    """The config's fields with their defaults."""
    return answers().fields(model)


@st.cache_resource(show_spinner="Reading the config's fields…", max_entries=128, hash_funcs=BY_MODEL)
def config_classes(model: OpenedModel) -> dict[str, str]:
    """The config class of every part by its dotted name."""
    return answers().config_classes(model)


@st.cache_resource(show_spinner="Looking up the auto classes…", max_entries=128, hash_funcs=BY_MODEL)
def auto_classes(model: OpenedModel) -> tuple[AutoClass, ...]:
    """Every auto class that maps the config."""
    return answers().auto_classes(model)


@st.cache_resource(
    show_spinner="Building the model without its weights…", max_entries=64, hash_funcs=BY_MODEL
)
def tree(model: OpenedModel, auto_class: str | None = None) -> ModuleTree:
    """The modules of the class; without a class, of the one that the checkpoint names."""
    return answers().tree(model, auto_class, lambda: checkpoint(model).future.result())


@st.cache_resource(show_spinner="Building every class of the model…", max_entries=64, hash_funcs=BY_MODEL)
def built_heads(model: OpenedModel) -> HeadMatrix:
    """What every auto class makes of the config, whatever a checkpoint holds."""
    return answers().heads(replace(model, repository=None))


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=BY_MODEL, validate=_is_read)
def heads(model: OpenedModel) -> Work[HeadMatrix]:
    """What every auto class makes of the model, with what loading the checkpoint would do."""
    read = checkpoint(model).future.result if model.has_checkpoint else None
    return _soon(lambda opened: answers().heads(opened, read), model)


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=BY_MODEL, validate=Work.is_kept)
def output_shapes(model: OpenedModel) -> Work[tuple[HeadOutputs, ...]]:
    """What every auto class of the model gives back."""
    return _soon(answers().output_shapes, model)


def _soon(ask: Callable[[OpenedModel], T], model: OpenedModel) -> Work[T]:
    """The answer as work that goes on while the page is drawn."""
    return Work(waiting_threads().submit(ask, model))


@st.cache_resource(show_spinner="Asking whether the Hub is there…", ttl=60)
def hub_is_there() -> bool:
    """Whether the Hub can be asked for a model: looked at once a minute."""
    try:
        return not opened(ModelSource("hub", tasks.TASKS[0].checkpoint)).is_stand_in
    except ExplorerError:
        return False


@st.cache_resource(show_spinner="Comparing the two trees…", max_entries=64, hash_funcs=BY_MODEL)
def diff(model: OpenedModel, auto_class: str) -> TreeDiff:
    """AutoModel beside the auto class."""
    return answers().diff(model, auto_class)


@st.cache_resource(show_spinner=False, max_entries=32, hash_funcs=BY_MODEL, validate=Work.is_kept)
def checkpoint(model: OpenedModel) -> Work[Checkpoint]:
    """The tensors that the model's files hold."""
    return _soon(answers().checkpoint, model)


@st.cache_resource(show_spinner="Adding up the tensors…", max_entries=64, hash_funcs=BY_MODEL)
def checkpoint_totals(model: OpenedModel) -> CheckpointTotals:
    """What the checkpoint's tensors add up to."""
    return totals_of(checkpoint(model).future.result())


@st.cache_resource(show_spinner="Folding equal layers…", max_entries=64, hash_funcs=BY_MODEL)
def folded_tensors(model: OpenedModel, words: str) -> tuple[StoredTensors, ...]:
    """The checkpoint's tensors with these words in their names, those of equal layers as one."""
    return folded_like(checkpoint(model).future.result(), words)


@st.cache_resource(
    show_spinner="Loading names and shapes into the class…", max_entries=64, hash_funcs=BY_MODEL
)
def load_report(model: OpenedModel, auto_class: str) -> LoadReport:
    """What transformers would report of loading the checkpoint into the class."""
    return answers().load_report(model, checkpoint(model).future.result(), auto_class)


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=BY_MODEL, validate=Work.is_kept)
def load_report_soon(model: OpenedModel, auto_class: str) -> Work[LoadReport]:
    """The load report as work that goes on while the page is drawn."""
    read = checkpoint(model).future.result
    return _soon(lambda opened: answers().load_report(opened, read(), auto_class), model)


@st.cache_resource(show_spinner="Adding up parameters and tensors…", max_entries=64, hash_funcs=BY_MODEL)
def reconciliation(model: OpenedModel, auto_class: str | None = None) -> Reconciliation | None:
    """Why the files hold another number of elements than the class has parameters."""
    return answers().reconciliation(model, checkpoint(model).future.result(), auto_class)


@st.cache_resource(
    show_spinner="Looking it up in the checkpoint's headers…", max_entries=512, hash_funcs=BY_MODEL
)
def stored_in(model: OpenedModel, auto_class: str, path: str) -> StoredIn:
    """In which tensors of the files the module at this path of the class is stored."""
    return answers().stored_in(model, checkpoint(model).future.result(), auto_class, path)


@st.cache_resource(show_spinner="Adding up the parameters…", max_entries=64, hash_funcs=BY_MODEL)
def breakdown(model: OpenedModel, auto_class: str) -> Breakdown:
    """Where the parameters of the class are."""
    return answers().breakdown(model, auto_class)


@st.cache_resource(show_spinner="Folding equal layers…", max_entries=64, hash_funcs=BY_MODEL)
def tiles(model: OpenedModel, auto_class: str) -> tuple[Tile, ...]:
    """The largest modules of the class, nested."""
    return tiles_of(breakdown(model, auto_class))


@st.cache_resource(show_spinner="Asking torchinfo…", max_entries=64, hash_funcs=BY_MODEL)
def torchinfo_summary(model: OpenedModel, auto_class: str) -> TorchinfoSummary:
    """What torchinfo prints of the class."""
    return answers().torchinfo_summary(model, auto_class)


# A tree is known by its identity: walking all of it would take as long as packing it. What is kept
# holds the tree itself, so that no other can come to have the same identity meanwhile.
@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs={ModuleTree: id, TreeDiff: id})
def packed(tree: ModuleTree | TreeDiff) -> PackedTree:
    """The tree's lines as the browser gets them."""
    return packed_tree.pack(tree)
