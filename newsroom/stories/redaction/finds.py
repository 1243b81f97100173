"""What in a story names somebody or seems private: what the suggestions find, and what editors marked.

Pure. It says where something is and not who it is (`cast`), nor what became of it in print (`passages`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from newsroom.stories.redaction import entities
from newsroom.stories.redaction.comparison import whole_characters
from newsroom.stories.redaction.disguises import folded
from newsroom.stories.redaction.entities import Kind
from newsroom.stories.redaction.suggestions import Company, Proposed, Thing, suggest
from newsroom.stories.redaction.suggestions.found import usual_proposal
from newsroom.stories.redaction.suggestions.house import named_in

THINGS_OF_KINDS: dict[Kind, Thing] = {
    "company": "company",
    "staff": "person",
    "private": "person",
    "place": "place",
}


@dataclass(frozen=True)
class Mark:
    """What an editor said about code points `start` to `end`: it `names` something, or it is `harmless`.

    `kind` is an `entities.Kind` or a `suggestions.Thing`; `entity` is whom it names, if they said so.
    """

    start: int
    end: int
    says: str
    kind: str = ""
    entity: str = ""


@dataclass(frozen=True)
class Find:
    """A passage that names something or seems private: why, and what one usually says instead."""

    start: int
    end: int
    words: str
    thing: Thing
    reason: str
    confidence: float
    usual: Proposed
    is_harmless: bool = False
    kind: Kind | None = None
    entity: str = ""


def houses_of(original: str, listed: tuple[Company, ...], told: str) -> tuple[Company, ...]:
    """The listed companies that this story is about: named in the text, or by its author beside it, which
    need not be a listed one."""
    houses = named_in(f"{original}\n{told}", listed)
    if not any(sign.isalpha() for sign in told):
        return houses
    known = {folded(name) for house in houses for name in house.names}
    return houses if folded(told) in known else (*houses, Company(told))


def finds_in(original: str, marks: Sequence[Mark], houses: Sequence[Company], told: str) -> tuple[Find, ...]:
    """What editors marked, and what was found beside it; no two share a letter, and none cuts a character."""
    named = [_marked(original, mark) for mark in marks if mark.says == "names" and _fits(original, mark)]
    harmless = sorted((mark.start, mark.end) for mark in marks if mark.says == "harmless")
    told_reason = f"“{told}” is on the list of companies"
    finds = []
    for found in suggest(original, houses):
        start, end = whole_characters(original, found.start, found.end)
        reason = (
            "its author says that it is about this company" if found.reason == told_reason else found.reason
        )
        finds.append(
            Find(
                start,
                end,
                original[start:end],
                found.kind_of_thing,
                reason,
                found.confidence,
                found.proposed,
                is_harmless=any(first <= start and end <= last for first, last in harmless),
            )
        )
    return _without_overlaps(named, finds)


def _fits(original: str, mark: Mark) -> bool:
    return 0 <= mark.start < mark.end <= len(original)


def _marked(original: str, mark: Mark) -> Find:
    kind = mark.kind if mark.kind in entities.KINDS else None
    thing = THINGS_OF_KINDS[kind] if kind else cast("Thing", mark.kind or "person")
    start, end = whole_characters(original, mark.start, mark.end)
    return Find(
        start,
        end,
        original[start:end],
        thing,
        "an editor marked it",
        1.0,
        usual_proposal(thing),
        kind=kind,
        entity=mark.entity,
    )


def _without_overlaps(named: Sequence[Find], finds: Sequence[Find]) -> tuple[Find, ...]:
    """In the order of the text; what an editor marked wins over what was found."""
    taken: list[tuple[int, int]] = []
    kept: list[Find] = []
    marked = sorted(named, key=lambda find: (find.start, -find.end))
    for find in marked:
        if not taken or find.start >= taken[-1][1]:
            taken.append((find.start, find.end))
            kept.append(find)
    free_from, place = 0, 0
    for find in sorted(finds, key=lambda find: find.start):
        while place < len(taken) and taken[place][1] <= find.start:
            place += 1
        is_free = place == len(taken) or taken[place][0] >= find.end
        if is_free and find.start >= free_from:
            kept.append(find)
            free_from = find.end
    return tuple(sorted(kept, key=lambda find: find.start))
