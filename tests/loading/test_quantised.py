from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from transformers import PreTrainedConfig

from explorer.checkpoint import Checkpoint, LoadReport, Shard
from explorer.loading.quantised import fold_quantised
from explorer.source import ModelSource
from explorer.tree import TensorSpec
from tests.loading import families
from tests.loading.families import FAMILIES, State, config_of

LAYER = "model.layers.0.mlp.up_proj"


@pytest.fixture(scope="module", autouse=True)
def _quiet_transformers() -> None:
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()


def tensors(*specs: tuple[str, tuple[int, ...], str]) -> list[TensorSpec]:
    return [TensorSpec(f"{LAYER}.{name}", shape, dtype) for name, shape, dtype in specs]


# For each layout of one Linear with 128 inputs and 64 outputs: what is stored, and the shape that it tells.
LAYOUTS: dict[str, tuple[list[TensorSpec], tuple[int, int] | None]] = {
    "FP8 in blocks": (
        tensors(("weight", (64, 128), "float8_e4m3fn"), ("weight_scale_inv", (1, 1), "float32")),
        (64, 128),
    ),
    "FP8 with one scale": (
        tensors(
            ("weight", (64, 128), "float8_e4m3fn"),
            ("weight_scale", (), "float32"),
            ("input_scale", (), "float32"),
        ),
        (64, 128),
    ),
    "bitsandbytes, 8 bits": (
        tensors(("weight", (64, 128), "int8"), ("SCB", (64,), "float32"), ("weight_format", (), "uint8")),
        (64, 128),
    ),
    "bitsandbytes, 4 bits": (
        tensors(
            ("weight", (4096, 1), "uint8"),
            ("weight.absmax", (128,), "uint8"),
            ("weight.quant_map", (16,), "float32"),
            ("weight.nested_absmax", (1,), "float32"),
            ("weight.nested_quant_map", (256,), "float32"),
            ("weight.quant_state.bitsandbytes__nf4", (120,), "uint8"),
        ),
        None,
    ),
    "GPTQ": (
        tensors(
            ("qweight", (16, 64), "int32"),
            ("qzeros", (1, 8), "int32"),
            ("scales", (1, 64), "float16"),
            ("g_idx", (128,), "int32"),
        ),
        (64, 128),
    ),
    "GPTQ without an order, 8 bits": (
        tensors(("qweight", (32, 64), "int32"), ("qzeros", (1, 16), "int32"), ("scales", (1, 64), "float16")),
        (64, 128),
    ),
    "GPTQ without an order or zeros": (
        tensors(("qweight", (16, 64), "int32"), ("scales", (1, 64), "float16")),
        None,
    ),
    "AWQ": (
        tensors(("qweight", (128, 8), "int32"), ("qzeros", (1, 8), "int32"), ("scales", (1, 64), "float16")),
        (64, 128),
    ),
    "compressed-tensors, integers": (
        tensors(
            ("weight_packed", (64, 16), "int32"),
            ("weight_scale", (64, 4), "bfloat16"),
            ("weight_shape", (2,), "int64"),
            ("weight_zero_point", (8, 4), "int32"),
            ("weight_g_idx", (128,), "int32"),
        ),
        None,
    ),
    "compressed-tensors, NVFP4": (
        tensors(
            ("weight_packed", (64, 64), "uint8"),
            ("weight_scale", (64, 8), "float8_e4m3fn"),
            ("weight_global_scale", (1,), "float32"),
            ("input_global_scale", (1,), "float32"),
        ),
        (64, 128),
    ),
    "DeepSeek's FP4": (
        tensors(("weight", (64, 64), "int8"), ("scale", (64, 4), "float8_e8m0fnu")),
        (64, 128),
    ),
    "ModelOpt, NVFP4": (
        tensors(
            ("weight", (64, 64), "uint8"),
            ("weight_scale", (64, 8), "float8_e4m3fn"),
            ("weight_scale_2", (), "float32"),
            ("input_scale", (), "float32"),
        ),
        (64, 128),
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_is_folded_to_its_weight(layout: str) -> None:
    stored, shape = LAYOUTS[layout]
    assert fold_quantised(stored).shapes == {f"{LAYER}.weight": shape}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_order_in_the_file_does_not_matter(layout: str) -> None:
    stored, shape = LAYOUTS[layout]
    assert fold_quantised(stored[::-1]).shapes == {f"{LAYER}.weight": shape}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_without_a_module_is_folded_too(layout: str) -> None:
    stored, shape = LAYOUTS[layout]
    root = [TensorSpec(t.name.removeprefix(f"{LAYER}."), t.shape, t.dtype) for t in stored]
    assert fold_quantised(root).shapes == {"weight": shape}


@pytest.mark.parametrize(
    "name", ["qweight", "weight_packed", "x_blocks", "scales", "weight.absmax", ".quant_state."]
)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0), (2, 2, 2)])
def test_half_a_layout_does_not_fail(name: str, shape: tuple[int, ...]) -> None:
    for dtype in ("int32", "uint8"):
        stored = tensors((name, shape, dtype), ("scales", (), "float32"), ("x_scales", (), "uint8"))
        assert fold_quantised(stored).shapes


