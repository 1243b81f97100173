"""How something is called whose name is not printed: an electronics superstore, another, a third.

Pure. English only: the article goes by sound, and only the beginning of a word is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsroom.stories.redaction.disguises import folded

_ORDINALS = "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()

_SILENT_H = re.compile(r"(?:hour|honest|honou?r|heir(?!loom\w)|heirloom)", re.IGNORECASE)
# A vowel that is said “you” or “won”: a university, a European, a one-off, a user, a utility; but an
# umbrella,
# an unimportant matter, an unidentified man.
_SAID_WITH_A_CONSONANT = re.compile(
    r"uni(?!n|m|d(?!ir)|r|ll|ss|g(?!\w*en))|u(?:s(?:e|u|a[bg]|ing|ur)|t(?:e(?:n|r[iu])|il|opi)|biq|r(?:in|"
    r"an|e(?!\b)|ol)|lul|kr|ku|ga|k\b)|"
    r"eu|ewe|once\b|one(?![a-z])|ouija|oui\b",
    re.IGNORECASE,
)
_LETTERS_SAID_WITH_A_VOWEL = "AEFHILMNORSX"
# Letters that are read as a word, and so follow its sound.
_READ_AS_A_WORD = frozenset(
    "NASA NATO LAN RAM ROM SIM SIMS LASER RADAR SONAR SCUBA FIFA LEGO RICO SEPA SATNAV".split()
)


_ARTICLE = re.compile(r"(?:an?|the|another)\s", re.IGNORECASE)
_BRACKETS = re.compile(r"[\[\]<>]")


def objections(words: str) -> Iterator[str]:
    """Why these words cannot stand for a name, a sentence each. Print adds the article and the brackets."""
    if _ARTICLE.match(words):
        yield "Leave out “a”, “an” or “the”; print puts in the one that fits."
    if _BRACKETS.search(words):
        yield "Leave out brackets; print puts them around it."
    if not any(sign.isalnum() for sign in folded(words)):
        yield "Print would show no letters there: write what it is, in a word or two."


def with_article(words: str) -> str:
    """“a” or “an” before words, as they are said: a university, an hour, an MP, an 18-year-old."""
    return f"{article(words)} {words}"


def article(words: str) -> str:
    """“a” or “an”, by the sound of the first word."""
    first = re.match(r"[\W_]*([\w,.]*)(-?)", words)
    word, hyphen = (first[1], first[2]) if first else ("", "")
    if not word:
        return "a"
    if word[0].isdecimal():
        return "an" if _number_begins_with_a_vowel(word) else "a"
    return "an" if _begins_with_a_vowel(word, hyphen) else "a"


def _number_begins_with_a_vowel(figures: str) -> bool:
    """Eight, eleven, eighteen, and what begins with them: 80, 8,000, 11,500; not 110 or 1,100."""
    leading = re.split(r"\D", figures)[0]
    groups = len(leading) % 3 or 3
    return leading.startswith("8") or leading[:groups] in ("11", "18")


def _begins_with_a_vowel(word: str, hyphen: str) -> bool:
    spelt = (
        (word.isupper() and len(word) > 1)
        or re.match(r"[A-Z]{2,}s?$", word)
        or (len(word) == 1 and bool(hyphen))
    )
    if spelt and word not in _READ_AS_A_WORD:
        return word[0].upper() in _LETTERS_SAID_WITH_A_VOWEL
    if _SILENT_H.match(word):
        return True
    return word[0].casefold() in "aeioué" and _SAID_WITH_A_CONSONANT.match(word) is None


def counted(descriptor: str, place: int) -> str:
    """The phrase for the first, second, third … of a kind in one story, counted from 1."""
    if place == 1:
        return with_article(descriptor)
    if place == 2:
        return f"another {descriptor}"
    if place - 3 < len(_ORDINALS):
        return with_article(f"{_ORDINALS[place - 3]} {descriptor}")
    return f"yet another {descriptor}"
