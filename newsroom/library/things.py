"""What has its place on a page of its own and in no issue: testimonials and downloads, as pure values.

Each is kept as a piece of the library with all its versions; here is said which of its parts means what.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol, Self

from newsroom.library import filetypes

TESTIMONIAL: Final = "Testimonial"
DOWNLOAD: Final = "Download"
KINDS: Final = (TESTIMONIAL, DOWNLOAD)

LONGEST_WORDS: Final = 2000
LONGEST_LINE: Final = 200
LAST_PLACE: Final = 9999

_KEY: Final = r"[0-9a-f]{20}"
_FILE_NAME: Final = re.compile(rf"{_KEY}\.(?:{'|'.join(filetypes.TYPES)})")
_ADDRESS: Final = re.compile(r"/downloads/([a-z0-9]+(?:-[a-z0-9]+)*)")


class Kept(Protocol):
    """A version of a piece, as the tables give it."""

    @property
    def title(self) -> str:
        """Its title."""

    @property
    def body(self) -> str:
        """Its text."""

    @property
    def fields(self) -> Mapping[str, str]:
        """What else is kept of it."""


@dataclass(frozen=True)
class Said:
    """A reader's words about the publication.

    `permission` says how and when they allowed us to print them; without it nothing is shown to anybody.
    """

    words: str
    who: str
    role: str = ""
    permission: str = ""
    is_shown: bool = False
    place: int = 100

    @property
    def is_public(self) -> bool:
        """Whether readers may see it."""
        return self.is_shown and bool(self.permission.strip())

    def kept(self) -> tuple[str, str, dict[str, str]]:
        """Title, text and fields, as a piece keeps them."""
        fields = {
            "role": self.role,
            "permission": self.permission,
            "shown": "yes" if self.is_shown else "no",
            "place": str(self.place),
        }
        return self.who, self.words, fields

    @classmethod
    def of(cls, kept: Kept) -> Self:
        """What a version says."""
        place = kept.fields.get("place", "")
        return cls(
            words=kept.body,
            who=kept.title,
            role=kept.fields.get("role", ""),
            permission=kept.fields.get("permission", ""),
            is_shown=kept.fields.get("shown") == "yes",
            place=int(place) if place.isdecimal() else 100,
        )


@dataclass(frozen=True)
class Offered:
    """A file that readers can take with them: its title, what it is, and under which name it is kept.

    `file_name` is what it is called when somebody has taken it.
    """

    title: str
    words: str
    file: str
    file_name: str

    def kept(self) -> tuple[str, str, dict[str, str]]:
        """Title, text and fields, as a piece keeps them."""
        return self.title, self.words, {"file": self.file, "file-name": self.file_name}

    @classmethod
    def of(cls, kept: Kept) -> Self:
        """What a version says."""
        return cls(kept.title, kept.body, kept.fields.get("file", ""), kept.fields.get("file-name", ""))


def file_of(data: bytes, ending: str) -> str:
    """The name under which these bytes are kept: the same bytes are kept once."""
    return f"{hashlib.sha256(data).hexdigest()[:20]}.{ending}"


def is_file(typed: str) -> bool:
    """Whether a kept file could have this name: nothing else is ever looked for in the folder."""
    return _FILE_NAME.fullmatch(typed) is not None


def name_to_take(slug: str, file: str) -> str:
    """What a file is called on the machine of whoever takes it."""
    return f"{slug}.{file.rpartition('.')[2]}"


def address_of(slug: str) -> str:
    """Where readers fetch it."""
    return f"/downloads/{slug}"


# What may follow an address in Markdown, in JSON or in running words.
ENDS: Final = (")", '"', "'", ">", " ", "\n", ",", ".")


def slug_in(address: str) -> str:
    """Which download of ours an address leads to; empty for any other address."""
    found = _ADDRESS.fullmatch(address)
    return found[1] if found else ""
