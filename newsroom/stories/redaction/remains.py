"""Whether words that were to be taken out of a story still stand where they stood.

Pure. It looks at one passage of the original and at what print says in its place; whether a name stands
anywhere else is the leak check's business (`leaks`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from newsroom.stories.redaction.disguises import Searcher, folded
from newsroom.stories.redaction.spans import Span, printed_at
from newsroom.stories.redaction.suggestions import Thing
from newsroom.stories.redaction.suggestions.vocabulary import is_ordinary

_FIGURES: frozenset[Thing] = frozenset({"phone", "card", "iban", "account"})
_NAMED: frozenset[Thing] = frozenset({"person", "company", "place", "slogan"})
_FEWEST_FIGURES = 4
_FEWEST_SIGNS = 4
_TOKEN = re.compile(r"[^\W_]+")
_FIGURES_OR_LETTERS = re.compile(r"\d+|\D+")
_NUMBER = re.compile(r"\d(?:[ ()./+-]{0,3}\d){3,}")


def still_stands(
    original: str, spans: Sequence[Span], start: int, end: int, thing: Thing, forms: tuple[str, ...]
) -> bool:
    """Whether print still says in that place what it may not: one of the forms, or enough of the words that
    anybody could put them together. Expects spans in order."""
    words, printed = original[start:end], printed_at(original, spans, start, end)
    return printed == words or any(remains(words, printed, thing, forms))


def remains(words: str, printed: str, thing: Thing, forms: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Where a printed text still says these words: one of the forms in any disguise, four figures of a number
    in a row, a telling part of an address. In order where they are of one sort."""
    named = [
        (seen.start, seen.end)
        for seen in _searcher(forms).sightings(printed)
        # An ordinary word that is a name as well (“Next”) is one only with a capital letter.
        if printed[seen.start].isupper() or not is_ordinary(seen.name)
    ]
    yield from named
    if named or thing in _NAMED:
        return
    yield from _numbers(words, printed) if thing in _FIGURES else _tokens(words, printed)


@lru_cache(maxsize=256)
def _searcher(forms: tuple[str, ...]) -> Searcher:
    return Searcher(forms)


def _numbers(words: str, printed: str) -> Iterator[tuple[int, int]]:
    known = _figures(words)
    for match in _NUMBER.finditer(printed):
        figures = _figures(match[0])
        if len(figures) >= _FEWEST_FIGURES and (figures in known or known in figures):
            yield match.span()


def _figures(words: str) -> str:
    return "".join(sign for sign in words if sign.isdecimal())


def _tokens(words: str, printed: str) -> Iterator[tuple[int, int]]:
    telling = {
        folded(token)
        for token in _TOKEN.findall(words)
        if len(token) >= _FEWEST_SIGNS and not is_ordinary(token)
    }
    for match in _TOKEN.finditer(printed):
        if folded(match[0]) in telling:
            yield match.span()
            continue
        # Figures that were typed right behind a word hide it from nobody.
        yield from (
            (match.start() + part.start(), match.start() + part.end())
            for part in _FIGURES_OR_LETTERS.finditer(match[0])
            if folded(part[0]) in telling
        )
