"""A small map as a picture of a few hundred bytes."""

import struct
import zlib
from base64 import b64encode
from typing import Any

import numpy as np

# Wider than it is shown, a picture only costs bytes.
MOST = 64
SHADES = 16
COLOUR = (61, 132, 232)


def picture_of(values: np.ndarray[Any, Any]) -> str:
    """The numbers, all above 0, as shades from nothing to the greatest: the address of a PNG."""
    small = _shrunk(_shrunk(values, 0), 1)
    most = float(small.max(initial=0)) or 1.0
    # The root lets small numbers be seen; 0 stays nothing.
    shades = np.round(np.sqrt(np.clip(small / most, 0, 1)) * (SHADES - 1)).astype(np.uint8)
    return f"data:image/png;base64,{b64encode(_png(shades)).decode()}"


def _shrunk(values: np.ndarray[Any, Any], axis: int) -> np.ndarray[Any, Any]:
    """The greatest of neighbours, where there are too many."""
    length = values.shape[axis]
    if length <= MOST:
        return values
    starts = np.unique(np.linspace(0, length, MOST, endpoint=False).astype(int))
    shrunk: np.ndarray[Any, Any] = np.maximum.reduceat(values, starts, axis=axis)
    return shrunk


def _png(shades: np.ndarray[Any, Any]) -> bytes:
    """A picture of one colour, whose 16 shades are how much it covers; four bits for each dot."""
    height, width = shades.shape
    even = np.pad(shades, ((0, 0), (0, width % 2)))
    lines = (even[:, ::2] << 4) | even[:, 1::2]
    dots = b"".join(b"\0" + line.tobytes() for line in lines)
    steps = range(SHADES)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 4, 3, 0, 0, 0)),
            _chunk(b"PLTE", bytes(COLOUR) * SHADES),
            _chunk(b"tRNS", bytes(255 * step // (SHADES - 1) for step in steps)),
            _chunk(b"IDAT", zlib.compress(dots, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)
