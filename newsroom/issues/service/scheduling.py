"""An approved issue that waits for its hour, and approvals that no longer fit what their issue says.

Which hour it is knows `delivery`, which sets it and calls these verbs.
"""

from __future__ import annotations

from sqlalchemy import select

from newsroom.issues import document as documents
from newsroom.issues import queries, rules
from newsroom.issues.models import Issue
from newsroom.issues.rules import Refused
from newsroom.issues.service.changing import hold, void_approvals
from newsroom.issues.service.checking import check, obstacles
from newsroom.issues.service.refusals import Blocked
from newsroom.platform.db import db


def schedule(row: Issue) -> str:
    """Let the approved issue wait for its hour; gives the hash of what was approved.

    Raises Refused unless exactly what it says now is approved, Blocked when a blocker came up since.
    """
    hold(row)
    target = rules.after("schedule", row.state, row.number)
    content_hash = documents.content_hash(queries.document(row))
    if queries.live_approval(row, content_hash) is None:
        raise Refused(f"Issue {row.number} changed after it was approved; check and approve it again.")
    if in_the_way := obstacles(row, check(row)):
        raise Blocked(in_the_way)
    row.state = target
    return content_hash


def unschedule(row: Issue) -> None:
    """Let it wait no longer; its approval stands. An issue that does not wait stays as it is."""
    hold(row)
    if row.state == rules.SCHEDULED:
        row.state = rules.after("unschedule", row.state, row.number)


def void_unless_approved(row: Issue, reason: str, content_hash: str | None = None) -> bool:
    """Take an issue back to the desk whose approval is for other words than it says now; says whether it was.

    With `content_hash` the approval has to be for exactly that.
    """
    hold(row)
    if row.state not in rules.LET_GO:
        return False
    says = documents.content_hash(queries.document(row))
    if queries.live_approval(row, says) is not None and content_hash in (None, says):
        return False
    row.state = rules.after("edit", row.state, row.number)
    void_approvals(row, reason)
    return True


def void_what_changed(reason: str) -> list[int]:
    """Look at every approved issue after something around it changed: the numbers of those taken back.

    The issues are few, because an approved one goes out soon.
    """
    waiting = select(Issue).where(Issue.state.in_(rules.LET_GO)).order_by(Issue.number)
    return [row.number for row in db.session.scalars(waiting).all() if void_unless_approved(row, reason)]
