"""What whoever opens an issue has to know before anything else: approvals that are void, what is scheduled.

Reads only. When an issue goes out is known above; it is asked by the event `notices_sought`.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy import select

from newsroom.issues import rules
from newsroom.issues.events import Notice, notices_sought
from newsroom.issues.models import Approval, Issue
from newsroom.platform.days import long_date
from newsroom.platform.db import db
from newsroom.publication.queries import publication


def notices(row: Issue) -> tuple[Notice, ...]:
    """Everything to be said, what stands in the way first."""
    answers = notices_sought.send(number=row.number, state=row.state)
    told = [notice for _, found in answers for notice in found]
    void = None if any(notice.tells_of_approval for notice in told) else _void_approval(row)
    return (void, *told) if void else tuple(told)


def _void_approval(row: Issue) -> Notice | None:
    if row.state not in (rules.DRAFTING, rules.IN_REVIEW):
        return None
    query = select(Approval).where(Approval.issue_id == row.id).order_by(Approval.id.desc()).limit(1)
    last = db.session.scalars(query).one_or_none()
    if last is None or last.voided_at is None:
        return None
    given = last.at.astimezone(ZoneInfo(publication().time_zone))
    words = f"The approval of {long_date(given.date())}, {given:%H:%M}, is void: {last.void_reason}."
    return Notice(words, "warning")
