"""The shapes of what each auto class gives back, measured by forwards without weights."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import torch
from transformers import PreTrainedConfig, PreTrainedModel

from explorer.auto_class import AutoClass
from explorer.config import ModelConfig
from explorer.errors import ConfigError, ExplorerError
from explorer.loading.auto_classes import classes_for
from explorer.loading.configs import load_config
from explorer.loading.dimensions import Sizes, dimension_of, symbol_of
from explorer.loading.example_inputs import ExampleInputs, Layouts, apart
from explorer.loading.fake_forward import BY_VALUES, FakeModels, fake_models
from explorer.loading.plain_words import sentence
from explorer.loading.trees import build_model
from explorer.output_shape import HeadOutputs, OutputShape

Shapes = dict[str, tuple[int, ...]]
MOST_OUTPUTS = 6
# What a reader looks for first; all others follow in the order of the forward.
FIRST = ("logits", "start_logits", "end_logits", "last_hidden_state", "pooler_output", "pred_boxes")
# What is inside a model, or is only there for training.
INNER = re.compile(
    r"((?<!last_)hidden_states?|attentions?|past_key_values|cache|mems|loss|losses|router_logits)$"
)
# What a head only passes on from its backbone.
PASSED_ON = re.compile(r"last_hidden_state$|^extract_features$")


def output_shapes(config: ModelConfig) -> tuple[HeadOutputs, ...]:
    """What every auto class of the config gives back; one whose forward cannot be run says why."""
    live = load_config(config)
    _simplify(live)
    found: dict[str, HeadOutputs] = {}
    classes = classes_for(live)
    with fake_models() as fake:
        for auto_class in classes:
            # Several auto classes may give one model class.
            if auto_class.model_class not in found:
                found[auto_class.model_class] = _measured(fake, live, auto_class)
    return tuple(replace(found[auto_class.model_class], auto_class=auto_class) for auto_class in classes)


def _simplify(live: PreTrainedConfig) -> None:
    """Set what makes a forward longer or its output larger, and changes no shape of what is shown."""
    parts = [live, *(part for name in live.sub_configs if (part := getattr(live, name, None)) is not None)]
    for part in parts:
        part.use_cache = False
        part.return_dict = True
        part.output_hidden_states = False
        # The usual way asks which experts were chosen, and that depends on the weights.
        part._experts_implementation = "batched_mm"
        if getattr(part, "pad_token_id", None) is None:
            # Without it the class of a text cannot be told for more than one text.
            part.pad_token_id = 0


def _measured(fake: FakeModels, live: PreTrainedConfig, auto_class: AutoClass) -> HeadOutputs:
    try:
        model = build_model(live, auto_class.name).eval()
        fake.prepare(model)
        return HeadOutputs(auto_class, _Measurement(model, fake).outputs())
    except ConfigError as error:
        return HeadOutputs(auto_class, error=error.what)


class _Measurement:
    """Runs of one model with inputs of different sizes."""

    def __init__(self, model: PreTrainedModel, fake: FakeModels) -> None:
        self.model = model
        self.fake = fake
        self.inputs = ExampleInputs(model)
        self.runs = self.inputs.runs()

    def outputs(self) -> tuple[OutputShape, ...]:
        """The outputs with their dimensions as symbols and numbers."""
        layouts, measured = self._first_that_runs()
        found = self._told_apart(layouts, measured)
        if any(output.dimensions.count("batch") > 1 for output in found):
            # Each text against each image: they need not be as many.
            separate = apart(layouts)
            measured, error = self._attempt(separate, self.runs[:2])
            return found if error else self._told_apart(separate, measured)
        return found

    def _first_that_runs(self) -> tuple[Layouts, list[Shapes]]:
        """The first inputs that the forward takes in two sizes, and the shapes of both runs."""
        errors: list[Exception] = []
        for layouts in self.inputs.layouts():
            measured, error = self._attempt(layouts, self.runs[:2])
            if error is None:
                return layouts, measured
            errors.append(error)
        raise ConfigError(_reason(errors))

    def _attempt(self, layouts: Layouts, runs: Sequence[Sizes]) -> tuple[list[Shapes], Exception | None]:
        """The shapes of each run's outputs, up to the first that fails, and why it does."""
        measured: list[Shapes] = []
        try:
            for run in runs:
                inputs = self.inputs.tensors(layouts, run, self.fake.tensor)
                measured.append(dict(_shapes_in(self.fake.run(self.model, inputs))))
        except (ExplorerError, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001  whatever a forward raises, other inputs may suit it
            return measured, error
        return measured, None

    def _told_apart(self, layouts: Layouts, measured: list[Shapes]) -> tuple[OutputShape, ...]:
        """The dimensions of two runs; a third one is made where they are not plain."""
        used = {part for layout in layouts.values() for part in layout if isinstance(part, str)}
        runs = [{name: size for name, size in run.items() if name in used} for run in self.runs]
        shown = [name for name in _shown(measured[0]) if _has_one_rank(measured, name)]
        found = [symbol_of(sizes, runs) for name in shown for sizes in _columns(measured, name)]
        if None in found:
            measured = measured + self._attempt(layouts, self.runs[2:])[0]
            shown = [name for name in shown if _has_one_rank(measured, name)]
        return tuple(
            OutputShape(name, tuple(dimension_of(sizes, runs) for sizes in _columns(measured, name)))
            for name in shown
        )


def _has_one_rank(measured: list[Shapes], name: str) -> bool:
    """Whether the output had as many dimensions in each run."""
    return len({len(shapes[name]) if name in shapes else None for shapes in measured}) == 1


def _columns(measured: list[Shapes], name: str) -> Iterator[tuple[int, ...]]:
    """The sizes of each dimension of the output, run by run."""
    return zip(*(shapes[name] for shapes in measured), strict=True)


def _shown(shapes: Shapes) -> list[str]:
    """The names of the outputs that a reader looks at, the main one first."""
    names = [name for name in shapes if not INNER.search(name.partition("[")[0])]
    own = [name for name in names if not PASSED_ON.search(name)]
    if any(name.endswith("logits") for name in own):
        names = own
    order = {name: place for place, name in enumerate(FIRST)}
    if not names:
        raise ConfigError("Its forward gives back nothing but its inner states.")
    return sorted(names, key=lambda name: order.get(name, len(order)))[:MOST_OUTPUTS]


def _shapes_in(outputs: Any) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Every tensor of the outputs, and those in a list of them."""
    if isinstance(outputs, torch.Tensor):
        outputs = {"output": outputs}
    elif isinstance(outputs, (tuple, list)):
        outputs = {f"output {place}": value for place, value in enumerate(outputs, 1)}
    for name, value in outputs.items() if isinstance(outputs, dict) else ():
        if isinstance(value, torch.Tensor):
            yield name, tuple(value.shape)
        elif isinstance(value, (tuple, list)):
            parts = [part for part in value if isinstance(part, torch.Tensor)]
            yield from ((f"{name}[{place}]", tuple(part.shape)) for place, part in enumerate(parts))


def _reason(errors: list[Exception]) -> str:
    if any(isinstance(error, BY_VALUES) for error in errors):
        return "Its forward depends on the values of its weights, not only on their shapes."
    if not errors:
        return "No inputs are known that its forward takes."
    # What is wrong is seldom the config, so in the forward's own words, unless a package is missing.
    first = errors[0] if isinstance(errors[0], ImportError) else RuntimeError(str(errors[0]))
    return f"No inputs were found that its forward takes: {sentence(first)}"
