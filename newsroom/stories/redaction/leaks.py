"""Whether a name that was taken out of a story still stands somewhere: the leak check.

Pure. It reads one surface at a time, which may be a plain text, a page, a letter's HTML, an address or a file
name: it opens tags, comments, entities, percent-encoding and punycode, and then looks for the names in any
disguise (`disguises`). It cannot read pictures, and it does not decide what a leak stops: that depends on
where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from html import unescape
from urllib.parse import unquote

from newsroom.stories.redaction.disguises import Searcher, folded, without_invisible
from newsroom.stories.redaction.suggestions.vocabulary import is_ordinary

_SHORT = 5
_AROUND = 32


class Weight(StrEnum):
    """What a leak is worth: a blocker stops publication, a warning may be waived with a reason."""

    BLOCKER = "blocker"
    WARNING = "warning"


@dataclass(frozen=True, order=True)
class Leak:
    """`name` was to be kept out and stands there as `words`; `excerpt` shows it with what is around it."""

    name: str
    weight: Weight
    words: str
    excerpt: str


class LeakSearch:
    """Looks for the same names on many surfaces, in time that grows with the text alone."""

    def __init__(self, forms: Iterable[str]) -> None:
        names = {form.strip(): None for form in forms if form.strip()}
        self._searcher = Searcher(names)
        self._weights = {name: weight_of(name) for name in names}

    def leaks(self, surface_text: str) -> tuple[Leak, ...]:
        """Every place where one of the names still stands; a name is found once in one place."""
        found: list[Leak] = []
        if not self._weights:
            return ()
        for text in _opened(surface_text):
            for sighting in self._searcher.sightings(text):
                words = _to_show(text[sighting.start : sighting.end])
                excerpt = _excerpt(text, sighting.start, sighting.end)
                found.append(Leak(sighting.name, self._weights[sighting.name], words, excerpt))
        return tuple(found)


def planted(forms: Iterable[str], surface_text: str) -> tuple[Leak, ...]:
    """Every place where one of the names still stands in one surface."""
    return LeakSearch(forms).leaks(surface_text)


def _excerpt(text: str, start: int, end: int) -> str:
    """The place with a few whole words on either side."""
    before, after = text[max(start - _AROUND, 0) : start], text[end : end + _AROUND]
    if start > _AROUND:
        before = f"… {before.partition(' ')[2]}"
    if end + _AROUND < len(text):
        after = f"{after.rpartition(' ')[0]} …"
    return _to_show(f"{before}{text[start:end]}{after}")


def _to_show(words: str) -> str:
    return " ".join(without_invisible(words).replace(_WALL, " ").split())


def weight_of(name: str) -> Weight:
    """A warning for a name of fewer than five letters or an ordinary word; a domain is always a blocker."""
    if _DOMAIN.fullmatch(name):
        return Weight.BLOCKER
    letters = [sign for sign in folded(name) if sign.isalnum()]
    if len(letters) < _SHORT or is_ordinary(name):
        return Weight.WARNING
    return Weight.BLOCKER


def is_everyday(leak: Leak) -> bool:
    """Whether an ordinary word stands there as nothing else: “next”, for a company called Next."""
    return is_ordinary(leak.name) and leak.words.islower()


_DOMAIN = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")

# A tag inside of a word joins its halves, as a browser shows them; between blocks nothing is joined. Both
# signs
# are code points that no text of ours holds: an invisible one, and one that is no part of any word.
_SEAM = "\u2060"
_WALL = "\u0000"
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9:-]{0,40})([^<>]*)>")
_INLINE = frozenset(
    "a abbr b bdi bdo big cite code data del dfn em font i ins kbd label mark q s samp "
    "small span strike strong sub sup time tt u var wbr".split()
)
_PUNYCODE = re.compile(r"(?<![\w-])xn--[a-z0-9-]{1,59}", re.IGNORECASE)
_MOST_LAYERS = 3


def _opened(surface: str) -> Iterator[str]:
    """What a surface shows and what it hides in tags and comments, each as plain text."""
    waiting = [(surface, 0)]
    while waiting:
        text, layer = waiting.pop()
        hidden: list[str] = []
        shown = _without_tags(_without_comments(text, hidden), hidden)
        plain = _decoded(shown)
        deeper = layer < _MOST_LAYERS
        if deeper:
            waiting += [(piece, layer + 1) for piece in hidden if any(sign.isalnum() for sign in piece)]
        # Feeds hold whole pages as escaped text: what was a text until now has tags of its own.
        if deeper and plain != shown and _TAG.search(plain):
            waiting.append((plain, layer + 1))
        else:
            # Signs of emphasis inside of a word, which a reader sees or does not.
            yield plain.replace("*", _SEAM)


def _without_comments(text: str, hidden: list[str]) -> str:
    """The text without HTML comments, which are put by. One that is never closed goes on to the end."""
    if "<!--" not in text:
        return text
    shown: list[str] = []
    place = 0
    while (start := text.find("<!--", place)) >= 0:
        end = text.find("-->", start + 4)
        shown += (text[place:start], _SEAM)
        hidden.append(text[start + 4 : end if end >= 0 else len(text)])
        place = end + 3 if end >= 0 else len(text)
    return "".join((*shown, text[place:]))


def _without_tags(text: str, hidden: list[str]) -> str:
    def stands_for(match: re.Match[str]) -> str:
        if match[2].strip(" /"):
            hidden.append(match[2])
        return _SEAM if match[1].casefold() in _INLINE else _WALL

    return _TAG.sub(stands_for, text) if "<" in text else text


def _decoded(text: str) -> str:
    """Entities, percent-encoding and punycode as the characters that they stand for."""
    for _ in range(_MOST_LAYERS):
        before = text
        if "&" in text:
            text = unescape(text)
        if "%" in text:
            text = unquote(text)
        if text == before:
            break
    return _PUNYCODE.sub(_from_punycode, text)


def _from_punycode(match: re.Match[str]) -> str:
    try:
        return match[0][4:].casefold().encode("ascii").decode("punycode")
    except (UnicodeError, ValueError, OverflowError):
        return match[0]
