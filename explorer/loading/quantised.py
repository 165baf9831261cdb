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

# In these, two elements of 4 bits may share one.
BYTES = ("int8", "uint8", "float4_e2m1fn_x2")

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
QUANT_STATE = ".quant_state."
# In place of `X.weight`: the packed tensor, and what else GPTQ and AWQ, or compressed-tensors, store.
REPLACED = {
    "qweight": ("qzeros", "scales", "g_idx"),
    "weight_packed": (
        "weight_scale",
        "weight_shape",
        "weight_zero_point",
        "weight_g_idx",
        "weight_global_scale",
        "input_global_scale",
        "input_scale",
    ),
}


@dataclass(frozen=True, slots=True)
class LogicalTensors:
    """The tensors that a checkpoint means: their names and shapes.

    A shape is None where the layout does not tell it. ``transposable`` are the names whose
    shape may be either way round: GPTQ and AWQ store the weight of a Linear and of a Conv1D,
    which is its transpose, in the same way. ``parts`` are the stored tensors that a weight
    stands for, where it is not the one of its own name alone.
    """

    shapes: dict[str, Shape | None]
    transposable: frozenset[str] = field(default=frozenset())
    parts: dict[str, tuple[str, ...]] = field(default_factory=dict)


def fold_quantised(tensors: Iterable[TensorSpec]) -> LogicalTensors:
    """The logical weights of these stored tensors; tensors of no known layout stay as they are."""
    stored = {tensor.name: tensor for tensor in tensors}
    shapes: dict[str, Shape | None] = {}
    parts: dict[str, list[str]] = {}
    folded: set[str] = set()
    transposable: set[str] = set()
    for name in stored:
        owner, last = _split(name)
        if last in REPLACED and (weight := f"{owner}weight") not in stored:
            shapes[weight] = _replaced_shape(stored, owner, last)
            parts[weight] = [
                f"{owner}{part}" for part in (last, *REPLACED[last]) if f"{owner}{part}" in stored
            ]
            folded.update(parts[weight])
            if last == "qweight":
                transposable.add(weight)
        elif last.endswith("_blocks") and _is_mxfp4(stored, base := name.removesuffix("_blocks")):
            shapes[base] = _mxfp4_shape(stored[name].shape)
            parts[base] = [name, f"{base}_scales"]
            folded.update(parts[base])
        elif beside := _beside(stored, name):
            parts.setdefault(beside, [beside]).append(name)
            folded.add(name)
    for name, tensor in stored.items():
        if name not in folded:
            shapes[name] = _own_shape(stored, tensor)
    return LogicalTensors(
        shapes, frozenset(transposable), {name: tuple(found) for name, found in parts.items()}
    )


def _split(name: str) -> tuple[str, str]:
    """What a name begins with, its last dot included, and the last part."""
    owner, dot, last = name.rpartition(".")
    return owner + dot, last


def _beside(stored: dict[str, TensorSpec], name: str) -> str | None:
    """The stored tensor of which this one only says how it is quantised; None when it does not."""
    owner, last = _split(name)
    if last in BESIDE_A_MODULE:
        weight = f"{owner}weight"
    elif QUANT_STATE in name:
        weight = name.partition(QUANT_STATE)[0]
    elif last in BELOW_A_WEIGHT:
        weight = owner.removesuffix(".")
    else:
        if not last.endswith(BESIDE_A_PARAMETER):
            return None
        weight = name.removesuffix(next(filter(last.endswith, BESIDE_A_PARAMETER)))
    return weight if _is_packed(stored.get(weight)) else None


def _is_mxfp4(stored: dict[str, TensorSpec], base: str) -> bool:
    """Whether the parameter is stored as blocks of bytes and their scales."""
    return base not in stored and f"{base}_scales" in stored and stored[f"{base}_blocks"].dtype == "uint8"


def _is_packed(tensor: TensorSpec | None) -> bool:
    return tensor is not None and tensor.dtype in PACKED


def _own_shape(stored: dict[str, TensorSpec], tensor: TensorSpec) -> Shape | None:
    """The logical shape of a weight that is stored under its own name."""
    if tensor.dtype not in BYTES:
        return tensor.shape
    if f"{tensor.name}.absmax" in stored:
        # bitsandbytes flattens the weight, two elements a byte; the shape is inside quant_state.
        return None
    if f"{tensor.name}_scale_2" in stored or _has_scales_of_fp4(stored, tensor):
        # Two elements a byte, along the last dimension.
        return (*tensor.shape[:-1], 2 * tensor.shape[-1])
    return tensor.shape


def _has_scales_of_fp4(stored: dict[str, TensorSpec], tensor: TensorSpec) -> bool:
    """Whether the weight has a scale for each 32 elements, 16 bytes, of a row, as DeepSeek's FP4 has."""
    names = (f"{_split(tensor.name)[0]}scale", f"{tensor.name}_scale_inv")
    grid = next((stored[name].shape for name in names if name in stored), ())
    return len(grid) > 1 and grid[:-1] == tensor.shape[:-1] and grid[-1] * 16 == tensor.shape[-1]


def _replaced_shape(stored: dict[str, TensorSpec], owner: str, last: str) -> Shape | None:
    """The shape of a weight that another tensor stands in place of."""
    packed = stored[f"{owner}{last}"]
    if last == "qweight":
        return _integer_shape(stored, owner)
    if packed.dtype == "uint8" and len(packed.shape) > 1:
        return (*packed.shape[:-1], 2 * packed.shape[-1])
    # The integers of compressed-tensors do not tell how many bits an element has.
    return None


def _integer_shape(stored: dict[str, TensorSpec], owner: str) -> Shape | None:
    """The shape of a GPTQ or AWQ weight, from the packed weight, its scales and its zeros."""
    shapes = {
        part: stored[f"{owner}{part}"].shape
        for part in ("qweight", "scales", "qzeros", "g_idx")
        if f"{owner}{part}" in stored
    }
    packed, scales, zeros = shapes["qweight"], shapes.get("scales", ()), shapes.get("qzeros", ())
    if len(packed) != 2 or len(scales) != 2:
        return None
    if packed[1] != scales[1]:
        # AWQ packs along the outputs, so the rows are the inputs.
        return scales[1], packed[0]
    if len(order := shapes.get("g_idx", ())) == 1:
        return scales[1], order[0]
    if len(zeros) == 2 and zeros[1]:
        # Both pack 32 // bits elements in a word: the zeros along the outputs, the weight along the inputs.
        return scales[1], packed[0] * scales[1] // zeros[1]
    return None


def _mxfp4_shape(blocks: Shape) -> Shape | None:
    """The shape of fused experts in MXFP4: two elements a byte, and stored transposed."""
    if len(blocks) != 4:
        return None
    experts, outputs, groups, half = blocks
    return experts, 2 * groups * half, outputs
