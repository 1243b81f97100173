"""What a publication may call itself, and what its standing blocks are for: pure decisions.

No Flask, database, clock or network.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from newsroom.platform import addresses, contrast
from newsroom.platform.text import clean_line

DEFAULT_ACCENT: Final = "#0B5563"
# Chosen by eye for the default; any other accent is derived.
_DEFAULT_ACCENT_DARK: Final = "#7CC7D2"

LIGHT_GROUNDS: Final = ("#FFFFFF", "#F4F0E8")
DARK_GROUNDS: Final = ("#171614", "#26231F")

SHORTEST_CADENCE: Final = 1
LONGEST_CADENCE: Final = 90
LONGEST_RETENTION: Final = 3650

# The well-formed tags of RFC 5646 that a newsletter can need: language, script, region, variants.
_LANGUAGE = re.compile(
    r"(?P<language>[A-Za-z]{2,3})(?:-(?P<script>[A-Za-z]{4}))?(?:-(?P<region>[A-Za-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*)"
)
_KEY = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class BlockPurpose:
    """What a standing block is called, and where readers meet it."""

    label: str
    place: str


BLOCKS: Final[Mapping[str, BlockPurpose]] = MappingProxyType(
    {
        "about": BlockPurpose("About", "at the end of every issue, and on the page About"),
        "call-for-stories": BlockPurpose(
            "Call for stories", "after each story of an issue, and on the front page"
        ),
        "column-intro": BlockPurpose("Introduction of the column", "before the first story of an issue"),
        "consent": BlockPurpose(
            "Consent wording", "in the story form; each version is kept with the consents given"
        ),
        "contact": BlockPurpose("Contact", "on the page Contact"),
        "forward": BlockPurpose("Forwarding", "near the end of every issue"),
        "policy": BlockPurpose("Policy", "on the page that says how stories are handled"),
        "privacy-note": BlockPurpose("Why you get this", "in the foot of every issue"),
        "quick-links": BlockPurpose("Quick links", "near the end of every issue"),
        "testimonials": BlockPurpose("Testimonials", "on the page Testimonials, linked from every issue"),
        "welcome": BlockPurpose("Welcome", "in the letter to a reader who has just confirmed"),
    }
)
"""The standing blocks that pages and letters ask for, by key."""


MOST_TESTERS: Final = 20
_TESTER = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]+)>")


@dataclass(frozen=True)
class Tester:
    """Somebody who gets tests of an issue before it goes out."""

    address: str
    name: str = ""

    @property
    def label(self) -> str:
        """As it is written in a list: `Nuala Byrne, nuala@reader.example`."""
        return f"{self.name}, {self.address}" if self.name else self.address


class TestersRefused(ValueError):
    """A list of testers that cannot be taken; the text names the line and says what to do."""


def testers(written: str) -> tuple[Tester, ...]:
    """The testers in a list of them, one a line, as an address or as `Name <address>`. Empty lines are none.

    Raises `TestersRefused`.
    """
    found: dict[str, Tester] = {}
    for number, line in enumerate(written.splitlines(), start=1):
        if not line.strip():
            continue
        named = _TESTER.fullmatch(line.strip())
        name, typed = (named["name"], named["address"]) if named else ("", line)
        try:
            address = addresses.parse(typed)
        except addresses.NoAddress as problem:
            raise TestersRefused(f"Line {number}: {problem}") from None
        if address.key in found:
            raise TestersRefused(f"Line {number}: {address.email} stands in an earlier line already.")
        found[address.key] = Tester(address.email, clean_line(name).strip(" \"'")[:120])
    if len(found) > MOST_TESTERS:
        raise TestersRefused(f"At most {MOST_TESTERS} testers; these are {len(found)}.")
    return tuple(found.values())


def cadence_words(days: int) -> str:
    """How often an issue comes, as a sentence says it: `every second week`."""
    if days % 7 == 0 and days <= 28:
        return ("every week", "every second week", "every third week", "every fourth week")[days // 7 - 1]
    return "every day" if days == 1 else f"every {days} days"


def is_block_key(key: str) -> bool:
    """Whether a text can name a standing block: lower-case words with hyphens, 40 characters at most."""
    return len(key) <= 40 and _KEY.fullmatch(key) is not None


def language_tag(typed: str) -> str | None:
    """A BCP 47 tag as it is usually written (`en-GB`, `zh-Hant-TW`), or None for what is none."""
    found = _LANGUAGE.fullmatch(typed.strip().replace("_", "-"))
    if found is None:
        return None
    parts = [found["language"].lower()]
    if found["script"]:
        parts.append(found["script"].title())
    if found["region"]:
        parts.append(found["region"].upper())
    tag = "-".join(parts) + found["variants"].lower()
    return tag if len(tag) <= 20 else None


def time_zone(typed: str) -> str | None:
    """The name of an IANA zone as the database spells it, whatever case it was typed in; None for no zone."""
    wanted = typed.strip().replace(" ", "_").casefold()
    return next((name for name in available_timezones() if name.casefold() == wanted), None)


def logo_problem(address: str) -> str | None:
    """What is wrong with the address of a logo, as a sentence; None when it will do or is empty."""
    if not address:
        return None
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        host = None
    if host is None or parts.scheme != "https" or re.search(r"[\s\"'<>\\]", address):
        return "Give the logo's full address, beginning with https://, because mail programs show no other."
    return None


def accent_on_light(accent: str) -> str:
    """The accent colour, darkened as far as white and the tinted panel need it."""
    return contrast.legible(contrast.parse_colour(accent) or DEFAULT_ACCENT, LIGHT_GROUNDS)


def accent_on_dark(accent: str) -> str:
    """The accent's hue as a light colour for dark screens."""
    colour = contrast.parse_colour(accent) or DEFAULT_ACCENT
    return (
        _DEFAULT_ACCENT_DARK if colour == DEFAULT_ACCENT else contrast.for_dark_ground(colour, DARK_GROUNDS)
    )