def test_fused_experts_in_mxfp4_are_transposed() -> None:
    stored = [
        TensorSpec("mlp.experts.gate_up_proj_blocks", (4, 64, 2, 16), "uint8"),
        TensorSpec("mlp.experts.gate_up_proj_scales", (4, 64, 2), "uint8"),
        TensorSpec("mlp.experts.gate_up_proj_bias", (4, 64), "bfloat16"),
    ]
    assert fold_quantised(stored).shapes == {
        "mlp.experts.gate_up_proj": (4, 64, 64),
        "mlp.experts.gate_up_proj_bias": (4, 64),
    }


def test_fused_experts_in_fp8_keep_their_name() -> None:
    stored = [
        TensorSpec("mlp.experts.gate_up_proj", (4, 64, 64), "float8_e4m3fn"),
        TensorSpec("mlp.experts.gate_up_proj_scale_inv", (4, 1, 1), "float32"),
    ]
    assert fold_quantised(stored).shapes == {"mlp.experts.gate_up_proj": (4, 64, 64)}


def test_scales_of_a_weight_that_is_not_quantised_stay() -> None:
    stored = tensors(
        ("weight", (64, 128), "float32"),
        ("weight_scale", (64,), "float32"),
        ("scale", (64,), "float32"),
        ("input_scale", (), "float32"),
        ("scales", (3,), "float32"),
        ("g_idx", (3,), "int64"),
        ("conv_blocks", (3, 2, 2, 2), "float32"),
        ("conv_scales", (3, 2, 2), "float32"),
        ("layer_scale", (3,), "float32"),
        ("quant_map", (3,), "float32"),
    )
    assert fold_quantised(stored).shapes == {tensor.name: tensor.shape for tensor in stored}


def test_a_weight_of_integers_keeps_its_shape() -> None:
    stored = tensors(("weight", (64, 128), "uint8"), ("bias", (64,), "float16"))
    assert fold_quantised(stored).shapes == {tensor.name: tensor.shape for tensor in stored}


# Whole checkpoints. A weight of `X.weight` becomes what a layout stores for it.


def is_packed(name: str, shape: tuple[int, ...]) -> bool:
    """Whether a quantiser packs the weight: those of Linear layers, but not the head or a router."""
    linear = ("proj.weight", "w1.weight", "w2.weight", "w3.weight", "c_attn.weight", "c_fc.weight")
    return name.endswith(linear) and len(shape) == 2


Packing = Callable[[str, int, int], Iterator[tuple[str, tuple[int, ...], str]]]


