"""One reading for all the ways in which a name can be written, and a search for names that goes by it.

Pure. Case, accents, full-width and look-alike letters, hyphens, invisible signs, possessives and plurals make
no difference; whole words do. It knows nothing of tags and addresses: `leaks` opens those first.

The look-alikes are a choice from the confusables of Unicode Technical Standard 39 (Unicode License v3):
letters of the Cyrillic, Greek and Armenian scripts that are drawn like Latin ones. Figures for letters (0 for
O) are not in it: “O2” and “02” are different things to our readers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

_LOOK_ALIKES = (
    # Cyrillic, capital and small
    "АA ВB ЕE ЅS ІI ЈJ КK МM НH ОO РP СC ТT УY ХX Ԁd ԌG ԚQ ԜW аa вb еe ѕs іi јj кk мm нh оo рp сc тt уy "
    "хx ԁd ԍg ԛq ԝw ѵv ѴV һh Һh ӏl Ӏl "
    "ьb гr пn ѡw ԑe ӧo ҡk қk ҟk ҝk ӄk ҥh ңh ӈh ҳx ӽx ҫc ұy ғf "
    # Greek
    "ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ϹC ϳj αa βb εe ηn ιi κk νv οo ρp σo τt υu χx ωw γy ϲc ςs "
    # Armenian, and Latin letters without a decomposition
    "օo սu һh ոn ռn հh զq ցg ɑa ɡg ɩi ıi ȷj ʟl ɴn ʀr ʙb ɢg ʜh ᴀa ᴄc ᴅd ᴇe ᴊj ᴋk ᴍm ᴏo ᴘp "
    "ᴛt ᴜu ᴠv ᴡw ᴢz øo ØO łl ŁL đd ĐD ħh ĦH ŧt ŦT ðd ÐD ƀb ɓb ƙk"
)
_LETTERS = {ord(pair[0]): pair[1] for pair in _LOOK_ALIKES.split()}
_LETTERS |= {
    ord(one): many
    for one, many in (
        ("æ", "ae"),
        ("Æ", "AE"),
        ("œ", "oe"),
        ("Œ", "OE"),
        ("þ", "th"),
        ("Þ", "TH"),
        ("ß", "ss"),
        ("ẞ", "ss"),
    )
}

_HYPHENS = "-\u2010\u2011\u2012\u2013\u2043\u2212\u00b7\u2027\ufe63\uff0d"
_APOSTROPHES = "'’‘ʼ`´ʹ\u02bb\u2032\uff07"
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# Marks that stand on letters. Written as ranges, because Python's word class leaves marks out.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0903\u093a-\u094f"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f"
)
_PIECE = re.compile(
    rf"[^\W_][^\W_{_INVISIBLE}{_MARKS}]*(?:[{_INVISIBLE}{_MARKS}]+[^\W_{_INVISIBLE}{_MARKS}]*)*"
)
_INVISIBLES = re.compile(rf"[{_INVISIBLE}]+")
_FIGURES_OR_LETTERS = re.compile(r"\d+|\D+")
_HUMPS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^A-Za-z\d]+")

Gap = Literal["joined", "apostrophe", "spaced", "apart"]


def folded(words: str) -> str:
    """A word as it is compared: small Latin letters wherever a letter looks like one."""
    if words.isascii():
        return words.casefold()
    plain = _INVISIBLES.sub("", words).translate(_LETTERS)
    decomposed = "".join(
        sign for sign in unicodedata.normalize("NFKD", plain) if unicodedata.category(sign)[0] != "M"
    )
    # What was full-width or accented a step ago may be a look-alike now, and the other way round.
    return (
        unicodedata.normalize("NFKD", decomposed.translate(_LETTERS).casefold())
        .translate(_LETTERS)
        .casefold()
    )


def without_invisible(text: str) -> str:
    """A text without soft hyphens, joiners and other signs that nobody sees."""
    return _INVISIBLES.sub("", text)


class Piece(NamedTuple):
    """A part of a text between gaps: its folded letters, where it stands, and what gap is before it."""

    text: str
    start: int
    end: int
    gap: Gap


def pieces_of(text: str) -> list[Piece]:
    """A text cut into pieces. Figures are parted from letters, and the words of a hashtag or handle from each
    other.
    """
    found: list[Piece] = []
    known: dict[str, str] = {}
    last = 0
    for match in _PIECE.finditer(text):
        raw, start = match[0], match.start()
        gap = _gap(text, last, start) if found else "apart"
        tagged = start > 0 and text[start - 1] in "#@"
        for part in _parts(raw, tagged):
            plain = known.get(part)
            if plain is None:
                plain = known[part] = folded(part)
            found.append(Piece(plain, start, start + len(part), gap))
            start += len(part)
            gap = "joined"
        last = match.end()
    return found


def _parts(raw: str, tagged: bool) -> Iterable[str]:
    if raw.isalpha() and not tagged:
        return (raw,)
    if tagged and raw.isascii():
        return _HUMPS.findall(raw)
    return _FIGURES_OR_LETTERS.findall(raw)


def _gap(text: str, start: int, end: int) -> Gap:
    """What stands between two pieces: nothing that matters, an apostrophe, a space of some kind, or more."""
    if end - start > 40:
        return "apart"
    between = text[start:end]
    if not between.isascii():
        between = _INVISIBLES.sub("", between)
    if not between:
        return "joined"
    if len(between) == 1:
        return _OF_ONE_SIGN.get(between, "spaced" if between.isspace() else "apart")
    bare = between.strip()
    if not bare:
        return "spaced"
    # A word cut at the end of a line; a name with “&”; an initial or “St.” before a name.
    if bare in _HYPHENS:
        return "joined" if between[0] in _HYPHENS and "\n" in between else "spaced"
    if bare in ("&", "+", "and"):
        return "spaced"
    if bare == "." and _short_before(text, start):
        return "spaced"
    return "apart"


_OF_ONE_SIGN: dict[str, Gap] = {
    **dict.fromkeys(_HYPHENS, "joined"),
    **dict.fromkeys(_APOSTROPHES, "apostrophe"),
    **dict.fromkeys(" _+.\u00a0\u202f\u2009&~", "spaced"),
}


def _short_before(text: str, end: int) -> bool:
    """Whether at most three letters stand before the place: an initial or an abbreviation."""
    letters = 0
    while letters < 4 and end > 0 and text[end - 1].isalnum():
        end -= 1
        letters += 1
    return 0 < letters < 4


@dataclass(frozen=True, slots=True)
class Sighting:
    """A name that stands in a text, in whatever disguise, from code point `start` up to `end`."""

    name: str
    start: int
    end: int


# Every beginning of a name is kept. What is longer than this is no name, nor an address that anybody has.
_LONGEST = 2_000


class Searcher:
    """Looks for many names at once, in time that grows with the text alone.

    Each name is found as a whole word, joined, hyphenated or spaced where it has spaces itself, with a plural
    or possessive ending. Names without a letter or figure are never found, nor what is too long for a name.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._whole: dict[str, str] = {}
        self._beginnings: set[str] = set()
        self._spaced: set[str] = set()
        for name in names:
            if len(name) <= _LONGEST:
                for variant in _variants(name):
                    self._learn(name, variant)

    def _learn(self, name: str, parts: tuple[str, ...]) -> None:
        compact = "".join(parts)
        if not compact:
            return
        written = ""
        for part in parts[:-1]:
            written += part
            self._spaced.add(written)
        for ending in _endings(compact):
            self._whole.setdefault(ending, name)
            self._beginnings.update(ending[:length] for length in range(1, len(ending) + 1))

    def sightings(self, text: str) -> Iterator[Sighting]:
        """Every name in the text, the longest where several begin at one place; none lies in another."""
        pieces = pieces_of(text)
        place = 0
        while place < len(pieces):
            longest = self._at(pieces, place)
            if longest is None:
                place += 1
                continue
            last, name = longest
            yield Sighting(name, pieces[place].start, pieces[last].end)
            place = last + 1

    def _at(self, pieces: list[Piece], first: int) -> tuple[int, str] | None:
        beginnings, whole, spaced = self._beginnings, self._whole, self._spaced
        written = pieces[first].text
        longest: tuple[int, str] | None = None
        last = first
        while written in beginnings:
            if name := whole.get(written):
                longest = (last, name)
            last += 1
            if last >= len(pieces):
                break
            following = pieces[last]
            if following.gap == "apart" or (following.gap == "spaced" and written not in spaced):
                break
            if following.gap == "apostrophe" and following.text == "s" and longest and longest[0] == last - 1:
                break
            written += following.text
        return longest


