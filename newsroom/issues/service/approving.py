"""Review, approval, giving up: who may let an issue go out, and for exactly which words."""

from __future__ import annotations

from newsroom.accounts.service import audit
from newsroom.issues import document as documents
from newsroom.issues import kinds, queries, rules
from newsroom.issues.models import Approval, Issue
from newsroom.issues.rules import Refused
from newsroom.issues.service.changing import hold, void_approvals
from newsroom.issues.service.checking import findings_in, obstacles
from newsroom.issues.service.refusals import Blocked
from newsroom.platform import clock
from newsroom.platform.db import db
from newsroom.stories import service as stories_service


def ask_for_review(row: Issue) -> None:
    """Say that the issue is ready for somebody's eyes."""
    hold(row)
    row.state = rules.after("ask_for_review", row.state, row.number)
    audit("review asked", f"issue {row.number}")


def approve(
    row: Issue, *, by_id: int, by_label: str, four_eyes: bool, seen_hash: str | None = None
) -> Approval:
    """Approve exactly what the issue says now. Raises Blocked, or Refused by state or by four eyes.

    `seen_hash` is the content that the approver had before their eyes; another one by now is refused.
    """
    hold(row)
    target = rules.after("approve", row.state, row.number)
    if not rules.may_approve(four_eyes=four_eyes, approver_id=by_id, last_editor_id=row.updated_by_id):
        raise Refused("You changed this issue last, and it takes four eyes: somebody else has to approve it.")
    whole = queries.document(row)
    content_hash = documents.content_hash(whole)
    if row.state in rules.LET_GO and queries.live_approval(row, content_hash):
        raise Refused(f"Issue {row.number} is approved already.")
    if seen_hash is not None and seen_hash != content_hash:
        raise Refused(
            f"Issue {row.number} changed after this page was opened; read it again, then approve it."
        )
    in_the_way = obstacles(row, findings_in(whole, row))
    if in_the_way:
        raise Blocked(in_the_way)
    void_approvals(row, "content changed after approval")
    row.state = target
    approval = Approval(issue=row, content_hash=content_hash, by_id=by_id, by_label=by_label, at=clock.now())
    db.session.add(approval)
    db.session.flush()
    audit("approved", f"issue {row.number}", f"content {content_hash[:12]}")
    return approval


def cancel(row: Issue) -> None:
    """Give the issue up before anything was sent; its stories go back to the ready ones."""
    hold(row)
    row.state = rules.after("cancel", row.state, row.number)
    for section in list(row.sections):
        if section.piece_id and kinds.kind_of(section.kind).source == "story":
            stories_service.release_from_issue(section.piece_id, section.piece_version)
            row.sections.remove(section)
    void_approvals(row, "issue cancelled")
    audit("cancelled", f"issue {row.number}")


def reopen(row: Issue) -> None:
    """Take a cancelled issue up again, without the stories it had."""
    hold(row)
    row.state = rules.after("reopen", row.state, row.number)
    audit("reopened", f"issue {row.number}")
