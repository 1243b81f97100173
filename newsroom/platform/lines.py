"""Sets plain text in lines of a fixed-width face: what is wide, where a line may end, which way it runs.

Widths are wcwidth's; where a line or a character ends is asked of ICU, the library of Unicode's own rules
(UAX #14 and #29), which also knows the words of Thai, Lao, Khmer and Burmese. Its rules are used only where
they are needed: a line of Latin, Cyrillic, Arabic or Korean words ends between words, never after a hyphen
or a slash, and an address is never broken.

Pure. No words are changed, and none are hyphenated.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from icu4py.breakers import CharacterBreaker, LineBreaker
from wcwidth import width as columns_of

from newsroom.platform.languages import Direction

WIDTH = 72
"""Columns of a line, as text newsletters have them; a line that is quoted twice still has less than 80."""

# In the blocks from here to there stand Chinese and Japanese, and the Korean syllables; then the scripts of
# South East Asia, which have no spaces between words either.
_HANGUL = "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff"
_EAST_ASIA = "\u2e80-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00016fe0-\U0001b2ff\U00020000-\U0003ffff"
_SOUTH_EAST_ASIA = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\ua9e0-\ua9ff\uaa60-\uaadf"
)
_IS_CLOSE_SET = re.compile(f"[{_HANGUL}{_EAST_ASIA}{_SOUTH_EAST_ASIA}]")
_IS_HANGUL = re.compile(f"[{_HANGUL}]")
_MAY_END_INSIDE = re.compile(f"—|{_IS_CLOSE_SET.pattern}")

# Where a sentence without spaces holds an address, this is where the address ends. What stands before its
# sign is bounded (no name is longer there), so that a long word is not read once for each of its letters.
_ADDRESS = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]{0,31}://|www\.|mailto:)[!-~]+|[!-~]{1,64}@[!-~]+")
_IS_ADDRESS = re.compile(r"\W*(?:[A-Za-z][A-Za-z0-9+.-]*://|www\.|mailto:)|[^@]+@[^@]+\Z")

_SPACES = re.compile(r"([^\S\u00a0\u202f\u2007\u2060]+)")
_WIDE_SPACE = "\u3000"

# wcwidth takes the square of a row of flags for its width; a whole number of pairs can be measured by itself.
_MANY_FLAGS = re.compile("([\U0001f1e6-\U0001f1ff]{100})")

# The rules without any language's exceptions: small kana and the long mark never begin a line.
_PLAIN_RULES = "en"

_MARKS: dict[Direction, str] = {"ltr": "\u200e", "rtl": "\u200f"}
_STRONG: dict[str, Direction] = {"L": "ltr", "R": "rtl", "AL": "rtl"}
_BEFORE_WORDS = re.compile(r"[\s>]*")


def display_width(text: str) -> int:
    """How many columns the text takes in a fixed-width face.

    Wide East Asian characters and emoji take two columns; combining marks, invisible characters and whatever
    is joined to the character before it none. Neither does a soft hyphen, which is seen only at a line's end.
    """
    if text.isascii():
        return len(text)
    pieces = _MANY_FLAGS.split(text.replace("\u00ad", ""))
    return sum(columns_of(each, control_codes="ignore") for each in pieces)


def wrap(text: str, width: int = WIDTH, initial: str = "", subsequent: str = "") -> list[str]:
    """The text set in lines of at most ``width`` columns, as a list of lines without line ends.

    ``initial`` begins the first line, ``subsequent`` the others; both count towards the width. Lines also end
    between characters of scripts written without spaces, and after a dash. No-break spaces hold. A word that
    is wider than a line is divided between characters, but an address that does not fit stands alone,
    unbroken. An empty text gives no lines.
    """
    lines: list[str] = []
    line, line_width, is_empty = initial, display_width(initial), True
    room = width - display_width(subsequent)
    for part, gap, begins in _parts(text, room):
        part_width = display_width(part)
        if not is_empty and (begins or line_width + display_width(gap) + part_width > width):
            lines.append(line)
            line, line_width, is_empty = subsequent, display_width(subsequent), True
        space = "" if is_empty else gap
        line += space + part
        line_width += display_width(space) + part_width
        is_empty = False
    if not is_empty:
        lines.append(line)
    return lines


def fill(text: str, width: int = WIDTH, initial: str = "", subsequent: str = "") -> str:
    """What ``wrap`` gives, as one string with LF between the lines."""
    return "\n".join(wrap(text, width, initial, subsequent))


def is_address(word: str) -> bool:
    """Whether a word is a web or e-mail address, which must stay whole, however long."""
    return _IS_ADDRESS.match(word) is not None


def directed(text: str, direction: Direction) -> str:
    """A page of lines in which those of mixed direction say which way the page runs, ``ltr`` or ``rtl``.

    A mail program takes each line of plain text for a paragraph of its own and lets it run as its first
    letter does (UAX #9, P2 and P3). So a line of an Arabic text that begins with a Latin word would fall
    apart; an invisible mark before it (U+200F, in the other case U+200E) holds it together. A line in one
    direction alone needs none and gets none, and nothing ever stands before ``>`` or a line's indentation.
    """
    if text.isascii():
        return text
    return "\n".join(_directed_line(line, direction) for line in text.split("\n"))


def direction_of(text: str) -> Direction:
    """Which way a paragraph runs by its first letter (UAX #9, P2 and P3); ``ltr`` where it has none."""
    found = (_STRONG.get(unicodedata.bidirectional(each)) for each in text)
    return next(filter(None, found), "ltr")


def _directed_line(line: str, direction: Direction) -> str:
    if line.isascii():
        return line
    found = [way for each in line if (way := _STRONG.get(unicodedata.bidirectional(each)))]
    if not found or found[0] == direction or direction not in found:
        return line
    start = _BEFORE_WORDS.match(line)
    place = start.end() if start else 0
    return line[:place] + _MARKS[direction] + line[place:]


def _parts(text: str, room: int) -> Iterator[tuple[str, str, bool]]:
    """The pieces between which a line may end, each with the space (one or none) that precedes it.

    A piece that is wider than a line comes as its characters, the first of which begins a line (`True`).
    """
    gap = " "
    for place, word in enumerate(_SPACES.split(text)):
        if place % 2:
            gap = _WIDE_SPACE if _WIDE_SPACE in word else " "
            continue
        for piece in _pieces(word):
            if _fits(piece, room):
                yield piece, gap, False
            else:
                characters = list(CharacterBreaker(piece, _PLAIN_RULES))
                yield characters[0], gap, True
                yield from ((each, "", False) for each in characters[1:])
            gap = ""


def _pieces(word: str) -> Iterator[str]:
    """A word, divided where a line may end in it."""
    if not word:
        return
    if word.isascii() or is_address(word) or not _MAY_END_INSIDE.search(word):
        yield word
        return
    # All inside of addresses, so that each place is looked up and not searched for.
    inside = {place for found in _ADDRESS.finditer(word) for place in range(found.start() + 1, found.end())}
    start = end = 0
    for segment in LineBreaker(word, _PLAIN_RULES):
        end += len(segment)
        if end == len(word) or (end not in inside and _may_part(word[end - 1], word[end])):
            yield word[start:end]
            start = end


def _may_part(before: str, after: str) -> bool:
    """Whether we let a line end where ICU would: between letters without spaces, or after a dash."""
    if before == "—":
        return after.isalnum()
    if _IS_HANGUL.match(before) and _IS_HANGUL.match(after):
        return False
    return bool(_IS_CLOSE_SET.match(before) or _IS_CLOSE_SET.match(after))


def _fits(piece: str, room: int) -> bool:
    """Whether a piece is printed whole: it has room on a line of its own, or is an address."""
    return len(piece) * 2 <= room or display_width(piece) <= room or is_address(piece)
