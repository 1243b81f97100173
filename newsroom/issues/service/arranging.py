"""Arranging: putting sections in their order, taking them out, and putting back what was taken out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from newsroom.accounts.service import audit
from newsroom.issues import kinds, queries, rules
from newsroom.issues.models import Issue, RemovedSection
from newsroom.issues.models import Section as SectionRow
from newsroom.issues.rules import Refused
from newsroom.issues.service.changing import changed, hold_to_edit
from newsroom.issues.service.composing import refuse_piece_that_stands_here, refuse_when_full, section_of
from newsroom.platform import clock
from newsroom.platform.db import db
from newsroom.platform.text import excerpt
from newsroom.stories import queries as stories
from newsroom.stories import service as stories_service
from newsroom.stories.rules import StoryRefusal

MOST_KEPT = 30
"""So many sections that were taken out of an issue are kept; of more, the oldest are forgotten."""


def move_section(row: Issue, section_id: str, offset: int, *, by_id: int | None) -> int:
    """Move a section up (negative) or down by that many places; gives its place, counted from 1."""
    hold_to_edit(row)
    section_of(row, section_id)
    return _put_in_order(row, rules.moved(_order(row), section_id, offset), section_id, by_id)


def move_section_to(row: Issue, section_id: str, place: int, *, by_id: int | None) -> int:
    """Move a section to a place, counted from 1, in the order as it is now; gives where it came to stand.

    Whoever asks may have had another order before their eyes. The wish is about this section alone, so that
    what a colleague moved meanwhile stays moved.
    """
    hold_to_edit(row)
    section_of(row, section_id)
    return _put_in_order(row, rules.placed(_order(row), section_id, place), section_id, by_id)


def arrange(row: Issue, order: Sequence[str]) -> None:
    """Give the sections the places that their ids have in `order`, which names each of them once."""
    by_public_id = {section.public_id: section for section in row.sections}
    for position, public_id in enumerate(order):
        by_public_id[public_id].position = position
    row.sections.sort(key=lambda section: section.position)


def _order(row: Issue) -> list[str]:
    return [section.public_id for section in row.sections]


def _put_in_order(row: Issue, order: list[str], section_id: str, by_id: int | None) -> int:
    if order != _order(row):
        arrange(row, order)
        changed(row, "sections put in another order", by_id)
    return order.index(section_id) + 1


def remove_section(row: Issue, section_id: str, *, by_id: int | None) -> None:
    """Take a section out; its piece stays in the library, its story goes back to the ready ones.

    What it said is kept, and `restore_section` puts it back.
    """
    hold_to_edit(row)
    _take_out(row, section_of(row, section_id), by_id)


def remove_sections(row: Issue, section_ids: Iterable[str], *, by_id: int | None) -> int:
    """Take several sections out, such as those that were filled in at once; gives how many stood."""
    hold_to_edit(row)
    wanted = set(section_ids)
    found = [section for section in row.sections if section.public_id in wanted]
    for section in found:
        _take_out(row, section, by_id)
    return len(found)


def _take_out(row: Issue, section: SectionRow, by_id: int | None) -> None:
    db.session.add(
        RemovedSection(
            issue_id=row.id,
            public_id=section.public_id,
            position=row.sections.index(section),
            kind=section.kind,
            label=_label(section),
            title=section.title,
            body=section.body,
            fields=dict(section.fields),
            piece_id=section.piece_id,
            piece_version=section.piece_version,
            version=section.version,
            removed_at=clock.now(),
            removed_by_id=by_id,
        )
    )
    row.sections.remove(section)
    arrange(row, _order(row))
    if _is_story(section.kind) and section.piece_id:
        stories_service.release_from_issue(section.piece_id, section.piece_version)
    changed(row, f"section “{section.title or section.kind}” removed", by_id)
    _forget_the_oldest(row)


def _label(section: SectionRow) -> str:
    """What the list of what was taken out calls it."""
    said = queries.written(section)
    # A story's title is not kept beside the story: it goes when the story goes.
    if _is_story(section.kind) and section.piece_id:
        return ""
    return excerpt(said.title or said.body, 120)


def _forget_the_oldest(row: Issue) -> None:
    query = select(RemovedSection).where(RemovedSection.issue_id == row.id)
    for old in db.session.scalars(query.order_by(RemovedSection.id.desc()).offset(MOST_KEPT)):
        db.session.delete(old)


def restore_section(row: Issue, section_id: str, *, by_id: int | None) -> SectionRow:
    """Put a section back that was taken out, with its words and at its place; a story is scheduled again.

    Asked a second time it gives the section that stands there already. Raises Refused where nothing of it is
    kept or its piece came back another way, StoryRefusal where its story may not be printed now.
    """
    hold_to_edit(row)
    standing = next((section for section in row.sections if section.public_id == section_id), None)
    if standing is not None:
        return standing
    kept = db.session.scalar(
        select(RemovedSection).where(
            RemovedSection.issue_id == row.id, RemovedSection.public_id == section_id
        )
    )
    if kept is None:
        raise Refused("What was taken out there is not kept any more; add it as a new section.")
    refuse_when_full(row)
    section = SectionRow(
        public_id=kept.public_id,
        position=len(row.sections),
        kind=kept.kind,
        title=kept.title,
        body=kept.body,
        fields=dict(kept.fields),
        piece_id=kept.piece_id,
        piece_version=_version_to_restore(row, kept),
        version=kept.version + 1,
    )
    place, label = kept.position + 1, kept.label or kept.kind
    db.session.delete(kept)
    row.sections.append(section)
    arrange(row, rules.placed(_order(row), section.public_id, place))
    changed(row, f"section “{label}” put back", by_id)
    audit("section put back", f"issue {row.number}", label)
    return section


def _version_to_restore(row: Issue, kept: RemovedSection) -> int | None:
    """The version that is pinned again: a story's is the one that is ready now, a piece keeps its own."""
    if not kept.piece_id:
        return None
    if not _is_story(kept.kind):
        refuse_piece_that_stands_here(row, kept.piece_id)
        return kept.piece_version
    story = stories.printable(kept.piece_id)
    if story is None:
        raise StoryRefusal("This story is no longer here; nothing can be put back.")
    stories_service.schedule(kept.piece_id)
    return story.version


def _is_story(kind_name: str) -> bool:
    return kinds.kind_of(kind_name).source == "story"
