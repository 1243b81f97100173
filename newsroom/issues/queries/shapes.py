"""Reads of what an issue can begin with: templates, and what recurs from one issue to the next."""

from __future__ import annotations

import hashlib
import json

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from newsroom.issues import kinds, rules
from newsroom.issues.models import Issue, IssueTemplate, RemovedSection, Section
from newsroom.platform.db import db


def templates() -> list[IssueTemplate]:
    """All templates by name."""
    found = db.session.scalars(select(IssueTemplate))
    return sorted(found, key=lambda one: (one.name.casefold(), one.id))


def template(template_id: int) -> IssueTemplate | None:
    """The template of that number."""
    return db.session.get(IssueTemplate, template_id)


def mark_of(row: IssueTemplate) -> str:
    """What tells a template from what it was before: whoever replaces or deletes one names what they saw."""
    said = json.dumps([row.id, row.name, row.sections], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def last_issues() -> list[Issue]:
    """The two issues with the highest numbers that were not given up, the newer first."""
    query = (
        select(Issue)
        .where(Issue.state != rules.CANCELLED)
        .options(selectinload(Issue.sections))
        .order_by(Issue.number.desc())
        .limit(2)
    )
    return list(db.session.scalars(query))


def own_sections(row: Issue) -> list[Section]:
    """The sections of an issue with words of their own, in their order: no piece and no story."""
    return [
        section
        for section in row.sections
        if section.kind in kinds.by_name and kinds.kind_of(section.kind).source == "own"
    ]


def recurring(last: Issue, before: Issue | None) -> frozenset[str]:
    """The ids of those sections of the last issue whose kind stood in the one before as well."""
    own = own_sections(last)
    if before is None:
        return frozenset(section.public_id for section in own)
    kept = {section.kind for section in own_sections(before)}
    return frozenset(section.public_id for section in own if section.kind in kept)


def removed_sections(row: Issue, limit: int) -> list[RemovedSection]:
    """What was taken out of an issue and is kept, the last one first."""
    query = select(RemovedSection).where(RemovedSection.issue_id == row.id)
    return list(db.session.scalars(query.order_by(RemovedSection.id.desc()).limit(limit)))
