"""Files that people upload as pictures, made as a test needs them."""

import io
import struct
import zlib
from typing import Any

from PIL import Image


def file_of(image: Image.Image, kind: str, **options: Any) -> bytes:
    held = io.BytesIO()
    image.save(held, kind, **options)
    return held.getvalue()


def photo(width: int = 60, height: int = 40) -> Image.Image:
    """Grain on a slope: no encoder makes nothing of it."""
    return Image.merge("RGB", [Image.linear_gradient("L").resize((width, height))] * 3)


def jpeg(width: int = 60, height: int = 40, **options: Any) -> bytes:
    return file_of(photo(width, height), "JPEG", **options)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes whose head promises so many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1_000_000)))
        + chunk(b"IEND", b"")
    )


SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
