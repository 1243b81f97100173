"""What a picture may be, what it is called, and what counts as a decision about its description: pure.

A picture's key is the beginning of the SHA-256 of the bytes that are served, so that the same picture has the
same address and an address always gives the same picture. Its width and height stand in its name, so that
whoever sets a page or a letter knows them without asking.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

MOST_BYTES: Final = 20 * 1024 * 1024
"""The largest file that is taken, in bytes."""

MOST_PIXELS_OF_A_PHOTO: Final = 50_000_000
"""The largest JPEG that is decoded, in pixels: what the cameras of telephones make."""

MOST_PIXELS: Final = 25_000_000
"""The largest picture of another kind that is decoded: these are unfolded whole before they shrink."""

LONGEST_SIDE: Final = 1200
"""How wide and how high a picture is at most once it is kept, in pixels."""

HEAVY: Final = 400_000
"""From so many bytes on a picture without transparency is kept as JPEG, whatever it came as."""

LONGEST_ALT: Final = 300
LONGEST_CAPTION: Final = 300
LONGEST_CREDIT: Final = 120
LONGEST_FILE_NAME: Final = 120

KEY: Final = r"[0-9a-f]{20}"
_NAME: Final = rf"{KEY}-[1-9]\d{{0,3}}x[1-9]\d{{0,3}}\.(?:jpg|png)"
_WHOLE_NAME: Final = re.compile(_NAME)
_ADDRESS: Final = re.compile(rf"/media/{_NAME}(?![\w.-])")
_FILE_NAME: Final = re.compile(r"\S+\.(?:jpe?g|png|gif|webp|heic|svg)|(?:IMG|DSC|PXL|P)[_-]?\d{3,}\S*", re.I)
_NO_NAME: Final = re.compile('[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069<>:"|?*]')

TYPES: Final = {"jpg": "image/jpeg", "png": "image/png"}


def key_of(data: bytes) -> str:
    """The key of a picture's final bytes."""
    return hashlib.sha256(data).hexdigest()[:20]


def name_of(key: str, width: int, height: int, extension: str) -> str:
    """The name under which a picture is kept and served; width and height in pixels."""
    return f"{key}-{width}x{height}.{extension}"


def is_name(typed: str) -> bool:
    """Whether a picture could have this name: nothing else is ever looked for in the folder."""
    return _WHOLE_NAME.fullmatch(typed) is not None


def address_of(name: str) -> str:
    """The path at which a picture is served."""
    return f"/media/{name}"


def addresses_in(text: str) -> frozenset[str]:
    """The paths of pictures of ours that stand in a text."""
    return frozenset(_ADDRESS.findall(text))


def key_in(address: str) -> str:
    """The key of the picture at a path that `addresses_in` gave."""
    return address.removeprefix("/media/").partition("-")[0]


def own_name(given: str) -> str:
    """The last part of a file's name as somebody's computer gave it, without what could harm or mislead."""
    last = re.split(r"[/\\]", given)[-1]
    kept = " ".join(_NO_NAME.sub("", last).split()).strip(". ")
    return kept[-LONGEST_FILE_NAME:]


def problem_with_alt(alt: str, is_decorative: bool) -> str:
    """What is wrong with a decision about the description, as a sentence; "" when it is one."""
    if is_decorative:
        return "You described it and said that it only decorates: keep one of the two." if alt else ""
    if not alt:
        return "Say what the picture shows, or tick that it only decorates."
    if _FILE_NAME.fullmatch(alt):
        return "That is the name of a file: say what the picture shows to somebody who cannot see it."
    return ""


def line_to_copy(alt: str, name: str, caption: str, credit: str) -> str:
    """The line of Markdown that shows a picture, with its description, caption and credit."""
    said = said_below(caption, credit)
    title = ' "' + said.replace("\\", "").replace('"', "”") + '"' if said else ""
    words = re.sub(r"([\\\[\]])", r"\\\1", alt)
    return f"![{words}]({address_of(name)}{title})"


def said_below(caption: str, credit: str) -> str:
    """Caption and credit as they are read below a picture."""
    return " ".join(filter(None, (_ended(caption), credit and f"Picture: {credit}")))


def _ended(sentence: str) -> str:
    return sentence if not sentence or sentence[-1] in ".!?…" else f"{sentence}."
