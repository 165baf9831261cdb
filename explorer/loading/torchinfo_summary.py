"""torchinfo's summary of a class on the meta device, without a forward pass."""

from collections import Counter
from collections.abc import Iterator

import torchinfo
from torch import nn
from torchinfo.model_statistics import ModelStatistics

from explorer.auto_class import AutoClass
from explorer.config import ModelConfig
from explorer.errors import ConfigError
from explorer.loading.configs import load_config
from explorer.loading.trees import build_model, tied
from explorer.reconciliation import Difference
from explorer.torchinfo_summary import TorchinfoSummary

DEEPEST = 8
# The depth is the greatest at which the text has no more rows than a reader scrolls through.
ROWS_AT_BEST = 150
MOST_ROWS = 400
ROW_SETTINGS = ("depth", "var_names")


def torchinfo_summary(config: ModelConfig, auto_class: str) -> TorchinfoSummary:
    """What ``torchinfo.summary`` says of the class that the auto class gives for the config."""
    model = build_model(load_config(config), auto_class)
    with tied(model):
        try:
            statistics = torchinfo.summary(model, verbose=0, row_settings=ROW_SETTINGS)
        except TypeError as error:
            # A module may keep its kernel size as a tensor; torchinfo looks for numbers only.
            raise ConfigError(
                f"torchinfo {torchinfo.__version__} fails on this class: {error}.",
                "The views Parameters and Modules show what is in it.",
            ) from error
        parameters = sum(parameter.numel() for parameter in model.parameters())
        again = tuple(_counted_again(model, statistics))
    depth = _depth(statistics)
    text, cut = _text(statistics, depth)
    return TorchinfoSummary(
        AutoClass(auto_class, type(model).__name__),
        torchinfo.__version__,
        depth,
        text,
        statistics.total_params,
        parameters,
        _differences(statistics.total_params - parameters, sum(size for *_, size in again)),
        tuple((name, owner) for name, owner, _ in again),
        cut,
    )


def _depth(statistics: ModelStatistics) -> int:
    rows = Counter(layer.depth for layer in statistics.summary_list)
    fitting = [d for d in range(1, DEEPEST) if sum(rows[at] for at in range(d + 1)) <= ROWS_AT_BEST]
    return min(max(fitting, default=1), max(rows))


def _text(statistics: ModelStatistics, depth: int) -> tuple[str, int]:
    """The text down to the depth, and the number of rows that it leaves out to stay short."""
    statistics.formatting.max_depth = depth
    shown = [layer for layer in statistics.summary_list if layer.depth <= depth]
    statistics.summary_list = shown[:MOST_ROWS]
    return str(statistics), len(shown) - len(statistics.summary_list)


def _counted_again(model: nn.Module, statistics: ModelStatistics) -> Iterator[tuple[str, str, int]]:
    """The parameters that torchinfo counts in more than one module: name, first name, and size.

    It looks for shared modules, but not for shared tensors.
    """
    paths = {id(module): path for path, module in model.named_modules()}
    names: dict[int, str] = {}
    for layer in statistics.summary_list:
        # A module with children counts for what it has beyond these.
        if not layer.is_recursive and (layer.is_leaf_layer or layer.leftover_params() > 0):
            prefix = f"{path}." if (path := paths[layer.layer_id]) else ""
            for own_name, parameter in layer.module.named_parameters(recurse=False):
                name = f"{prefix}{own_name}"
                if id(parameter) in names:
                    yield name, names[id(parameter)], parameter.numel()
                else:
                    names[id(parameter)] = name


def _differences(difference: int, again: int) -> tuple[Difference, ...]:
    """The reasons for the difference between torchinfo's total and the parameters."""
    found = (
        Difference("tied weights counted again", again),
        Difference("unexplained", difference - again),
    )
    return tuple(reason for reason in found if reason.elements)
