"""How a preview shows an issue: its modes, the letter as a program in the dark shows it, its row in an inbox.

Pure. The letter is the one that `render` makes or that sending froze; a mode changes how it is looked at and
none of its words.
"""

from __future__ import annotations

import html as markup
import re
from collections.abc import Mapping
from dataclasses import dataclass

DESKTOP, PHONE, LIGHT, DARK = "desktop", "phone", "light", "dark"
NO_IMAGES, TEXT, WEB, INBOX = "images-off", "text", "web", "inbox"

MODES: Mapping[str, str] = {
    DESKTOP: "Desktop",
    PHONE: "Phone",
    DARK: "Dark",
    LIGHT: "Light",
    NO_IMAGES: "Images off",
    TEXT: "Plain text",
    WEB: "On the web",
    INBOX: "In the inbox",
}


def mode_of(asked: str | None) -> str:
    """The mode of that name; the first one for anything that is none."""
    return asked if asked is not None and asked in MODES else DESKTOP


# Day and night

# Only inside the letter's own sheet: nobody's words can stand there.
_SHEET = re.compile(r"<style\b[^>]*>.*?</style>", re.DOTALL | re.IGNORECASE)
_WHEN_DARK = re.compile(r"@media\s*\(\s*prefers-color-scheme\s*:\s*dark\s*\)")
_SCHEMES = re.compile(r"(<meta name=\"(?:supported-)?color-schemes?\" content=\")light dark(\")")
_ROOT = re.compile(r"(<html\b[^>]*color-scheme:\s*)light dark\b")


def by_night(html: str) -> str:
    """The letter as a mail program in the dark shows it, whatever the editor's own system says."""
    return _lit(html, "@media all", "dark")


def by_day(html: str) -> str:
    """The letter as a mail program by day shows it, whatever the editor's own system says."""
    return _lit(html, "@media not all", "light")


def _lit(html: str, when: str, scheme: str) -> str:
    html = _SHEET.sub(lambda sheet: _WHEN_DARK.sub(when, sheet[0]), html)
    html = _SCHEMES.sub(rf"\g<1>{scheme}\g<2>", html)
    return _ROOT.sub(rf"\g<1>{scheme}", html, count=1)


# Rows of an inbox


@dataclass(frozen=True)
class Program:
    """How much of a letter one sort of mail program shows in a list, in characters.

    Measured on common widths; real programs cut by pixels, so that an `i` takes less than an `m`. With
    `one_line` subject and beginning share a line and `beginning` is what they have together.
    """

    name: str
    device: str
    sender: int
    subject: int
    beginning: int
    one_line: bool = False


PROGRAMS = (
    Program("Mail in a browser", "desktop", 20, 70, 110, one_line=True),
    Program("Mail in a browser", "phone", 26, 36, 44),
    Program("An office mail program", "desktop", 28, 46, 52),
    Program("An office mail program", "phone", 28, 40, 88),
    Program("The device’s own program", "desktop", 26, 44, 96),
    Program("The device’s own program", "phone", 28, 38, 82),
)


@dataclass(frozen=True)
class Row:
    """A letter in a list: what is left of its three lines there."""

    program: Program
    sender: str
    subject: str
    beginning: str


@dataclass(frozen=True)
class Inbox:
    """What stands in an inbox before a letter is opened, whole and as programs cut it."""

    sender: str
    subject: str
    preheader: str
    rows: tuple[Row, ...]


NO_SUBJECT = "(no subject)"


def inbox(sender: str, subject: str, preheader: str, html: str) -> Inbox:
    """The rows of a letter. Programs show how it begins: the preheader, and if that is short what follows."""
    beginning = first_words(html)
    shown = subject or NO_SUBJECT
    return Inbox(
        sender,
        subject,
        preheader,
        tuple(_row(program, sender, shown, beginning) for program in PROGRAMS),
    )


def _row(program: Program, sender: str, subject: str, beginning: str) -> Row:
    own = cut(subject, program.subject)
    room = program.beginning - len(own) if program.one_line else program.beginning
    return Row(program, cut(sender, program.sender), own, cut(beginning, max(room, 0)))


def cut(words: str, longest: int) -> str:
    """The words, or as many of their characters as there is room for and an ellipsis."""
    if len(words) <= longest:
        return words
    return words[: longest - 1].rstrip() + "…" if longest > 1 else ""


_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_UNSEEN = re.compile(r"<!--.*?-->|<style\b.*?</style>|<[^>]*>", re.DOTALL | re.IGNORECASE)
# More than any program shows; what stands around so many words is not longer than this.
_ENOUGH, _AS_MUCH_HTML = 200, 12_000


def first_words(html: str) -> str:
    """How a letter begins, as a mail program reads it: its first words without tags."""
    opened = _BODY.search(html)
    start = opened.end() if opened else 0
    bare = _UNSEEN.sub(" ", html[start : start + _AS_MUCH_HTML])
    return " ".join(markup.unescape(bare).split())[:_ENOUGH]
