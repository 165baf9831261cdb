"""Parameters that a class computes, whatever a checkpoint holds."""

from transformers import PreTrainedModel


def is_computed(model: PreTrainedModel, name: str) -> bool:
    """Whether the parameter's class computes it, such as positions made of sines."""
    # So those classes of transformers call what computes it.
    return hasattr(model.get_submodule(name.rpartition(".")[0]), "create_weight")
