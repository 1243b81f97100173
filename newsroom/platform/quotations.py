"""Quotations: whether what stands between the marks was said in another text, and where; and making one.

Pure. Case, punctuation, the shape of apostrophes and invisible signs never misquote; an ellipsis or square
brackets mark what a writer left out or put in. What stands between such gaps has to come in the text's order.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

FEWEST_WORDS_CHECKED = 4
FEWEST_WORDS_TAKEN_OUT = 2
"""What was taken out of a text shows through quotations that are shorter than those."""

# The lengths are bounded, and an opening mark ends the search for a closing one, so that a text of nothing
# but quotation marks costs no more than any other.
_QUOTATIONS = re.compile(
    r"“([^“”]{3,1000})”|\"([^\"\n]{3,1000})\"|«([^«»]{3,1000})»|„([^„“”]{3,1000})[“”]"
    r"|(?<!\w)‘((?:[^‘’]|’(?=\w)){3,1000})’(?!\w)"
)
# What an editor leaves out of a quotation, or puts in to make it read, is marked as such.
_GAPS = re.compile(r"…|\.\.\.|\[[^\[\]]{0,200}\]")
_INSIDE = r"[\w\u0300-\u036f\u00ad\u200b-\u200d\u2060]"
_APOSTROPHE = "['’‘ʼ`´]"
_WORD = re.compile(rf"\w{_INSIDE}*(?:{_APOSTROPHE}{_INSIDE}+)*")
_APOSTROPHES = re.compile(_APOSTROPHE)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060]")


@dataclass(frozen=True, slots=True)
class _Word:
    """A word, folded for comparing, and where it stands."""

    folded: str
    start: int
    end: int


def misquotations(text: str, source: str) -> tuple[str, ...]:
    """The quotations of four words or more in a text that its source does not say; each once, in order."""
    found = quotations(text)
    said = _joined(source) if found else ""
    return tuple(
        quotation
        for quotation in found
        if len(_words(quotation)) >= FEWEST_WORDS_CHECKED and not _is_said(quotation, said)
    )


def loose_quotations(text: str, source: str) -> tuple[str, ...]:
    """The quotations of two or three words that its source does not say; each once, in order.

    So few words are often no quotation at all: whoever asks has to look at what stands around them.
    """
    found = quotations(text)
    said = _joined(source) if found else ""
    return tuple(
        quotation
        for quotation in found
        if 1 < len(_words(quotation)) < FEWEST_WORDS_CHECKED and not _is_said(quotation, said)
    )


def taken_out(text: str, printed: str, original: str) -> tuple[str, ...]:
    """The quotations of two words or more with a passage that the original says and print does not any more.

    Each once, in order. Such a quotation would tell readers what was taken out of the text for a reason.
    """
    found = quotations(text)
    in_print, sent = (_joined(printed), _joined(original)) if found else ("", "")
    return tuple(
        quotation
        for quotation in found
        if not _is_said(quotation, in_print)
        and any(
            len(_words(passage)) >= FEWEST_WORDS_TAKEN_OUT
            and _joined(passage) not in in_print
            and _joined(passage) in sent
            for passage in (quotation, *_GAPS.split(quotation))
        )
    )


def quotations(text: str) -> tuple[str, ...]:
    """What stands between quotation marks in a text, without the marks; each once, in order."""
    found = _QUOTATIONS.finditer(text)
    return tuple(dict.fromkeys(next(filter(None, quotation.groups())) for quotation in found))


def nearest(wanted: Sequence[str], text: str) -> tuple[str, ...]:
    """For each quotation the passage of a text that shares the most words with it, as it stands there.

    Empty where hardly half of its words stand together anywhere.
    """
    words = _words(text)
    return tuple(_nearest(_words(quotation), words, text) for quotation in wanted)


def _nearest(sought: Sequence[_Word], words: Sequence[_Word], text: str) -> str:
    length = len(sought)
    wanted = Counter(word.folded for word in sought)
    best, best_count = 0, 0
    window: Counter[str] = Counter()
    shared = 0
    for place, word in enumerate(words):
        if word.folded in wanted:
            window[word.folded] += 1
            shared += window[word.folded] <= wanted[word.folded]
        if place >= length and (gone := words[place - length].folded) in wanted:
            shared -= window[gone] <= wanted[gone]
            window[gone] -= 1
        start = max(0, place - length + 1)
        begins_alike = shared == best_count and words[start].folded == sought[0].folded
        if shared > best_count or (shared and begins_alike and words[best].folded != sought[0].folded):
            best, best_count = start, shared
    if best_count * 2 < length or not words:
        return ""
    last = words[min(best + length, len(words)) - 1]
    return _one_line(text[words[best].start : last.end])


def quoted(wanted: str, text: str) -> str | None:
    """These words of a text in quotation marks, letter for letter; None where they do not stand there.

    Found typography aside and by whole words. Marks of quotation inside become single, a line break a space;
    an editor's bracket is never cut in half.
    """
    place = _place(_words(wanted), _words(text))
    if place is None:
        return None
    start, end = _with_signs(wanted, text, *place)
    words = _one_line(text[start:end])
    if words.count("*") % 2:
        words = words.replace("*", "")
    for marks, single in (("“„«", "‘"), ("”»", "’")):
        words = re.sub(f"[{marks}]", single, words)
    words = re.sub(r'"([^"]*)"', r"‘\1’", words).replace('"', "")
    return f"“{words}”"


def _place(sought: Sequence[_Word], words: Sequence[_Word]) -> tuple[int, int] | None:
    """Where the words stand one after another for the first time."""
    if not sought:
        return None
    wanted = [word.folded for word in sought]
    for place in range(len(words) - len(wanted) + 1):
        if all(words[place + step].folded == one for step, one in enumerate(wanted)):
            return words[place].start, words[place + len(wanted) - 1].end
    return None


def _with_signs(wanted: str, text: str, start: int, end: int) -> tuple[int, int]:
    """The place with the signs at its end that were asked for, and with both halves of a bracket."""
    asked = wanted.rstrip()
    for sign in asked[_words(wanted)[-1].end :]:
        if sign in "])!?.…" and text[end : end + 1] == sign:
            end += 1
    inside = text[start:end]
    if inside.count("[") > inside.count("]") and (closing := text.find("]", end)) >= 0:
        end = closing + 1
    if inside.count("]") > inside.count("[") and (opening := text.rfind("[", 0, start)) >= 0:
        start = opening
    if text[start - 1 : start] == "[" and text[end : end + 1] == "]":
        start, end = start - 1, end + 1
    return start, end


def _is_said(quotation: str, said: str) -> bool:
    if _joined(quotation) in said:
        return True
    place = 0
    for passage in _GAPS.split(quotation):
        if not _words(passage):
            continue
        found = said.find(_joined(passage), place)
        if found < 0:
            return False
        # The space at its end is the one that the next passage begins with.
        place = found + len(_joined(passage)) - 1
    return True


def _joined(text: str) -> str:
    """The words alone between single spaces."""
    words = " ".join(word.folded for word in _words(text))
    return f" {words} " if words else " "


def _words(text: str) -> list[_Word]:
    return list(_each_word(text))


def _each_word(text: str) -> Iterator[_Word]:
    for found in _WORD.finditer(text):
        word = found[0]
        if word.isascii():
            plain = word.lower()
        else:
            plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", word)).casefold()
        yield _Word(_APOSTROPHES.sub("'", plain), found.start(), found.end())


def _one_line(text: str) -> str:
    return " ".join(text.split())
