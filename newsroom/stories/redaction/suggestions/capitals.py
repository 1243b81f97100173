"""Runs of capitalised words: what in a text could be a name at all.

Pure. Finds candidates and where they stand; whether one is a person, a company or a place is judged
elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from newsroom.stories.redaction.suggestions.names import FIRM_WORDS, FIRST_NAMES, TITLES
from newsroom.stories.redaction.suggestions.vocabulary import by_custom, is_ordinary

_WORD = re.compile(r"(?<!\w)[^\W\d_]{1,60}(?:[’'.-]{1,2}(?=[^\W\d_])[^\W\d_]{1,60}){0,6}")
_POSSESSIVE = re.compile(r"[’'][sS]$")
_PARTICLES = frozenset(
    "van von der den de da di del della du la le dos ter te y zu bin ibn al af av of ní ó and".split()
)
_JOINING_GAPS = frozenset((" ", "\u00a0", " & ", " + ", "’s ", "'s ", "’ ", "' "))
# Ordinary words that begin many a name: “Great Wessex Trains”, “Old Ron”.
_OFTEN_A_PART = frozenset(
    "great royal grand golden silver gilded blue green red black white north south east west northern "
    "southern eastern western old new little big three".split()
)
_LONGEST_RUN = 8


@dataclass(frozen=True)
class Word:
    """One word, without a possessive ending; `opens`: a sentence, line or quotation begins with it."""

    text: str
    plain: str
    start: int
    end: int
    opens: bool

    @property
    def capital(self) -> bool:
        """A capital letter first, and not a shouted word."""
        return self.text[0].isupper() and not (len(self.text) > 1 and self.text.isupper())

    @property
    def shouted(self) -> bool:
        return len(self.text) > 1 and self.text.isupper()

    @property
    def initial(self) -> bool:
        return len(self.text) == 1 and self.text.isupper() and self.text != "I"


@dataclass(frozen=True)
class Run:
    """A row of words that may be one name. `title` is what stood before it: “Mr”, “Herr Doktor”."""

    words: tuple[Word, ...]
    title: str
    title_start: int

    @property
    def start(self) -> int:
        return self.words[0].start

    @property
    def end(self) -> int:
        return self.words[-1].end

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(word.plain for word in self.words)

    @property
    def opens(self) -> bool:
        return self.words[0].opens and not self.title

    @property
    def ordinary(self) -> bool:
        return all(is_ordinary(word.plain) for word in self.words)


def words_of(text: str) -> tuple[Word, ...]:
    """All words of a text, in order."""
    return tuple(_words(text))


def _words(text: str) -> Iterator[Word]:
    for match in _WORD.finditer(text):
        found = _POSSESSIVE.sub("", match[0]) if len(match[0]) > 2 else match[0]
        start = match.start()
        plain = found.casefold().replace("’", "'")
        yield Word(found, plain, start, start + len(found), _opens(text, start))


def _opens(text: str, start: int) -> bool:
    """Whether nothing but quotes, brackets and spaces lies between the place and the end of something.

    Behind a comma a quotation begins a sentence too (he said, “That …”); without one it only shows a name.
    """
    place = start
    while place > 0 and (text[place - 1] in _MAY_LEAD or text[place - 1].isdecimal()):
        place -= 1
    if place == 0 or text[place - 1] in ".!?:…\n\r;":
        return True
    return text[place - 1] == "," and text[start - 1] in "“\"‘'"


_MAY_LEAD = " \t\u00a0“”\"'‘(*[-–—•"


def runs_of(text: str, words: tuple[Word, ...]) -> Iterator[Run]:
    """The capitalised runs, without the ordinary words at their ends.

    “Southern” is taken off “Southern Plover” where a sentence begins with it, unless the text has the two
    words with their capitals in the middle of a sentence too.
    """
    pairs = frozenset(
        (one.plain, other.plain)
        for one, other in pairwise(words)
        if not one.opens and _may_begin(one) and _may_begin(other)
    )
    place = 0
    while place < len(words):
        if not _may_begin(words[place]):
            place += 1
            continue
        last = _last_of_run(text, words, place)
        yield from _trimmed(text, words[place : last + 1], pairs)
        place = last + 1


def _may_begin(word: Word) -> bool:
    return word.capital and word.text not in ("I", "I'm", "I've", "I'd", "I'll", "I’m", "I’ve", "I’d", "I’ll")


def _last_of_run(text: str, words: tuple[Word, ...], first: int) -> int:
    last = first
    while last - first < _LONGEST_RUN and (following := _continued(text, words, last)):
        last = following
    return last


def _continued(text: str, words: tuple[Word, ...], last: int) -> int:
    """The place of the word that goes on with the name, or 0."""
    here = last + 1
    for _ in range(3):
        if here >= len(words):
            return 0
        gap = text[words[here - 1].end : words[here].start]
        after_abbreviation = gap in (". ", ".") and here - 1 == last and _is_abbreviation(words[last])
        if gap not in _JOINING_GAPS and not after_abbreviation:
            return 0
        if _may_begin(words[here]) or _ends_a_firm(words[here]):
            return 0 if words[here].plain in _PARTICLES and words[here].opens else here
        if words[here].plain not in _PARTICLES or gap not in (" ", "\u00a0"):
            return 0
        if words[here].plain == "of" and words[last].plain in FIRST_NAMES:
            return 0
        here += 1
    return 0


def _ends_a_firm(word: Word) -> bool:
    return word.plain in (
        "ltd",
        "plc",
        "gmbh",
        "ag",
        "inc",
        "llc",
        "bbq",
        "kg",
        "sa",
        "co",
        "s.l",
        "b.v",
        "s.a",
        "n.v",
        "s.r.l",
    )


def _is_abbreviation(word: Word) -> bool:
    return word.initial or word.plain in TITLES or word.plain in ("st", "mt")


def _trimmed(text: str, row: tuple[Word, ...], pairs: frozenset[tuple[str, str]]) -> Iterator[Run]:
    """Cut where words are joined that do not make one name, and leave ordinary beginnings and endings out."""
    for piece in _pieces(text, row):
        words = list(piece)
        while (
            len(words) > 1
            and words[0].opens
            and words[1].plain in TITLES
            and is_ordinary(words[0].plain)
            and words[0].plain not in TITLES
        ):
            words.pop(0)
        title_start, title = words[0].start, []
        while words and (words[0].plain in TITLES or words[0].plain in ("and", "the", "of")):
            if words[0].plain == "the" and len(words) > 1 and words[1].plain not in TITLES:
                break
            title.append(words.pop(0).text)
        if not any(word.casefold() in TITLES for word in title):
            title = []
        while not title and words and _is_mere_beginning(text, words, pairs):
            words.pop(0)
        while words and words[-1].plain in _PARTICLES:
            words.pop()
        while words and not words[0].capital and words[0].plain in _PARTICLES:
            words.pop(0)
        if words and (title or not all(word.plain in by_custom() for word in words)):
            yield Run(tuple(words), " ".join(title), title_start if title else words[0].start)


def _is_mere_beginning(text: str, words: list[Word], pairs: frozenset[tuple[str, str]]) -> bool:
    """“When Karen”, “The Brightwell”: the first word is there for the sentence's sake."""
    first = words[0]
    if len(words) == 1 or (first.plain, words[1].plain) in pairs:
        return False
    if "&" in text[first.end : words[1].start] or (first.initial and text[first.end : first.end + 1] == "."):
        return False
    if first.plain in _OFTEN_A_PART and not is_ordinary(words[1].plain):
        return False
    if first.opens:
        return first.plain == "the" or (is_ordinary(first.plain) and words[1].plain not in FIRM_WORDS)
    return first.plain in by_custom() and words[1].plain not in FIRM_WORDS


def _pieces(text: str, row: tuple[Word, ...]) -> Iterator[tuple[Word, ...]]:
    """Names that “and” joins are two, unless titles are joined or the whole begins with “The”."""
    begin = 0
    for place, word in enumerate(row):
        if word.plain != "and" or place == begin:
            continue
        before, after = row[place - 1].plain, row[place + 1].plain if place + 1 < len(row) else ""
        if (before in TITLES and after in TITLES) or any(
            earlier.text == "The" for earlier in row[begin:place]
        ):
            continue
        if begin < place:
            yield row[begin:place]
        begin = place + 1
    if begin < len(row):
        yield row[begin:]
