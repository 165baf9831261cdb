"""Text packed so that it fits in a URL, and unpacked without trusting it."""

import base64
import binascii
import zlib


def pack(text: str) -> str:
    """The text, deflated, in the alphabet of URLs."""
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")


def unpack(packed: str, limit: int) -> str:
    """The text that was packed; ValueError when it is broken or larger than ``limit`` bytes."""
    try:
        deflated = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
        inflater = zlib.decompressobj()
        # One byte more than allowed: enough to know, and a bomb never expands any further.
        text = inflater.decompress(deflated, limit + 1)
        if len(text) > limit:
            raise ValueError("it is too large")
        if not inflater.eof or inflater.unused_data:
            raise ValueError("it is cut off, or something follows it")
        return text.decode()
    except (binascii.Error, zlib.error, UnicodeError) as error:
        raise ValueError("it is damaged") from error
