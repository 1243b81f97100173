"""Names that nobody gave a capital, in stories typed in haste, and names in shouted text.

Pure. Where sentences begin without capitals a small letter says nothing about a word, so what counts there is
whether a word is ordinary and what stands before it. In a tidy text only a title or a role makes a name of
one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from newsroom.stories.redaction.suggestions import people
from newsroom.stories.redaction.suggestions.capitals import Word
from newsroom.stories.redaction.suggestions.found import Thing
from newsroom.stories.redaction.suggestions.names import AMBIGUOUS, FIRM_WORDS, FIRST_NAMES, TOWNS
from newsroom.stories.redaction.suggestions.vocabulary import is_ordinary

_FIRM_CUE = re.compile(
    r"(?:\b(?:at|from|with|by|complain(?:t)?[ ](?:abt|about)|abt|against|rang|rung|for|app|firm|company|"
    r"into|use|of|to|phoned|pls|paying)[ ])$"
)
_ROLE_BEFORE = re.compile(
    r"\b(?:(?:some|one|a|called|named|name[ ]is|name[ ]was|spoke[ ]to|talked[ ]to|"
    rf"{people.ROLES})[ ]|(?:mr|mrs|ms|dr)\.?[ ])$"
)
_TITLE_BEFORE = re.compile(r"\b(?:mr|mrs|ms|herr|frau|dr|señor|señora)\.?[ ]$")
_SHOUTED_TITLE = re.compile(r"\b(?:mr|mrs|ms|miss|dr)\.?[ ](?:[a-z]\.?[ ]){0,2}$")
_TO_A_TOWN = re.compile(r"\b(?:in|near|to|from)[ ]$")
_TITLES = ("mr", "mrs", "ms", "dr", "herr", "frau")
_SURE_NAMES = FIRST_NAMES - AMBIGUOUS

Names = Mapping[str, tuple[Thing, str]]
"""Words that are known to name something in this text, with the class and the reason."""


def names_in_small_letters(
    text: str, words: tuple[Word, ...], known: Names, stems: frozenset[str]
) -> Iterator[tuple[int, int, Thing, str]]:
    """Where they begin and end, their class, and the reason."""
    hasty = is_written_hastily(text, words)
    known = {**known, **_learned(text, words, stems)} if hasty else known
    for place, word in enumerate(words):
        if word.capital or len(word.text) < 3 or (is_ordinary(word.plain) and not word.shouted):
            continue
        before = text[max(word.start - 24, 0) : word.start].casefold()
        if word.shouted and _SHOUTED_TITLE.search(before):
            judged: tuple[Thing, str] | None = ("person", "a title comes before it")
        elif is_ordinary(word.plain):
            judged = None
        elif hasty or word.shouted:
            judged = _judged_in_haste(word, before, known)
        else:
            judged = _judged_in_a_tidy_text(word, before)
        if judged is not None:
            yield (*_with_neighbours(text, words, place, judged[0]), *judged)


def is_written_hastily(text: str, words: tuple[Word, ...]) -> bool:
    """Whether most sentences begin without a capital."""
    opening = [word for word in words if word.opens and _ends_a_sentence(text, word.start)]
    return sum(word.text[0].islower() for word in opening) * 2 > len(opening)


def _ends_a_sentence(text: str, place: int) -> bool:
    return text[max(place - 40, 0) : place].rstrip(" ")[-1:] in ("", ".", "!", "?", "\n")


def _learned(text: str, words: tuple[Word, ...], stems: frozenset[str]) -> dict[str, tuple[Thing, str]]:
    """Words that one place in the text shows to be names, so that they are names in every other place too."""
    learned: dict[str, tuple[Thing, str]] = {}
    for word in words:
        if is_ordinary(word.plain):
            continue
        if people.is_said_to_be_called(text, word.start):
            learned[word.plain] = ("person", "somebody is said to be called that")
        elif word.plain not in learned and _is_a_firm(text, word, stems):
            learned[word.plain] = ("company", "is no ordinary word and stands where a firm is named")
    return learned


def _is_a_firm(text: str, word: Word, stems: frozenset[str]) -> bool:
    if len(word.text) < 4 or not word.text.isalpha() or word.plain in TOWNS or word.plain in FIRST_NAMES:
        return False
    before = text[max(word.start - 24, 0) : word.start].casefold()
    return word.plain in stems or _FIRM_CUE.search(before) is not None


def _judged_in_haste(word: Word, before: str, known: Names) -> tuple[Thing, str] | None:
    if word.plain in TOWNS:
        return ("place", "is a town") if _TO_A_TOWN.search(before) else None
    if word.plain in known and known[word.plain][0] != "company":
        return known[word.plain]
    if word.plain in _SURE_NAMES:
        return "person", "is a first name"
    if _TITLE_BEFORE.search(before):
        return "person", "a title comes before it"
    return known.get(word.plain)


def _judged_in_a_tidy_text(word: Word, before: str) -> tuple[Thing, str] | None:
    if _TITLE_BEFORE.search(before) or (word.plain in _SURE_NAMES and _ROLE_BEFORE.search(before)):
        return "person", "a title or a role comes before it"
    return None


def _with_neighbours(text: str, words: tuple[Word, ...], place: int, thing: Thing) -> tuple[int, int]:
    """A name in small letters with its title, or with the firm's word behind it."""
    start, end = words[place].start, words[place].end
    if thing == "person" and place and words[place - 1].plain in _TITLES:
        start = words[place - 1].start
    elif thing == "company" and place + 1 < len(words):
        following = words[place + 1]
        gap = text[end : following.start]
        if (following.plain in FIRM_WORDS and gap == " ") or gap == " & ":
            end = following.end
    return start, end
