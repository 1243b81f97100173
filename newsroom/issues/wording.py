"""How the letter, the text edition and the web page put a key's value into words.

Pure. What is said stands here and in each kind's `wording.txt`; how it looks is the editions' business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from newsroom.issues.kinds.spec import split_offer
from newsroom.platform.days import long_date


@dataclass(frozen=True)
class Fact:
    """A value with the words before it, and where it leads, if anywhere."""

    label: str
    value: str
    href: str = ""


def fact(label: str, value: str, href: str = "") -> Fact | None:
    """A fact, or None where there is nothing to say."""
    return Fact(label, value, href) if value else None


def said(*facts: Fact | None) -> tuple[Fact, ...]:
    """The facts that there are, in their order."""
    return tuple(each for each in facts if each)


def day(value: str) -> str:
    """An ISO date with its weekday: `Saturday, 31 October 2026`. What is no date stays as it was typed."""
    try:
        return long_date(date.fromisoformat(value))
    except ValueError:
        return value


def short_day(value: str) -> str:
    """An ISO date without its weekday: `31 October 2026`. What is no date stays as it was typed."""
    return day(value).rpartition(", ")[2]


def days(value: str) -> str:
    """A date, or two as `A to B`: `Tuesday, 20 to Thursday, 22 April 2027`, month and year once."""
    first, separator, last = value.partition(" to ")
    try:
        begins, ends = date.fromisoformat(first.strip()), date.fromisoformat(last.strip() or first.strip())
    except ValueError:
        return value
    if not separator or begins == ends:
        return long_date(begins)
    shown = long_date(begins)
    if begins.year == ends.year:
        shown = shown.rpartition(" ")[0]
        if begins.month == ends.month:
            shown = shown.rpartition(" ")[0]
    return f"{shown} to {long_date(ends)}"


def offer(value: str) -> str:
    """A code and when it ends: `LETTER30, until 31 October 2026`."""
    code, until = split_offer(value)
    return f"{code}, until {short_day(until)}" if until else code


_STARS = re.compile("(?P<full>★+)(?P<half>½?)(?P<empty>☆*)")
_OUT_OF = re.compile(r"(?P<given>\d+(?:[.,]\d+)?) ?/ ?(?P<most>\d+)(?: stars?)?")


def rating(value: str) -> str:
    """A rating as words that can be read aloud: `★★★★☆` is “4 out of 5 stars”; words stay as they are."""
    if found := _STARS.fullmatch(value.replace(" ", "")):
        full, most = len(found["full"]), sum(map(len, found.groups()))
        given = f"{full}½" if found["half"] else str(full)
        if found["empty"]:
            return f"{given} out of {most} stars"
        return "1 star" if given == "1" else f"{given} stars"
    if found := _OUT_OF.fullmatch(value):
        return f"{found['given']} out of {found['most']}{' stars' if 'star' in value else ''}"
    return value


def series_line(series: str, part: str, stage: str) -> str:
    """Where an article stands in its series: `Listening twice, part 2: Hearing`, less what is not known."""
    word = "part" if series else "Part"
    begun = ", ".join(words for words in (series, f"{word} {part}" if part else "") if words)
    return ": ".join(words for words in (begun, stage) if words)


def host(address: str) -> str:
    """Where an address leads, as people say it: `quarterly.example`; empty for a place of this site."""
    if address.lower().startswith("mailto:"):
        return address[7:].partition("?")[0]
    try:
        name = urlsplit(address).hostname or ""
    except ValueError:
        return ""
    return name.removeprefix("www.")


def file_name(address: str) -> str:
    """The last part of an address's path, such as `apology.pdf`; the host where the path has none."""
    return urlsplit(address).path.rpartition("/")[2] or host(address)
