"""Placing what lies on the shelf: a ready story or a piece of the library, by itself or several at once."""

from __future__ import annotations

from collections.abc import Iterable

from newsroom.issues import kinds, queries, rules
from newsroom.issues.kinds import Kind
from newsroom.issues.models import Issue
from newsroom.issues.models import Section as SectionRow
from newsroom.issues.proposing import house_order, place_for
from newsroom.issues.rules import Refused
from newsroom.issues.service.arranging import arrange
from newsroom.issues.service.changing import changed, hold_to_edit
from newsroom.issues.service.composing import (
    append,
    next_position,
    refuse_piece_that_stands_here,
    refuse_when_full,
    section_of,
)
from newsroom.library import queries as library
from newsroom.library.service import UnknownPiece
from newsroom.platform.db import new_public_id
from newsroom.stories import queries as stories
from newsroom.stories import service as stories_service
from newsroom.stories.rules import StoryRefusal


def place_story(row: Issue, public_id: str, *, by_id: int | None, into: str = "") -> SectionRow:
    """Give a ready story a section at its newest version, which is pinned: the last one, or an empty place.

    `into` is the id of that place. Raises StoryRefusal unless the story is ready, Refused where the place is
    taken or meant for another kind.
    """
    hold_to_edit(row)
    story = stories.printable(public_id)
    if story is None:
        raise StoryRefusal("There is no such story.")
    kind = next(
        kind for kind in kinds.by_name.values() if kind.source == "story" and kind.verdict == story.verdict
    )
    section = _section_for(row, kind, into)
    stories_service.schedule(public_id)
    return _pinned(row, section, public_id, story.version, by_id)


def place_piece(row: Issue, public_id: str, *, by_id: int | None, into: str = "") -> SectionRow:
    """Give a piece of the library a section, at its newest version: the last one, or an empty place.

    Raises UnknownPiece; Refused where it stands in the issue already, was taken off the shelf, or does not
    fit the place.
    """
    hold_to_edit(row)
    piece = library.piece(public_id)
    if piece is None or piece.kind not in kinds.by_name:
        raise UnknownPiece(public_id)
    refuse_piece_that_stands_here(row, public_id)
    if piece.retired_at is not None:
        raise Refused(f"“{piece.title}” was taken off the shelf; put it back there first.")
    section = _section_for(row, kinds.kind_of(piece.kind), into)
    return _pinned(row, section, public_id, piece.version, by_id)


def fill_from_shelf(row: Issue, public_ids: Iterable[str], *, by_id: int | None) -> list[SectionRow]:
    """Place several stories and pieces at once, each where its kind usually stands; all of them or none.

    A place that was left empty for a kind is filled before another section is added. Raises what placing one
    raises.
    """
    hold_to_edit(row)
    order = house_order(queries.recent_kinds())
    placed = []
    for public_id in dict.fromkeys(public_ids):
        kind_name = _kind_of(public_id)
        empty = next((one for one in row.sections if one.kind == kind_name and is_empty_place(one)), None)
        standing = [section.kind for section in row.sections]
        verb = place_story if kinds.kind_of(kind_name).source == "story" else place_piece
        section = verb(row, public_id, by_id=by_id, into=empty.public_id if empty else "")
        if empty is None:
            ids = [one.public_id for one in row.sections]
            arrange(row, rules.placed(ids, section.public_id, place_for(section.kind, standing, order) + 1))
        placed.append(section)
    return placed


def is_empty_place(section: SectionRow) -> bool:
    """Whether the section waits for a piece or a story: a template left its place free."""
    return section.piece_id is None and kinds.kind_of(section.kind).source != "own"


def _kind_of(public_id: str) -> str:
    piece = library.piece(public_id)
    if piece is not None and piece.kind in kinds.by_name:
        return piece.kind
    story = stories.printable(public_id)
    if story is None:
        raise StoryRefusal("Something of this list is no longer on the shelf; look at the list again.")
    return next(kind.name for kind in kinds.by_name.values() if kind.verdict == story.verdict)


def _section_for(row: Issue, kind: Kind, into: str) -> SectionRow:
    """The empty place that is meant, or a new section behind the others."""
    if into:
        section = section_of(row, into)
        if section.kind != kind.name:
            raise Refused(f"That place waits for the kind {section.kind}; this is one of {kind.name}.")
        if not is_empty_place(section):
            raise Refused("Somebody filled that place meanwhile; nothing was changed.")
        return section
    refuse_when_full(row)
    return SectionRow(
        public_id=new_public_id(), position=next_position(row), kind=kind.name, fields={}, version=0
    )


def _pinned(row: Issue, section: SectionRow, public_id: str, version: int, by_id: int | None) -> SectionRow:
    section.piece_id, section.piece_version = public_id, version
    section.title = section.body = ""
    section.version += 1
    if section in row.sections:
        changed(row, f"place for {section.kind} filled", by_id)
        return section
    return append(row, section, by_id)
