"""What the tests of the demo checkpoints share."""

import pytest
import torch


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """Models so small are fastest with one thread, above all where tests run side by side."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