def contrast_note(accent: str) -> str:
    """How legible an accent colour is, as a sentence for whoever chose it."""
    colour = contrast.parse_colour(accent) or DEFAULT_ACCENT
    # Rounded down: 4.49 must not be announced as 4.5.
    measured = int(contrast.lowest_contrast(colour, LIGHT_GROUNDS) * 10) / 10
    shown = accent_on_light(colour)
    if shown == colour:
        return f"{colour} reads well: its contrast is at least {measured}, where 4.5 is needed."
    return f"{colour} is too pale for text (contrast {measured} of 4.5): links are shown in {shown} instead."


@dataclass(frozen=True)
class WrittenBlock:
    """A standing block as a file holds it."""

    title: str
    body: str


class BlockFileRefused(ValueError):
    """A file is no standing block. `line` says where; the text is a sentence."""

    def __init__(self, line: int, sentence: str) -> None:
        self.line = line
        super().__init__(sentence)


def read_block_file(text: str) -> WrittenBlock:
    """Read a standing block from its file: `title: …` between two lines of three hyphens, then Markdown.

    Raises `BlockFileRefused`.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    if not lines or lines[0].strip() != "---":
        raise BlockFileRefused(1, "A standing block begins with a line of three hyphens, then its title.")
    title: str | None = None
    for number, line in enumerate(lines[1:], start=2):
        if line.strip() == "---":
            if not title:
                raise BlockFileRefused(
                    number, "The head holds no title: add a line such as “title: About us”."
                )
            return WrittenBlock(title, "\n".join(lines[number:]).strip("\n"))
        key, colon, value = line.partition(":")
        if not colon or key.strip() != "title":
            raise BlockFileRefused(number, "The head of a standing block holds a title and nothing else.")
        if title is not None:
            raise BlockFileRefused(number, "The title stands there twice.")
        title = value.strip()
    raise BlockFileRefused(len(lines), "The head is not closed: add a line of three hyphens after the title.")
