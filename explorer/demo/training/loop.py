"""The training loop."""

from collections.abc import Callable
from random import Random
from typing import Any

import torch


def seeded(seed: int) -> Random:
    """A source of chance for the data; torch's own is seeded alike.

    One thread: sums are then made in one order, and the same seed gives the same checkpoint.
    """
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    return Random(seed)  # noqa: S311


def own_loss(model: torch.nn.Module, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """The loss that a model of transformers gives for a batch with labels."""
    return model(**batch).loss


def fit(
    model: torch.nn.Module,
    next_batch: Callable[[], Any],
    *,
    steps: int,
    rate: float,
    loss_of: Callable[[torch.nn.Module, Any], torch.Tensor] = own_loss,
) -> float:
    """Train the model in place; gives the mean loss of the last tenth of the steps.

    The rate climbs for the first tenth of the steps and then falls to nothing.
    """
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.01)
    climb = max(1, steps // 10)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / climb, (steps - step) / max(1, steps - climb))
    )
    losses: list[float] = []
    model.train()
    for _ in range(steps):
        loss = loss_of(model, next_batch())
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    model.eval()
    last = losses[-climb:]
    return sum(last) / len(last)
