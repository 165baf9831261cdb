"""Quantised layouts, folded: the weights that a checkpoint means, by the names that a model has."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from explorer.tree import TensorSpec

Shape = tuple[int, ...]

# A weight stored in one of these may have scales beside it that are part of the format.
PACKED = (
    "int8",
    "uint8",
    "float8_e4m3fn",
    "float8_e5m2",
    "float8_e4m3fnuz",
    "float8_e5m2fnuz",
    "float4_e2m1fn_x2",
)

# What stands beside a quantised `X.weight` in place (the layout keeps the weight's own name).
BESIDE_A_MODULE = (
    "weight_scale_inv",  # FP8 in blocks
    "weight_scale",  # compressed-tensors and ModelOpt, FP8, INT8 and NVFP4
    "weight_scale_2",
    "weight_zero_point",
    "scale",  # DeepSeek's own FP8 files
    "scale_inv",
    "input_scale",
    "input_scale_ub",
    "input_zero_point",
    "output_scale",
    "activation_scale",
    "SCB",  # bitsandbytes, 8 bits
    "weight_format",
)
# What stands beside a parameter that is quantised without a module of its own, as fused experts are.
BESIDE_A_PARAMETER = ("_scale_inv", "_scale", "_weight_scale", "_input_scale")
# bitsandbytes, 4 bits: below the weight's own name.
BELOW_A_WEIGHT = ("absmax", "quant_map", "nested_absmax", "nested_quant_map")
QUANT_STATE = "quant_state."
# GPTQ and AWQ: in place of `X.weight`. compressed-tensors: likewise.
IN_PLACE = ("qzeros", "scales", "g_idx")
COMPRESSED = (
    "weight_scale",
    "weight_shape",
    "weight_zero_point",
    "weight_g_idx",
    "weight_global_scale",
    "input_global_scale",
    "input_scale",
)


@dataclass(frozen=True, slots=True)
class LogicalTensors:
    """The tensors that a checkpoint means: their names and shapes.

    A shape is None where the layout does not tell it. ``transposable`` are the names whose
    shape may be either way round: GPTQ and AWQ store the weight of a Linear and of a Conv1D,
    which is its transpose, in the same way.
    """

    shapes: dict[str, Shape | None]
    transposable: frozenset[str] = field(default=frozenset())


def fold_quantised(tensors: Iterable[TensorSpec]) -> LogicalTensors:
    """The logical weights of these stored tensors; tensors of no known layout stay as they are."""
    stored = {tensor.name: tensor for tensor in tensors}
    shapes: dict[str, Shape | None] = {}
    replaced: dict[str, str] = {}
    transposable: set[str] = set()
    for name in stored:
        owner, _, last = name.rpartition(".")
        weight = f"{owner}.weight" if owner else "weight"
        if last == "qweight":
            parts = [f"{owner}.{part}" for part in IN_PLACE]
            if parts[1] in stored and weight not in stored:
                shapes[weight] = _integer_shape(stored, owner)
                transposable.add(weight)
                replaced.update(dict.fromkeys([name, *parts], weight))
        elif last == "weight_packed" and weight not in stored:
            shapes[weight] = _compressed_shape(stored, owner)
            replaced.update(dict.fromkeys([name, *(f"{owner}.{part}" for part in COMPRESSED)], weight))
        elif last.endswith("_blocks") and (base := name.removesuffix("_blocks")) not in stored:
            if f"{base}_scales" in stored:
                shapes[base] = _mxfp4_shape(stored[name].shape)
                replaced.update(dict.fromkeys([name, f"{base}_scales"], base))
        elif _is_beside(stored, name, owner, last):
            replaced[name] = ""
    for name, tensor in stored.items():
        if name not in replaced:
            shapes[name] = _own_shape(stored, tensor)
    return LogicalTensors(shapes, frozenset(transposable))


def _is_beside(stored: dict[str, TensorSpec], name: str, owner: str, last: str) -> bool:
    """Whether the tensor only says how another one, which is stored, is quantised."""
    if last in BESIDE_A_MODULE:
        return _is_packed(stored.get(f"{owner}.weight"))
    if last in BELOW_A_WEIGHT or QUANT_STATE in name:
        return _is_packed(stored.get(name.partition(f".{QUANT_STATE}")[0] if QUANT_STATE in name else owner))
    if last.endswith(BESIDE_A_PARAMETER):
        suffix = next(suffix for suffix in BESIDE_A_PARAMETER if last.endswith(suffix))
        return _is_packed(stored.get(name.removesuffix(suffix)))
    return False


def _is_packed(tensor: TensorSpec | None) -> bool:
    return tensor is not None and tensor.dtype in PACKED


def _own_shape(stored: dict[str, TensorSpec], tensor: TensorSpec) -> Shape | None:
    """The logical shape of a weight that is stored under its own name."""
    if tensor.dtype != "uint8":
        return tensor.shape
    if f"{tensor.name}.absmax" in stored:
        # bitsandbytes flattens the weight, two elements a byte; the shape is inside quant_state.
        return None
    if f"{tensor.name}_scale_2" in stored:
        # NVFP4: two elements a byte, along the last dimension.
        return (*tensor.shape[:-1], 2 * tensor.shape[-1])
    return tensor.shape


def _integer_shape(stored: dict[str, TensorSpec], owner: str) -> Shape | None:
    """The shape of a GPTQ or AWQ weight, from the packed weight, its scales and its zeros."""
    packed, scales = stored[f"{owner}.qweight"].shape, stored[f"{owner}.scales"].shape
    order, zeros = stored.get(f"{owner}.g_idx"), stored.get(f"{owner}.qzeros")
    if len(packed) != 2 or len(scales) != 2:
        return None
    if packed[1] != scales[1]:
        # AWQ packs along the outputs, so the rows are the inputs.
        return scales[1], packed[0]
    if order is not None:
        return scales[1], order.shape[0]
    if zeros is not None and len(zeros.shape) == 2 and zeros.shape[1] and scales[1]:
        # Both pack 32 // bits elements in a word: the zeros along the outputs, the weight along the inputs.
        return scales[1], packed[0] * scales[1] // zeros.shape[1]
    return None


def _compressed_shape(stored: dict[str, TensorSpec], owner: str) -> Shape | None:
    """The shape of a compressed-tensors weight; packed integers do not tell how many bits they have."""
    packed = stored[f"{owner}.weight_packed"]
    if packed.dtype == "uint8" and len(packed.shape) > 1:
        return (*packed.shape[:-1], 2 * packed.shape[-1])
    return None


def _mxfp4_shape(blocks: Shape) -> Shape | None:
    """The shape of fused experts in MXFP4: two elements a byte, and stored transposed."""
    if len(blocks) != 4:
        return None
    experts, outputs, groups, half = blocks
    return experts, 2 * groups * half, outputs
