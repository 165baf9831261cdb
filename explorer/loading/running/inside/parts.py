"""Which modules of a loaded model are its backbone, and which its head."""

from dataclasses import dataclass

from explorer.auto_class import BACKBONE
from explorer.diff import diff_trees
from explorer.errors import ConfigError
from explorer.head import head_of
from explorer.inside.explanation import Part
from explorer.loading.running.loaded_model import LoadedModel
from explorer.loading.trees import backbone_path, build_model, tree_of


@dataclass(frozen=True, slots=True)
class Parts:
    """The backbone's class, and the paths that tell a module's part.

    ``backbone`` is the path of the one module that is the backbone; None where the model itself holds
    the backbone's modules beside those of the head, whose paths are then ``head``, or None where it
    cannot be told.
    """

    class_name: str
    backbone: str | None
    head: tuple[str, ...] | None = ()

    def of(self, path: str) -> Part | None:
        """The part of the module at the path; None for one that holds both."""
        if self.backbone is not None:
            if _is_within(path, self.backbone):
                return "backbone"
            return None if _is_within(self.backbone, path) else "head"
        if self.head is None:
            return None
        if any(_is_within(path, head) for head in self.head):
            return "head"
        return None if not path or any(_is_within(head, path) for head in self.head) else "backbone"


def parts_of(held: LoadedModel) -> Parts:
    """The parts, by the model's own backbone, or by comparison with AutoModel."""
    live, auto_class = held.config, held.task.auto_class
    path = backbone_path(held.model, auto_class, live)
    if path or auto_class == BACKBONE:
        return Parts(type(held.model.get_submodule(path)).__name__, path)
    try:
        backbone = tree_of(build_model(live, BACKBONE), BACKBONE, live)
    except ConfigError:
        # A few configs have classes for tasks, but no AutoModel.
        return Parts("", None, None)
    task = tree_of(build_model(live, auto_class), auto_class, live)
    head = tuple(module.path for module in head_of(diff_trees(backbone, task)).added)
    return Parts(backbone.auto_class.model_class, None, head)


def _is_within(path: str, outer: str) -> bool:
    return not outer or path == outer or path.startswith(f"{outer}.")
