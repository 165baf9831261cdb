"""Inputs that a forward takes, made from its signature and the config: layouts first, then tensors."""

import inspect
import itertools
import math
import tomllib
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Any

import torch
from transformers import PreTrainedModel

from explorer.errors import ConfigError
from explorer.loading.dimensions import Sizes
from explorer.loading.fake_forward import MOST_REAL_ELEMENTS

# Three sizes of each symbol. No two symbols of one input grow in the same ratio, nor as a usual
# fraction of another one: so a dimension tells which of them it came from.
SIZES: dict[str, tuple[int, int, int]] = {
    "batch": (2, 5, 3),
    "texts": (3, 7, 4),
    "images": (2, 5, 3),
    "clips": (2, 5, 3),
    "tokens": (16, 24, 40),
    "decoder tokens": (10, 15, 11),
    "choices": (4, 7, 9),
    "height": (256, 320, 512),
    "width": (320, 448, 384),
    "patches": (64, 96, 160),
    "audio samples": (15_360, 46_080, 30_720),
    "audio frames": (192, 448, 320),
}
# Where a config takes fewer tokens than that.
FEWER_TOKENS = ((8, 12, 20), (4, 6, 10), (2, 3, 5))
LENGTH_LIMITS = ("max_position_embeddings", "n_positions", "max_target_positions")
# Some embeddings of positions begin at 2 or at pad_token_id + 1.
POSITIONS_LOST = 4
# An ordinary token: those below are often special.
TOKEN = 5
PATCHES_ALONG_A_SIDE = 4
MOST_TRIALS = 24

MODALITIES = {
    "input_ids",
    "pixel_values",
    "pixel_values_videos",
    "input_features",
    "input_values",
    "image_grid_thw",
    "past_time_features",
    "past_observed_mask",
    "future_values",
    "future_time_features",
    "input_points",
    "input_labels",
}
DECODER = {"decoder_input_ids", "decoder_input_values"}
TEXT = {"input_ids", "attention_mask", "token_type_ids"}

Layout = tuple[int | str, ...]
Layouts = dict[str, Layout]
Maker = Callable[[tuple[int, ...], torch.dtype], torch.Tensor]


