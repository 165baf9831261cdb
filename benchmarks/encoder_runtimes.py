"""An encoder of ours with other products of matrices, and on other runtimes than torch."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import torch

from explorer.loading.running import Loaded
from explorer.loading.running.encoding import encode, tensors
from explorer.loading.running.loaded_model import LoadedModel

OPENVINO, ONNX = "OpenVINO", "ONNX Runtime"
# For how many tokens the weights are packed; others can be computed with it too.
ROWS = 64
Compute = Callable[[Mapping[str, Any]], Any]


class StandIn:
    """What our runner takes for the model, and another runtime computes."""

    def __init__(self, model: torch.nn.Module, compute: Compute) -> None:
        self._model, self._compute = model, compute

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def __call__(self, **inputs: torch.Tensor) -> tuple[torch.Tensor]:
        found = self._compute({name: tensor.numpy() for name, tensor in inputs.items()})
        return (torch.from_numpy(found),)


def with_onednn(held: LoadedModel, is_packed: bool) -> Loaded:
    """Our runner on torch, its linear layers by oneDNN instead of MKL: torch is built with both.

    Packed, the weights are copied once into the order in which oneDNN reads them.
    """
    linear = torch.ops.mkldnn
    for module in held.model.modules():
        if type(module) is torch.nn.Linear:
            weight = module.weight.data
            if is_packed:
                weight = linear._reorder_linear_weight(weight, ROWS)
            module.forward = partial(_linear, linear._linear_pointwise, weight, module.bias)
    return Loaded(held)


def _linear(compute: Any, weight: torch.Tensor, bias: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
    return compute(rows, weight, bias, "none", [], "")


def in_place_of(held: LoadedModel, compute: Compute) -> Loaded:
    """Our runner with another runtime."""
    return Loaded(replace(held, model=StandIn(held.model, compute)))


def text(words: int) -> str:
    """A text of so many words, the same each time."""
    return " ".join(f"word{number * 7 % 200}" for number in range(words))


def example(held: LoadedModel) -> dict[str, torch.Tensor]:
    """Two texts, for a conversion to follow."""
    return tensors(held, [encode(held, text(10))[0]] * 2)


def to_openvino(held: LoadedModel, folder: str) -> None:
    """Write the model for OpenVINO, as 32-bit floats."""
    import openvino

    converted = openvino.convert_model(held.model, example_input=example(held))
    openvino.save_model(converted, f"{folder}/openvino.xml", compress_to_fp16=False)


def on_openvino(folder: str, threads: int) -> Compute:
    """The model that was written, ready to run."""
    import openvino

    settings = {
        "INFERENCE_NUM_THREADS": threads,
        "PERFORMANCE_HINT": "LATENCY",
        # Otherwise it rounds to 16 bits where the processor can compute with them.
        "INFERENCE_PRECISION_HINT": "f32",
        "ENABLE_CPU_PINNING": False,
    }
    compiled = openvino.Core().compile_model(f"{folder}/openvino.xml", "CPU", settings)
    request = compiled.create_infer_request()
    return lambda inputs: request.infer(inputs)[0]


def to_onnx(held: LoadedModel, folder: str) -> None:
    """Write the model for ONNX Runtime."""
    given, any_size = example(held), torch.export.Dim.DYNAMIC
    torch.onnx.export(
        held.model,
        kwargs=given,
        f=f"{folder}/model.onnx",
        dynamo=True,
        dynamic_shapes={name: {0: any_size, 1: any_size} for name in given},
        verbose=False,
    )


def on_onnx(folder: str, threads: int) -> Compute:
    """The model that was written, ready to run."""
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = threads
    settings.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(f"{folder}/model.onnx", settings)
    return lambda inputs: session.run(None, dict(inputs))[0]


CONVERT = {OPENVINO: to_openvino, ONNX: to_onnx}
COMPILE = {OPENVINO: on_openvino, ONNX: on_onnx}
