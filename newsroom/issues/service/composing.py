"""Composing: opening an issue, its head, adding and saving sections."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from newsroom.accounts.service import audit
from newsroom.issues import kinds, queries, rules
from newsroom.issues.document import Section
from newsroom.issues.kinds.spec import OPENING
from newsroom.issues.manuscript import MOST_SECTIONS
from newsroom.issues.models import Issue, RemovedSection
from newsroom.issues.models import Section as SectionRow
from newsroom.issues.rules import Head, Refused
from newsroom.issues.service.changing import changed, hold_to_edit
from newsroom.issues.service.filling import cleaned, fill, fill_keys, words_stand_elsewhere
from newsroom.issues.service.refusals import AlreadyAdded, Conflict
from newsroom.library import queries as library
from newsroom.platform import clock
from newsroom.platform.db import db, new_public_id
from newsroom.stories import service as stories_service


def create_issue(
    number: int, issue_on: date, *, subject: str = "", preheader: str = "", by_id: int | None
) -> Issue:
    """Open a new issue. Raises Refused when the number is taken."""
    now = clock.now()
    row = Issue(
        number=number,
        issue_on=issue_on,
        subject=subject,
        preheader=preheader,
        state=rules.DRAFTING,
        created_at=now,
        updated_at=now,
        updated_by_id=by_id,
    )
    try:
        if queries.issue(number) is not None:
            raise Refused(_TAKEN.format(number=number))
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        # A colleague, or the second of two clicks, was quicker by less than this unit of work takes.
        raise Refused(_TAKEN.format(number=number)) from None
    audit("created", f"issue {number}", f"dated {issue_on.isoformat()}")
    return row


_TAKEN = "There is an issue {number} already; choose another number or open that one."


def save_head(row: Issue, said: Head, *, base_version: str, by_id: int | None) -> None:
    """Change date, subject and preheader. Raises Conflict when somebody else changed them meanwhile.

    `base_version` is the `version` of the head that the editor started from.
    """
    hold_to_edit(row)
    stored = queries.head(row)
    if stored == said:
        return
    if stored.version != base_version:
        raise Conflict
    row.issue_on, row.subject, row.preheader = said.issue_on, said.subject, said.preheader
    changed(row, "head changed", by_id)


def add_section(row: Issue, said: Section, *, by_id: int | None, section_id: str = "") -> SectionRow:
    """Append a section with its own words; a column or a piece of the library is made with it.

    `section_id` is the public id that it is to have, chosen when its form was opened, so that a form which is
    sent twice adds one section: the second time gives the first one's. Raises AlreadyAdded where that form
    has added something else before, SectionRefused for a value that cannot be taken.
    """
    hold_to_edit(row)
    said = cleaned(said)
    known = next((section for section in row.sections if section.public_id == section_id), None)
    if known is not None:
        if _says(known, said):
            return known
        raise AlreadyAdded
    refuse_when_full(row)
    if section_id:
        _claim(section_id)
    section = SectionRow(
        public_id=section_id or new_public_id(),
        position=next_position(row),
        kind=said.kind,
        fields={},
        version=0,
    )
    fill(section, said, by_id)
    return append(row, section, by_id)


def _claim(section_id: str) -> None:
    """See that no other section has this id, nor gets it again. Raises AlreadyAdded for another issue's."""
    if db.session.scalar(select(SectionRow.id).where(SectionRow.public_id == section_id)) is not None:
        raise AlreadyAdded
    # It was taken out and is added once more: what was kept of it would be put back beside it.
    db.session.execute(delete(RemovedSection).where(RemovedSection.public_id == section_id))


def _says(section: SectionRow, said: Section) -> bool:
    """Whether the section says exactly this already."""
    return replace(queries.written(section), id="") == said


def save_section(row: Issue, section_id: str, said: Section, *, base_version: int, by_id: int | None) -> None:
    """Replace the words of a section, which keeps its kind. Raises Conflict when somebody saved meanwhile.

    A story that a reader told keeps its own words, which are edited on its page: only the keys that belong
    to this issue are taken. Any other piece gets a new version, which is pinned here. Saving what is stored
    already changes nothing and voids no approval.
    """
    hold_to_edit(row)
    section = section_of(row, section_id)
    if words_stand_elsewhere(section):
        if section.version != base_version:
            raise Conflict
        if fill_keys(section, said.fields):
            changed(row, f"section “{section.kind}” saved", by_id)
        return
    said = cleaned(replace(said, kind=section.kind))
    if _says(section, said):
        return
    if section.version != base_version:
        raise Conflict
    fill(section, said, by_id)
    changed(row, f"section “{said.title or section.kind}” saved", by_id)


def print_opening(row: Issue, section_id: str, *, by_id: int | None) -> None:
    """Let the letter print a section's opening and lead to the whole on the web.

    Raises Refused where the section was removed meanwhile. A letter that does so already stays as it is.
    """
    hold_to_edit(row)
    section = section_of(row, section_id)
    if section.fields.get("letter") == OPENING:
        return
    section.fields = {**section.fields, "letter": OPENING}
    section.version += 1
    changed(row, f"letter prints the opening of “{section.title or section.kind}”", by_id)


def take_newer(row: Issue, section_id: str, *, by_id: int | None, seen: int | None = None) -> None:
    """Pin the newest version of the piece or story that a section points at.

    `seen` is the version that somebody looked at before they took it. Raises Refused where another one is the
    newest by now, StoryRefusal with what is missing where that version of a story is not ready for print.
    """
    hold_to_edit(row)
    section = section_of(row, section_id)
    newest = queries.newer_versions(row).get(section_id)
    if newest is None:
        return
    if seen is not None and seen != newest:
        raise Refused("It was saved once more meanwhile; look at what would change now, then take it.")
    if section.piece_id and kinds.kind_of(section.kind).source == "story":
        newest = stories_service.take_newer(section.piece_id, actor_id=by_id)
    section.piece_version = newest
    section.version += 1
    changed(row, f"newer version {newest} of {section.piece_id} taken", by_id)


def section_of(row: Issue, section_id: str) -> SectionRow:
    """The issue's section with that public id. Raises Refused where it was removed meanwhile."""
    section = next((section for section in row.sections if section.public_id == section_id), None)
    if section is None:
        raise Refused("This section is no longer in the issue; somebody removed it.")
    return section


def refuse_piece_that_stands_here(row: Issue, public_id: str) -> None:
    """Raises Refused where a section of the issue holds that piece already."""
    if any(section.piece_id == public_id for section in row.sections):
        piece = library.piece(public_id)
        raise Refused(f"“{piece.title if piece else public_id}” stands in this issue already.")


def refuse_when_full(row: Issue) -> None:
    """Raises Refused where an issue holds as many sections as one can."""
    if len(row.sections) >= MOST_SECTIONS:
        raise Refused(f"An issue has at most {MOST_SECTIONS} sections; take one out first.")


def append(row: Issue, section: SectionRow, by_id: int | None) -> SectionRow:
    """Put a new section behind the others."""
    row.sections.append(section)
    changed(row, f"{section.kind} added", by_id)
    return section


def next_position(row: Issue) -> int:
    """The position of a section that is to come last."""
    return max((section.position for section in row.sections), default=-1) + 1
