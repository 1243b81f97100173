"""The list of an issue's sections as the composer shows it, and what was taken out of it. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from newsroom.issues import kinds, queries, rules, service
from newsroom.issues.document import IssueDocument, Section
from newsroom.issues.models import Issue, RemovedSection
from newsroom.issues.models import Section as SectionRow
from newsroom.platform.markup import passages
from newsroom.platform.text import excerpt
from newsroom.stories import queries as stories
from newsroom.stories.rules import State

LONGEST_TITLE = 80
MOST_REMOVED = 5
"""So many of the sections that were taken out are offered; the last ones are what somebody misses."""


@dataclass(frozen=True)
class Row:
    """A section in the list. `place` counts from 1; `name` tells it from every other row in words."""

    public_id: str
    place: int
    kind: str
    title: str
    is_untitled: bool
    is_empty_place: bool
    verdict: str
    newer_version: int | None

    @property
    def name(self) -> str:
        """How the buttons of the row call it: two sections may have one title, and none has two places."""
        return f"section {self.place}, “{self.title}”"


@dataclass(frozen=True)
class Removed:
    """A section that was taken out and can be put back."""

    public_id: str
    kind: str
    title: str


@dataclass(frozen=True)
class Outline:
    """The sections of an issue in their order; `chosen` is the id of the one that is open, empty for none."""

    issue: Issue
    rows: tuple[Row, ...]
    removed: tuple[Removed, ...]
    editable: bool
    chosen: str = ""


def outline_of(issue: Issue, whole: IssueDocument, chosen: str = "") -> Outline:
    """The list for an issue; `whole` is its document as it is known now."""
    editable = rules.may("edit", issue.state)
    newer = queries.newer_versions(issue) if editable else {}
    pairs = zip(issue.sections, whole.sections, strict=True)
    return Outline(
        issue=issue,
        rows=tuple(
            _row(place, row, section, newer.get(row.public_id))
            for place, (row, section) in enumerate(pairs, start=1)
        ),
        removed=_removed(issue) if editable else (),
        editable=editable,
        chosen=chosen,
    )


def _row(place: int, row: SectionRow, section: Section, newer: int | None) -> Row:
    kind = kinds.kind_of(section.kind)
    is_empty_place = service.is_empty_place(row) and not section.title
    no_words = "An empty place" if is_empty_place else "No words yet"
    return Row(
        public_id=row.public_id,
        place=place,
        kind=section.kind,
        title=section.title or _first_words(section) or no_words,
        is_untitled=not section.title,
        is_empty_place=is_empty_place,
        verdict=kind.verdict,
        newer_version=newer,
    )


def _first_words(section: Section) -> str:
    """What a section without a title is known by."""
    said = passages(section.body, kinds.kind_of(section.kind).dialect)
    return excerpt(said[0], LONGEST_TITLE) if said else ""


def _removed(issue: Issue) -> tuple[Removed, ...]:
    kept = queries.removed_sections(issue, MOST_REMOVED)
    return tuple(Removed(one.public_id, one.kind, one.label or _name(one)) for one in kept)


def _name(one: RemovedSection) -> str:
    """What a section is called of which no label is kept; a story's title only while it may be printed."""
    if not one.piece_id:
        return "Without words"
    story = stories.printable(one.piece_id)
    return story.title if story and story.state == State.READY else "A story that is not ready now"
