"""What decides whether an issue may take something, and where it would stand. Reads only."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from newsroom.issues import rules
from newsroom.issues.models import Issue, Section
from newsroom.platform.db import db

RECENT = 6
"""So many issues that were sent last tell how this publication makes one."""


def held_by_unsent() -> dict[str, int]:
    """The pieces and stories that stand in issues which have not gone out, each with the issue's number."""
    query = (
        select(Section.piece_id, Issue.number)
        .join(Section.issue)
        .where(Section.piece_id.is_not(None), Issue.state.not_in((rules.SENT, rules.CANCELLED)))
        .order_by(Issue.number.desc())
    )
    return {piece_id or "": number for piece_id, number in db.session.execute(query)}


def printed_among(public_ids: Collection[str]) -> frozenset[str]:
    """Those of these pieces that an issue has brought, whether or not they were taken back since."""
    query = select(Section.piece_id).join(Section.issue).where(Issue.state == rules.SENT)
    found = db.session.scalars(query.where(Section.piece_id.in_(public_ids)).distinct())
    return frozenset(public_id for public_id in found if public_id)


def recent_kinds() -> list[tuple[str, ...]]:
    """The kinds of the sections, in their order, of the issues that were sent last; the newest first."""
    last = select(Issue.id).where(Issue.state == rules.SENT).order_by(Issue.number.desc()).limit(RECENT)
    query = (
        select(Section.issue_id, Section.kind)
        .join(Section.issue)
        .where(Section.issue_id.in_(last))
        .order_by(Issue.number.desc(), Section.position)
    )
    found: dict[int, list[str]] = {}
    for issue_id, kind in db.session.execute(query):
        found.setdefault(issue_id, []).append(kind)
    return [tuple(kinds) for kinds in found.values()]
