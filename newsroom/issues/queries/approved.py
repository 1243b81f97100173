"""Which approvals are still for what their issue says."""

from __future__ import annotations

from sqlalchemy import select

from newsroom.issues import document as documents
from newsroom.issues import rules
from newsroom.issues.models import Issue
from newsroom.issues.queries.documents import document
from newsroom.issues.queries.rows import live_approval
from newsroom.platform.db import db


def is_approved_as_it_stands(row: Issue) -> bool:
    """Whether a live approval is for exactly what the issue says now."""
    return live_approval(row, documents.content_hash(document(row))) is not None


def changed_since_approval() -> list[int]:
    """The approved and scheduled issues that say something else by now. Few issues wait at a time."""
    rows = db.session.scalars(select(Issue).where(Issue.state.in_(rules.LET_GO)).order_by(Issue.number))
    return [row.number for row in rows if not is_approved_as_it_stands(row)]
