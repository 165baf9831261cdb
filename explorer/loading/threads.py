"""On how many cores torch computes."""

import torch


def use_threads(count: int) -> None:
    """Compute on so many cores; the same number always gives the same sums."""
    torch.set_num_threads(count)