def gptq(owner: str, rows: int, columns: int) -> Iterator[tuple[str, tuple[int, ...], str]]:
    yield f"{owner}.qweight", (columns // 8, rows), "int32"
    yield f"{owner}.qzeros", (1, rows // 8), "int32"
    yield f"{owner}.scales", (1, rows), "float16"
    yield f"{owner}.g_idx", (columns,), "int32"


def awq(owner: str, rows: int, columns: int) -> Iterator[tuple[str, tuple[int, ...], str]]:
    yield f"{owner}.qweight", (columns, rows // 8), "int32"
    yield f"{owner}.qzeros", (1, rows // 8), "int32"
    yield f"{owner}.scales", (1, rows), "float16"


def bitsandbytes(owner: str, rows: int, columns: int) -> Iterator[tuple[str, tuple[int, ...], str]]:
    yield f"{owner}.weight", (rows * columns // 2, 1), "uint8"
    yield f"{owner}.weight.absmax", (rows * columns // 64,), "float32"
    yield f"{owner}.weight.quant_map", (16,), "float32"
    yield f"{owner}.weight.quant_state.bitsandbytes__nf4", (90,), "uint8"


def eight_bits(owner: str, rows: int, columns: int) -> Iterator[tuple[str, tuple[int, ...], str]]:
    yield f"{owner}.weight", (rows, columns), "int8"
    yield f"{owner}.SCB", (rows,), "float32"
    yield f"{owner}.weight_format", (), "uint8"


def compressed(owner: str, rows: int, columns: int) -> Iterator[tuple[str, tuple[int, ...], str]]:
    yield f"{owner}.weight_packed", (rows, columns // 8), "int32"
    yield f"{owner}.weight_scale", (rows, 1), "bfloat16"
    yield f"{owner}.weight_shape", (2,), "int64"


WIDE = {"hidden_size": 32, "intermediate_size": 64, "head_dim": 16, "moe_intermediate_size": 16}


@pytest.mark.parametrize("packing", [gptq, awq, bitsandbytes, eight_bits, compressed])
@pytest.mark.parametrize("family", ["llama", "mixtral", "qwen3_moe", "gpt2"])
def test_a_quantised_checkpoint_loads_as_the_one_that_it_was_made_of(
    family: str, packing: Packing, tmp_path: Path
) -> None:
    config = config_of(family, **({"n_embd": 32} if family == "gpt2" else WIDE))
    families.save_model(config, FAMILIES[family][0], tmp_path)
    whole = families.checkpoint_in(tmp_path)
    packed = quantised(whole, packing, family)
    assert len(list(packed.tensors)) > len(list(whole.tensors))
    assert reports(config, packed) == reports(config, whole)


def reports(config: PreTrainedConfig, checkpoint: Checkpoint) -> list[LoadReport]:
    """What loading would do in the model's names; packed, each of them is made of several in the files."""
    return [replace(report, unused_stored=0) for _, report, _ in families.reports(config, checkpoint)]


def quantised(checkpoint: Checkpoint, packing: Packing, family: str) -> Checkpoint:
    stored: list[TensorSpec] = []
    for tensor in checkpoint.tensors:
        if is_packed(tensor.name, tensor.shape):
            # GPT-2's Conv1D stores the transpose of what a Linear does, and 8 bits keep it.
            rows, columns = tensor.shape if family != "gpt2" or packing is eight_bits else tensor.shape[::-1]
            owner = tensor.name.removesuffix(".weight")
            stored += [TensorSpec(*spec) for spec in packing(owner, rows, columns)]
        else:
            stored.append(tensor)
    shard = Shard("model.safetensors", 0, tuple(stored))
    return Checkpoint(ModelSource("config", family), "safetensors", (shard,))


# What transformers loads itself, without a package or a GPU: FP8 and MXFP4, which it dequantises.


def in_fp8(state: State) -> State:
    quantised: State = {}
    for name, value in state.items():
        if is_packed(name, tuple(value.shape)) and "gate.weight" not in name:
            rows, columns = value.shape
            quantised[name] = value.to(torch.float8_e4m3fn)
            quantised[f"{name}_scale_inv"] = torch.ones(rows // 4, columns // 4)
        else:
            quantised[name] = value
    return quantised


FP8 = {"quant_method": "fp8", "activation_scheme": "dynamic", "weight_block_size": [4, 4]}


@pytest.mark.parametrize("family", ["llama", "qwen3_moe", "deepseek_v3"])
@pytest.mark.parametrize("absent", ["nothing", "layers.1."])
def test_a_checkpoint_in_fp8_loads_as_transformers_loads_it(family: str, absent: str, tmp_path: Path) -> None:
    config = config_of(family, moe_intermediate_size=8, quantization_config=FP8)
    families.save_model(config_of(family, moe_intermediate_size=8), FAMILIES[family][0], tmp_path / "whole")
    state = in_fp8(families.stored_state(tmp_path / "whole"))
    kept = {name: value for name, value in state.items() if absent not in name}
    assert_equal_to_real_loads(config, families.save_state(kept, config, tmp_path / "fp8"))


def in_mxfp4(state: State) -> State:
    quantised: State = {}
    for name, value in state.items():
        if value.ndim == 3:
            experts, inputs, outputs = value.shape
            quantised[f"{name}_blocks"] = torch.zeros(experts, outputs, inputs // 32, 16, dtype=torch.uint8)
            quantised[f"{name}_scales"] = torch.full((experts, outputs, inputs // 32), 127, dtype=torch.uint8)
        else:
            quantised[name] = value
    return quantised


@pytest.mark.parametrize("changes", [{}, {"num_hidden_layers": 3}])
def test_a_checkpoint_in_mxfp4_loads_as_transformers_loads_it(
    changes: dict[str, Any], tmp_path: Path
) -> None:
    sizes = {"hidden_size": 64, "intermediate_size": 32, "head_dim": 32}
    families.save_model(config_of("gpt_oss", **sizes), "AutoModelForCausalLM", tmp_path / "whole")
    if changes:
        changes = {**changes, "layer_types": ["full_attention"] * 3}
    mxfp4 = {"quant_method": "mxfp4", "modules_to_not_convert": ["lm_head"]}
    config = config_of("gpt_oss", **sizes, **changes, quantization_config=mxfp4)
    state = in_mxfp4(families.stored_state(tmp_path / "whole"))
    assert any(name.endswith("_blocks") for name in state)
    assert_equal_to_real_loads(config, families.save_state(state, config, tmp_path / "mxfp4"))


def assert_equal_to_real_loads(config: Any, folder: Path) -> None:
    for auto_class, report, size in families.reports(config, families.checkpoint_in(folder)):
        assert not report.conversion_errors
        assert families.answer_of(report) == families.real_answer(folder, auto_class), auto_class
        assert families.accounted(report) == size
