"""What every change of an issue has in common: refused in time, counted, audited, it voids approvals."""

from __future__ import annotations

from sqlalchemy import select, update

from newsroom.accounts.service import audit
from newsroom.issues import rules
from newsroom.issues.events import approval_voided
from newsroom.issues.models import Approval, Issue, Section
from newsroom.platform import clock
from newsroom.platform.db import db


def hold(row: Issue) -> None:
    """Read the issue and its sections as they are now, and keep other writers out until the unit ends.

    PostgreSQL lets two units write at a time: the second one waits here and then sees what the first decided.
    """
    fresh = {"populate_existing": True}
    issue = select(Issue).where(Issue.id == row.id).with_for_update().execution_options(**fresh)
    sections = select(Section).where(Section.issue_id == row.id).execution_options(**fresh)
    db.session.flush()
    db.session.expire(row, ["sections"])
    db.session.execute(issue).scalar_one()
    db.session.execute(sections).scalars().all()


def hold_to_edit(row: Issue) -> None:
    """Hold the issue. Raises Refused for one that is sent, going out or cancelled."""
    hold(row)
    rules.after("edit", row.state, row.number)


def changed(row: Issue, what: str, by_id: int | None) -> None:
    """Note that the issue says something else now: back to drafting, a new version, no approval."""
    row.state = rules.after("edit", row.state, row.number)
    row.version += 1
    row.updated_at = clock.now()
    row.updated_by_id = by_id
    db.session.flush()
    void_approvals(row, what)
    audit("edited", f"issue {row.number}", what)


def void_approvals(row: Issue, reason: str) -> None:
    """Make every live approval of the issue void, keep the reason, and announce it."""
    live = update(Approval).where(Approval.issue_id == row.id, Approval.voided_at.is_(None))
    voided = db.session.execute(live.values(voided_at=clock.now(), void_reason=reason[:300]))
    if voided.rowcount:  # type: ignore[attr-defined]
        audit("approval voided", f"issue {row.number}", reason)
        approval_voided.send(number=row.number, reason=reason, state=row.state)
