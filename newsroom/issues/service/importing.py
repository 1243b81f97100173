"""Taking a manuscript in: a new issue, or an unsent one replaced; all of it or nothing."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from newsroom.accounts.service import audit
from newsroom.issues import kinds, queries
from newsroom.issues.document import Section
from newsroom.issues.kinds.spec import BadValue
from newsroom.issues.manuscript import Manuscript
from newsroom.issues.models import Issue
from newsroom.issues.models import Section as SectionRow
from newsroom.issues.rules import Refused
from newsroom.issues.service.changing import changed, hold_to_edit
from newsroom.issues.service.composing import create_issue
from newsroom.issues.service.filling import fill
from newsroom.issues.service.refusals import SectionRefused
from newsroom.library import queries as library
from newsroom.library.service import UnknownPiece
from newsroom.platform.db import db, new_public_id
from newsroom.stories import queries as stories
from newsroom.stories import service as stories_service
from newsroom.stories.rules import StoryRefusal


def import_manuscript(said: Manuscript, *, by_id: int | None) -> tuple[Issue, str]:
    """Make the issue that a manuscript describes, or replace an unsent one of the same number.

    Gives the issue and one of `new`, `replaced`, `unchanged`. Raises Refused for an issue that is sent or
    going out, SectionRefused for a section that cannot be taken. Sections keep the pieces their ids name; a
    section without an id makes a new piece, unless it says word for word what stands in the issue already.
    """
    row = queries.issue(said.number)
    if row is None:
        row = create_issue(
            said.number, said.issue_on, subject=said.subject, preheader=said.preheader, by_id=by_id
        )
        outcome = "new"
    else:
        hold_to_edit(row)
        stored = queries.manuscript(row)
        said = _recognised(said, stored)
        if stored == said:
            return row, "unchanged"
        row.issue_on, row.subject, row.preheader = said.issue_on, said.subject, said.preheader
        outcome = "replaced"
    _replace_sections(row, said, by_id)
    changed(row, "manuscript imported", by_id)
    audit("imported", f"issue {row.number}", outcome)
    return row, outcome


def _recognised(said: Manuscript, stored: Manuscript) -> Manuscript:
    """The manuscript with the ids of those stored sections that it repeats without naming them."""
    named = {section.id for section in said.sections}
    free = [section for section in stored.sections if section.id not in named]
    sections = []
    for section in said.sections:
        twin = next((other for other in free if not section.id and replace(other, id="") == section), None)
        if twin is not None:
            free.remove(twin)
        sections.append(twin or section)
    return replace(said, sections=tuple(sections))


def _replace_sections(row: Issue, said: Manuscript, by_id: int | None) -> None:
    held = {section.piece_id or section.public_id: section for section in row.sections}
    kept: list[SectionRow] = []
    for position, wanted in enumerate(said.sections):
        try:
            section = _taken_in(held.get(wanted.id) if wanted.id else None, wanted, by_id)
        except (StoryRefusal, BadValue, UnknownPiece, Refused) as error:
            raise SectionRefused(position, str(error)) from error
        section.position = position
        kept.append(section)
    _remove_others(row, kept)
    for section in kept:
        if section not in row.sections:
            row.sections.append(section)
    row.sections.sort(key=lambda section: section.position)
    db.session.flush()


def _taken_in(section: SectionRow | None, wanted: Section, by_id: int | None) -> SectionRow:
    """The section that says what is wanted: one of the issue, where the id names it, or a new one."""
    if section is not None and section.kind == wanted.kind and queries.written(section) == wanted:
        return section
    if section is not None and _keeps_own_words(section.kind) and _keeps_own_words(wanted.kind):
        section.kind = wanted.kind
    elif section is None or section.kind != wanted.kind:
        section = _section_for(wanted)
    fill(section, wanted, by_id, new_id=wanted.id)
    return section


def _keeps_own_words(kind_name: str) -> bool:
    return kinds.kind_of(kind_name).source == "own"


def _remove_others(row: Issue, kept: list[SectionRow]) -> None:
    for section in [section for section in row.sections if section not in kept]:
        row.sections.remove(section)
        if section.piece_id and kinds.kind_of(section.kind).source == "story":
            stories_service.release_from_issue(section.piece_id, section.piece_version)


def _section_for(wanted: Section) -> SectionRow:
    """A new row for a section of a manuscript, tied to the piece or story that its id names.

    An id that nothing here has comes from another newsroom: the new section or piece keeps it.
    """
    kind = kinds.kind_of(wanted.kind)
    section = SectionRow(public_id=new_public_id(), position=0, kind=kind.name, fields={}, version=0)
    if not wanted.id:
        return section
    known = _kind_of(wanted.id)
    if known not in (None, wanted.kind):
        raise Refused(f"The id {wanted.id} belongs to a section of kind {known}; leave the id out.")
    if kind.source == "own":
        if known is not None:
            raise Refused(f"The id {wanted.id} belongs to a section of another issue; leave the id out.")
        section.public_id = wanted.id
    elif known is not None:
        if kind.source == "story":
            stories_service.schedule(wanted.id)
        section.piece_id = wanted.id
    return section


def _kind_of(public_id: str) -> str | None:
    """The kind of whatever has that id: a piece, a story or a section with words of its own."""
    piece = library.piece(public_id)
    if piece is not None:
        return piece.kind
    story = stories.printable(public_id)
    if story is not None:
        return next(kind.name for kind in kinds.by_name.values() if kind.verdict == story.verdict)
    return db.session.scalar(select(SectionRow.kind).where(SectionRow.public_id == public_id))
