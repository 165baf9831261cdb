"""Two tensors compared bit for bit."""

import math

import torch

from explorer.inside.same_backbone import Comparison

SAMPLES = 6


def compared(name: str, one: torch.Tensor, other: torch.Tensor) -> Comparison:
    """Whether the tensors hold the same bits, and the greatest difference of two numbers where not."""
    is_equal = one.dtype == other.dtype and one.shape == other.shape and torch.equal(_bits(one), _bits(other))
    difference = 0.0 if is_equal else _greatest_difference(one, other)
    return Comparison(name, tuple(one.shape), is_equal, difference, (_first(one), _first(other)))


def _bits(tensor: torch.Tensor) -> torch.Tensor:
    # As numbers, 0 equals -0, and what is not a number does not equal itself.
    return tensor.contiguous().flatten().view(torch.uint8)


def _greatest_difference(one: torch.Tensor, other: torch.Tensor) -> float:
    if one.shape != other.shape:
        return math.inf
    return float((one.double() - other.double()).abs().nan_to_num(nan=math.inf).amax())


def _first(tensor: torch.Tensor) -> tuple[float, ...]:
    return tuple(tensor.flatten()[:SAMPLES].tolist())
