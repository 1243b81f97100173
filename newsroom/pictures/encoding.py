"""Makes of any picture that somebody uploads one that is safe, small and shown by every mail program.

It reads JPEG, PNG, WebP and the first frame of a GIF, and gives JPEG or PNG of at most 1200 pixels each way,
upright, in sRGB, without anything but pixels: what a camera wrote about place and time is gone. It keeps
nothing and knows no database. Whatever was not made by its own encoder is never served.
"""

from __future__ import annotations

import gzip
import io
import struct
import threading
import zlib
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from newsroom.pictures import rules

_READ = ("JPEG", "PNG", "WEBP", "GIF")
_TAKEN = "Choose a JPEG, PNG, WebP or GIF."
_SRGB = ImageCms.createProfile("sRGB")
_MEGABYTE = 1024 * 1024
# A large picture takes some hundred megabytes while it is decoded; a small machine has not room for two.
_ONE_AT_A_TIME = threading.Lock()
# What a damaged or hostile file makes a decoder say.
_DAMAGED = (
    *(OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, OverflowError, MemoryError),
    *(struct.error, zlib.error),
)
_TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning)


class NotAPicture(ValueError):
    """What was uploaded cannot be taken. Its text is a sentence that says why and what to do."""


@dataclass(frozen=True)
class Encoded:
    """A picture as it is kept: its bytes, its size in pixels, and `jpg` or `png`."""

    data: bytes
    width: int
    height: int
    extension: str

    @property
    def key(self) -> str:
        """What it is known by; the same bytes have the same key."""
        return rules.key_of(self.data)

    @property
    def name(self) -> str:
        """The name of its file."""
        return rules.name_of(self.key, self.width, self.height, self.extension)


def encoded(data: bytes) -> Encoded:
    """The picture in an uploaded file's bytes. Raises NotAPicture for whatever cannot be taken."""
    if not data:
        raise NotAPicture("The file is empty. Choose the picture once more.")
    if len(data) > rules.MOST_BYTES:
        raise NotAPicture(too_heavy(len(data)))
    _refuse_known_strangers(data)
    with _ONE_AT_A_TIME:
        return _encoded(data)


def too_heavy(size: int) -> str:
    """What is said about a file of so many bytes."""
    return (
        f"The file has {size / _MEGABYTE:,.0f} MB; {rules.MOST_BYTES // _MEGABYTE} MB is the most. "
        f"Save it smaller: {rules.LONGEST_SIDE} pixels wide is all that is kept."
    )


def _refuse_known_strangers(data: bytes) -> None:
    """Formats that people do upload and that are not taken, each with what to do instead."""
    if _is_svg(data):
        raise NotAPicture(
            "This is an SVG drawing: it can carry scripts, and mail programs do not show it. Export it "
            f"as PNG, {rules.LONGEST_SIDE} pixels wide, and upload that."
        )
    if data[4:8] == b"ftyp":
        raise NotAPicture(
            "This is a HEIC or AVIF photo, or a film, which many mail programs do not show. Export it as "
            "JPEG and upload that."
        )
    if data.startswith(b"%PDF"):
        raise NotAPicture("This is a PDF. Save the page as a PNG and upload that.")


def _is_svg(data: bytes) -> bool:
    start = data[:4096]
    if data.startswith(b"\x1f\x8b"):
        try:
            start = gzip.GzipFile(fileobj=io.BytesIO(data)).read(4096)
        except _DAMAGED:
            return False
    for encoding in ("utf-16",) if start[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8",):
        words = start.decode(encoding, "replace").lstrip("\ufeff \t\r\n").lower()
        if words.startswith("<") and "<svg" in words:
            return True
    return False


def _encoded(data: bytes) -> Encoded:
    try:
        with Image.open(io.BytesIO(data), formats=_READ) as image:
            _refuse_bomb(image)
            is_photo = image.format not in ("PNG", "GIF")
            return _saved(_upright_and_small(image), is_photo)
    except NotAPicture:
        raise
    except UnidentifiedImageError:
        raise NotAPicture(f"This file is not a picture that can be read here. {_TAKEN}") from None
    except _TOO_LARGE:
        raise NotAPicture(_too_many_pixels()) from None
    except _DAMAGED:
        raise NotAPicture(
            "The picture is damaged or was cut off on its way. Open it, save it anew and upload that."
        ) from None


def _refuse_bomb(image: Image.Image) -> None:
    """A file of a few kilobytes can unfold to gigabytes; its head says so before anything is unfolded."""
    width, height = image.size
    most = rules.MOST_PIXELS if image.format in ("PNG", "WEBP", "GIF") else rules.MOST_PIXELS_OF_A_PHOTO
    if width * height > most:
        raise NotAPicture(_too_many_pixels(f"has {width:,} × {height:,} pixels", most))


def _too_many_pixels(said: str = "is too large to be opened", most: int = rules.MOST_PIXELS) -> str:
    return (
        f"The picture {said}; {most // 1_000_000} million pixels is the most. Save it "
        f"{rules.LONGEST_SIDE} pixels wide and upload that."
    )


def _upright_and_small(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if image.mode == "P":
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    elif image.mode.startswith("I;16"):
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    elif image.mode not in ("RGB", "L", "LA", "RGBA", "CMYK"):
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    elif image.has_transparency_data and image.mode in ("RGB", "L"):
        image = image.convert("RGBA")
    image.thumbnail((rules.LONGEST_SIDE, rules.LONGEST_SIDE), Image.Resampling.LANCZOS)
    image = ImageOps.exif_transpose(image)
    return _without_needless_alpha(_in_srgb(image, profile))


def _in_srgb(image: Image.Image, profile: object) -> Image.Image:
    """The picture in the colours that a browser takes it to have when nothing is said about them."""
    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    colours = image.convert(image.mode.removesuffix("A")) if alpha else image
    if isinstance(profile, bytes) and profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            colours = ImageCms.profileToProfile(colours, source, _SRGB, outputMode="RGB") or colours
        except (ImageCms.PyCMSError, *_DAMAGED):
            # A profile that cannot be read, or is of another kind of picture, is worth less than the picture.
            pass
    if colours.mode not in ("RGB", "L"):
        colours = colours.convert("RGB")
    if alpha is not None:
        colours = colours.convert("RGB")
        colours.putalpha(alpha)
    return colours


def _without_needless_alpha(image: Image.Image) -> Image.Image:
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        return image.convert("RGB")
    return image


def _saved(image: Image.Image, is_photo: bool) -> Encoded:
    # What is left there would be written along: comments, profiles, whatever a camera or a program put in.
    image.info.clear()
    if image.mode == "RGBA":
        return _as(image, "png", _transparent(image))
    drawn = b"" if is_photo else _png(image)
    if drawn and len(drawn) <= rules.HEAVY:
        return _as(image, "png", drawn)
    return _as(image, "jpg", _jpeg(image))


def _as(image: Image.Image, extension: str, data: bytes) -> Encoded:
    return Encoded(data, *image.size, extension)


def _jpeg(image: Image.Image) -> bytes:
    held = io.BytesIO()
    image.save(held, "JPEG", quality=82, optimize=True, progressive=True)
    return held.getvalue()


def _png(image: Image.Image) -> bytes:
    held = io.BytesIO()
    image.save(held, "PNG", optimize=True)
    return held.getvalue()


def _transparent(image: Image.Image) -> bytes:
    """As PNG; in 256 colours where more would make a letter's reader wait."""
    whole = _png(image)
    if len(whole) <= rules.HEAVY:
        return whole
    return _png(image.quantize(256, method=Image.Quantize.FASTOCTREE))
