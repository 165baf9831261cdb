"""Memory given back to the system, so that a second model beside the first one is there for a while only."""

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def freed() -> Iterator[None]:
    """What nobody holds any more after this is given back."""
    try:
        yield
    finally:
        free()


def free() -> None:
    """Give back what nobody holds."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    # The C library keeps what was freed for itself, where it is glibc.
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)