class ExampleInputs:
    """Inputs for one model in all sizes."""

    def __init__(self, model: PreTrainedModel) -> None:
        if model.forward.__name__ == "_forward_unimplemented":
            raise ConfigError("This class has no forward of its own: it only generates.")
        self.values = model.config.to_dict()
        self.parameters = inspect.signature(model.forward).parameters
        main = model.main_input_name
        self.main = [main] if isinstance(main, str) else main
        self.dtype = model.dtype
        self.end = _number(_lookup(self.values, ["eos_token_id"]))

    def runs(self) -> tuple[Sizes, ...]:
        """The sizes of the three runs."""
        limit = _number(_lookup(self.values, LENGTH_LIMITS)) or math.inf
        lengths = (SIZES["tokens"], *FEWER_TOKENS)
        tokens = next((found for found in lengths if max(found) <= limit - POSITIONS_LOST), lengths[-1])
        return tuple(
            {name: three[run] for name, three in {**SIZES, "tokens": tokens}.items()} for run in range(3)
        )

    def layouts(self) -> Iterator[Layouts]:
        """Layouts of inputs that the forward may take, the likely ones first."""
        return itertools.islice(self._all_layouts(), MOST_TRIALS)

    def _all_layouts(self) -> Iterator[Layouts]:
        for names in self._argument_sets():
            for chosen in itertools.product(*(_known()["arguments"][name]["layouts"] for name in names)):
                yield {name: self._resolved(layout) for name, layout in zip(names, chosen, strict=True)}

    def _argument_sets(self) -> Iterator[tuple[str, ...]]:
        """Which arguments are given: those that are needed, then more of what the forward knows."""
        known = _known()["arguments"]
        takes = [name for name, one in self.parameters.items() if one.kind is one.POSITIONAL_OR_KEYWORD]
        needed = {name for name in takes if self.parameters[name].default is inspect.Parameter.empty}
        if unknown := [name for name in takes if name in needed and name not in known]:
            raise ConfigError(f"Its forward needs an input that is not made up here: {', '.join(unknown)}.")
        first = {*needed, *self.main}
        # The answer to a question lies in the input: such a class makes its decoder's tokens from it.
        order = [first, first | DECODER] if "start_positions" in takes else [first | DECODER, first]
        wanted = [*order, first | DECODER | MODALITIES, first | MODALITIES, set(known)]
        sets = [tuple(name for name in takes if name in names and name in known) for names in wanted]
        yield from (names for names in dict.fromkeys(sets) if names)

    def _resolved(self, layout: list[int | str]) -> Layout:
        return tuple(
            self._size(part[1:]) if isinstance(part, str) and part[0] == "@" else part for part in layout
        )

    def _size(self, name: str) -> int | str:
        """How large a part of an input is: a number, or the symbol that it is varied under."""
        if name == "patches":
            return self._patches()
        if name == "patch pixels":
            return self._whole("channels") * self._whole("images at once") * self._whole("patch") ** 2
        if name == "past":
            return self._past()
        field = _known()["fields"][name]
        found: Any = _lookup(self.values, field["keys"])
        number = _side(found, name) if name in ("height", "width") else _number(found)
        if number is None:
            otherwise: int | str = field["otherwise"]
            return otherwise
        return number * int(field.get("times", 1))

    def _whole(self, name: str) -> int:
        size = self._size(name)
        return size if isinstance(size, int) else 1

    def _patches(self) -> int | str:
        """The number of patches of an image; of no image in particular where no size is given."""
        height, width, patch = self._size("height"), self._size("width"), self._whole("patch")
        if isinstance(height, int) and isinstance(width, int) and patch:
            return (height // patch) * (width // patch)
        return "patches"

    def _past(self) -> int | str:
        """The length of a time series that the model looks back on."""
        context = self._size("context")
        lags = _lookup(self.values, ["lags_sequence"])
        longest = max(lags) if isinstance(lags, list) and lags else 0
        return context + longest if isinstance(context, int) else context

    def tensors(self, layouts: Layouts, sizes: Sizes, fake: Maker) -> dict[str, Any]:
        """The arguments of one run."""
        made: dict[str, Any] = {
            name: self._tensor(_known()["arguments"][name]["made_of"], layout, sizes, fake)
            for name, layout in layouts.items()
        }
        return {**made, "use_cache": False} if "use_cache" in self.parameters else made

    def _tensor(self, made_of: str, layout: Layout, sizes: Sizes, fake: Maker) -> torch.Tensor:
        shape = tuple(sizes[part] if isinstance(part, str) else part for part in layout)
        if made_of == "numbers":
            return fake(shape, self.dtype)
        dtype = torch.bool if made_of in ("true", "false") else torch.long
        if math.prod(shape) > MOST_REAL_ELEMENTS:
            return fake(shape, dtype)
        if made_of == "ids":
            tensor = torch.full(shape, TOKEN)
            # Some heads read what is at the end of the text.
            tensor[..., -1] = TOKEN if self.end is None else self.end
            return tensor
        if made_of == "image grid":
            return torch.tensor([[1, PATCHES_ALONG_A_SIDE, sizes["patches"] // PATCHES_ALONG_A_SIDE]])
        if made_of == "grid":
            return torch.full(shape, PATCHES_ALONG_A_SIDE)
        return torch.full(shape, made_of in ("ones", "true"), dtype=dtype)


def apart(layouts: Layouts) -> Layouts:
    """The layouts with another number of texts than there are images, or audio clips."""
    others = "images" if any("pixel" in name for name in layouts) else "clips"
    return {
        name: tuple(("texts" if name in TEXT else others) if part == "batch" else part for part in layout)
        for name, layout in layouts.items()
    }


@lru_cache(maxsize=1)
def _known() -> dict[str, Any]:
    """The arguments that are known, and the fields of configs that say how large they are."""
    return tomllib.loads(files("explorer.loading").joinpath("example_inputs.toml").read_text("utf-8"))


def _lookup(values: dict[str, Any], keys: Any) -> Any:
    """The value of the first of the keys that the config or one of its parts has, the config itself first."""
    parts = [values]
    for part in parts:
        for key in keys:
            if part.get(key) is not None:
                return part[key]
        parts.extend(value for value in part.values() if isinstance(value, dict))
    return None


def _number(value: Any) -> int | None:
    """The value, or the first of several, where that is a whole number."""
    if isinstance(value, (list, tuple)) and value:
        value = value[0]
    return value if type(value) is int and value >= 0 else None


def _side(value: Any, side: str) -> int | None:
    """The height or the width out of an image's size: one number, two, or a table of them."""
    if isinstance(value, dict):
        value = value.get(side, value.get("shortest_edge", value.get("longest_edge")))
    return _number(value[-1:] if isinstance(value, (list, tuple)) and side == "width" else value)
