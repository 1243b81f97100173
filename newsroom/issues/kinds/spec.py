"""What a kind of section is made of: its keys, the form that asks for them and the values they take.

Pure. It names no kind; each kind is a module of its own beside this one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from urllib.parse import urlsplit

from newsroom.platform.markup import Dialect

LONGEST_LINE = 300
Source = Literal["own", "library", "story"]


class BadValue(ValueError):
    """A key's value that cannot be taken; the message is one sentence that says what to write instead."""


def line(value: str) -> str:
    """Any text on one line, up to 300 characters."""
    if len(value) > LONGEST_LINE:
        raise BadValue(f"is {len(value)} characters long; keep it to {LONGEST_LINE}")
    return value


def day(value: str) -> str:
    """A date as 2026-10-31."""
    _date(value)
    return value


def days(value: str) -> str:
    """A date, or two as `2026-11-04 to 2026-11-06`, the later one last."""
    parts = re.split(r"\s+to\s+", value)
    if len(parts) > 2:
        raise BadValue("is not a date or two dates; write 2026-11-04 or 2026-11-04 to 2026-11-06")
    dates = [_date(part) for part in parts]
    if dates != sorted(dates):
        raise BadValue("ends before it begins; write the earlier date first")
    return " to ".join(parts)


def _date(value: str) -> date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise BadValue(f"has “{value[:40]}” where a date is needed; write it as 2026-10-31")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise BadValue(f"has “{value}”, which is not in the calendar; check the day and the month") from None


def whole_number(value: str) -> str:
    """A whole number from 1 to 999,999, such as a part or an issue number."""
    if not re.fullmatch(r"[1-9][0-9]{0,5}", value):
        raise BadValue(f"has “{value[:40]}” where a whole number from 1 to 999,999 is needed")
    return value


def name(longest: int) -> Callable[[str], str]:
    """A check for a name of at most so many characters, because it gets a page of its own."""

    def check(value: str) -> str:
        if len(value) > longest:
            raise BadValue(f"is {len(value)} characters long; keep it to {longest}")
        return value

    return check


def address(value: str) -> str:
    """An absolute web address, or a site-relative one that begins with a slash."""
    line(value)
    if re.search(r"\s", value):
        raise BadValue("has a space in it; a web address has none")
    if not leads_somewhere(value):
        raise BadValue(f"has “{value}”, which is not a web address; begin it with https://")
    return value


def leads_somewhere(target: str) -> bool:
    """Whether this is a full web address, or a path of our own site, which every edition makes absolute."""
    # Browsers read a backslash as a slash, so that /\\elsewhere.example would lead away from the site.
    if "\\" in target:
        return False
    if target.startswith("/"):
        return not target.startswith("//")
    try:
        parts = urlsplit(target)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def address_or_later(value: str) -> str:
    """A web address, or the word `later` while the materials are not there yet."""
    return value if value == "later" else address(value)


def offer(value: str) -> str:
    """A code, and optionally `until` a date: `LETTER30 until 2026-10-31`."""
    line(value)
    code, until = split_offer(value)
    if not code:
        raise BadValue("has no code; write it as LETTER30 until 2026-10-31")
    if until is not None:
        _date(until)
    return value


def split_offer(value: str) -> tuple[str, str | None]:
    """The code and the ISO date after `until`, None where there is no date."""
    code, separator, until = value.rpartition(" until ")
    return (code.strip(), until.strip()) if separator else (value.strip(), None)


WHOLE, OPENING = "whole", "opening"


def how_much(value: str) -> str:
    """`whole`, which goes without saying and is not kept, or `opening`."""
    if value not in (WHOLE, OPENING):
        raise BadValue(f"has “{value[:40]}”; write opening, or leave the line out for the whole")
    return "" if value == WHOLE else value


@dataclass(frozen=True)
class Key:
    """One `key: value` line of the manuscript and one field of the form.

    `check` gives the value as it is kept, empty for one that goes without saying.
    """

    name: str
    label: str
    hint: str = ""
    # For a key that its kind cannot do without: what to tell somebody who left it out.
    missing: str = ""
    check: Callable[[str], str] = line
    # What the contents list adds to the kind's name where this key is given, such as that somebody paid.
    remark: str = ""
    # True for what belongs to the piece wherever it is printed, False for what belongs to this issue only.
    of_piece: bool = True
    # Printed below the words: where a letter prints their opening alone, it stands on the web with the rest.
    at_end: bool = False
    # The values that there are, each with its words in the form; empty for a key that takes any line.
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def required(self) -> bool:
        """Whether the kind cannot do without it."""
        return bool(self.missing)


EVERY_KIND: tuple[Key, ...] = (
    Key("contents", "Name in the contents list", "A short name, or no to leave it out.", of_piece=False),
    Key(
        "letter",
        "In the letter",
        "An opening is whole paragraphs, up to about 600 characters. The web edition has all of it.",
        check=how_much,
        of_piece=False,
        choices=(("", "The whole"), (OPENING, "The opening only, to be continued on the web")),
    ),
    Key("button", "Words on the button", "Needs an address below.", at_end=True),
    Key("link", "Address", "A full web address that begins with https://", check=address, at_end=True),
)


@dataclass(frozen=True)
class Kind:
    """A kind of section.

    `source` says where its words live: in the section itself, in a piece of the library, or in a story.
    `label` is what readers see above it; `noun` is what one of it is called in a sentence. `contents_label`
    names it in the contents list; `listed` says whether it stands there unless its `contents` key says
    otherwise.
    """

    name: str
    slug: str
    label: str
    noun: str = "part of this issue"
    keys: tuple[Key, ...] = ()
    source: Source = "own"
    dialect: Dialect = Dialect.ARTICLE
    listed: bool = False
    contents_label: str = ""
    verdict: str = ""
    purpose: str = ""
    needs_body: bool = True
    all_keys: tuple[Key, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "all_keys", self.keys + EVERY_KIND)

    def key(self, name: str) -> Key | None:
        """The key of that name, or None where this kind has none."""
        return next((key for key in self.all_keys if key.name == name), None)

    def required_keys(self) -> Iterable[Key]:
        """The keys that a section of this kind cannot do without."""
        return (key for key in self.all_keys if key.required)

    @property
    def template(self) -> str:
        """The stem of the kind's partials in `templates/issues/kinds/`."""
        return self.slug.replace("-", "_")
