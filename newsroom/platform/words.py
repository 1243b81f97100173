"""Words as they are compared and looked up: without case, accents, apostrophes and marks.

Pure. Both sides of every comparison come from here, so that nothing depends on what a database or a machine
believes about accents. It forgets what a reader sees; nothing of it is ever shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from newsroom.platform.text import words_in

LONGEST = 64
"""Characters of one word; what is longer is no word, and finds itself by its beginning."""

_APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼ`´"))
_RUN = re.compile("[\\w'’‘ʼ`´\u0300-\u036f]+")
# Letters that Unicode does not divide into a letter and a mark.
_WHOLE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})


def fold(text: str) -> str:
    """The same text without case, accents and apostrophes. Its length may differ."""
    divided = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold()
    bare = "".join(sign for sign in divided if unicodedata.category(sign) != "Mn")
    return unicodedata.normalize("NFC", bare.translate(_WHOLE))


def folded_words(text: str) -> list[str]:
    """The words of a text in their order, folded. In scripts written without spaces each letter is one."""
    return [word[:LONGEST] for word in words_in(fold(text))]


@dataclass(frozen=True)
class Passage:
    """A piece of a text that is shown, and whether it is what somebody looked for."""

    text: str
    found: bool


def passages(text: str, sought: list[list[str]]) -> list[Passage]:
    """A text divided where words begin that were looked for; joined together it is the text again.

    `sought` is what `search.terms` gives. Nothing here is HTML: whoever shows a passage escapes it.
    """
    beginnings = tuple({word for term in sought for word in term if word})
    if not beginnings:
        return [Passage(text, False)] if text else []
    found: list[Passage] = []
    for piece in _pieces(text):
        hit = fold(piece).startswith(beginnings)
        if found and found[-1].found == hit:
            found[-1] = Passage(found[-1].text + piece, hit)
        else:
            found.append(Passage(piece, hit))
    return found


def _pieces(text: str) -> Iterator[str]:
    """The words of a text with what belongs to them, and whatever stands between."""
    end = 0
    for run in _RUN.finditer(text):
        if run.start() > end:
            yield text[end : run.start()]
        end = run.end()
        # In a script without spaces each letter is a word.
        yield from [run[0]] if len(words_in(run[0].translate(_APOSTROPHES))) < 2 else run[0]
    if end < len(text):
        yield text[end:]
