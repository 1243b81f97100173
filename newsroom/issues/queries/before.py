"""What readers got before an issue: the last one, and the stories of the last few. Reads only."""

from __future__ import annotations

from sqlalchemy import select

from newsroom.issues import kinds, rules
from newsroom.issues.document import IssueDocument
from newsroom.issues.models import FrozenIssue, Issue, PublishedPiece
from newsroom.issues.queries.documents import frozen_document
from newsroom.platform.db import db


def sent_before(number: int) -> IssueDocument | None:
    """The last issue that was sent before this number, without what was withdrawn; None for the first one."""
    query = (
        select(FrozenIssue)
        .join(Issue, Issue.id == FrozenIssue.issue_id)
        .where(Issue.state == rules.SENT, Issue.number < number)
        .order_by(Issue.number.desc())
        .limit(1)
    )
    record = db.session.scalars(query).one_or_none()
    return frozen_document(record) if record else None


def stories_before(number: int, count: int) -> list[frozenset[str]]:
    """The ids of the stories in each of the last so many issues that were sent before, the newest first."""
    before = select(Issue.id).where(Issue.state == rules.SENT, Issue.number < number)
    ids = list(db.session.scalars(before.order_by(Issue.number.desc()).limit(count)))
    columns = [kind.name for kind in kinds.by_name.values() if kind.source == "story"]
    query = select(PublishedPiece.issue_id, PublishedPiece.piece_id)
    rows = db.session.execute(
        query.where(PublishedPiece.issue_id.in_(ids), PublishedPiece.kind.in_(columns))
    ).all()
    return [frozenset(piece for issue_id, piece in rows if issue_id == one) for one in ids]