_POSSESSIVE = re.compile(rf"[{_APOSTROPHES}][sS]?$")
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ø": "oe", "å": "aa"}
)


def _variants(name: str) -> Iterator[tuple[str, ...]]:
    """The folded parts of a name, with “&” unsaid and as “and”, with “ä” as “a” and as “ae”."""
    plain = unicodedata.normalize("NFC", _INVISIBLES.sub("", name)).strip()
    for spelt in {plain, _POSSESSIVE.sub("", plain)}:
        for letters in {spelt, spelt.translate(_UMLAUTS)}:
            for said in {
                letters,
                re.sub(r"\s*[&+]\s*", " and ", letters),
                re.sub(r"\s+and\s+", " & ", letters),
            }:
                yield _spaced_parts(said)


def _spaced_parts(name: str) -> tuple[str, ...]:
    """Parts at which a name may be spaced: where it has a gap itself, be it a hyphen, but not inside “O2”."""
    parts: list[str] = []
    end = -1
    for piece in pieces_of(name):
        if piece.start == end:
            parts[-1] += piece.text
        else:
            parts.append(piece.text)
        end = piece.end
    return tuple(parts)


def _endings(compact: str) -> Iterator[str]:
    yield compact
    if compact[-1].isalpha() and len(compact) > 2:
        yield compact + "s"
        if compact.endswith(("s", "x", "z", "ch", "sh")):
            yield compact + "es"
        if compact.endswith("y"):
            yield compact[:-1] + "ies"
