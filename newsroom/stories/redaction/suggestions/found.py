"""What a finder brings home, and how many finds become one row of suggestions that do not overlap.

Pure. It decides between finds that claim the same words; it finds nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Thing = Literal[
    "email",
    "phone",
    "url",
    "card",
    "iban",
    "account",
    "handle",
    "person",
    "company",
    "slogan",
    "street",
    "place",
    "date",
    "amount",
]
"""What a passage seems to be."""

_REPLACEMENTS: dict[Thing, tuple[str, str]] = {
    "email": ("anonymise", "[an e-mail address]"),
    "phone": ("anonymise", "[a telephone number]"),
    "url": ("anonymise", "[a web address]"),
    "card": ("anonymise", "[a card number]"),
    "iban": ("anonymise", "[a bank account]"),
    "account": ("anonymise", "[a reference number]"),
    "handle": ("anonymise", "[a name on a social network]"),
    "slogan": ("anonymise", "[their slogan]"),
    "street": ("generalise", "our street"),
    "person": ("anonymise", "[a person]"),
    "company": ("anonymise", "[a company]"),
    "place": ("generalise", "our town"),
    "date": ("generalise", "one day"),
    "amount": ("generalise", "a sum of money"),
}

# What an earlier class has taken, a later one leaves alone, unless the later find is the surer one.
_CERTAINTY: tuple[Thing, ...] = tuple(_REPLACEMENTS)


@dataclass(frozen=True)
class Proposed:
    """What an editor is offered: a kind of span (`redaction.KINDS`) and the words to print instead."""

    kind: str
    replacement: str


@dataclass(frozen=True)
class Find:
    """A passage as a finder saw it, before anybody asked whether another finder wants the same words.

    `rank` decides between finds: 0 wins over 1, whatever their classes. `replacement` is for finders that
    know better than the words that are usual for the class.
    """

    start: int
    end: int
    thing: Thing
    reason: str
    confidence: float
    rank: int = 1
    replacement: str = ""


@dataclass(frozen=True, order=True)
class Suggestion:
    """Code points `start` up to `end` seem to be a `kind_of_thing`, because of `reason`.

    A remark for an editor, never a decision. `confidence` lies between 0 and 1 and only orders suggestions.
    """

    start: int
    end: int
    kind_of_thing: Thing
    words: str
    reason: str
    proposed: Proposed
    confidence: float


def usual_proposal(thing: Thing) -> Proposed:
    """What is offered for a passage of that class when nothing more is known."""
    return Proposed(*_REPLACEMENTS[thing])


THINGS: tuple[Thing, ...] = tuple(_REPLACEMENTS)
"""Every class, the surest first."""


def settled(text: str, finds: Iterable[Find]) -> tuple[Suggestion, ...]:
    """The finds without overlaps, in the order of the text; the surest find of contested words stays."""
    taken = bytearray(len(text))
    kept: list[Find] = []
    for find in sorted(finds, key=_precedence):
        if find.start < find.end and not any(taken[find.start : find.end]):
            taken[find.start : find.end] = b"\1" * (find.end - find.start)
            kept.append(find)
    return tuple(sorted(_suggestion(text, find) for find in kept))


def _precedence(find: Find) -> tuple[int, int, int, int]:
    return (find.rank, _CERTAINTY.index(find.thing), find.start - find.end, find.start)


def _suggestion(text: str, find: Find) -> Suggestion:
    kind, usual = _REPLACEMENTS[find.thing]
    proposed = Proposed(kind, find.replacement or usual)
    words = text[find.start : find.end]
    return Suggestion(find.start, find.end, find.thing, words, find.reason, proposed, find.confidence)
