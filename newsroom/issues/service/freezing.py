"""Freezing what is sent and opening it to the public; `delivery` calls these at the two ends of a freeze."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from newsroom.accounts.service import audit
from newsroom.issues import document as documents
from newsroom.issues import kinds, queries, render, rules
from newsroom.issues.document import Section
from newsroom.issues.events import issue_published
from newsroom.issues.models import FrozenIssue, Issue, PublishedPiece, Waiver
from newsroom.issues.preflight import Finding
from newsroom.issues.rules import Refused
from newsroom.issues.service.changing import hold
from newsroom.issues.service.checking import check, obstacles
from newsroom.issues.service.refusals import Blocked
from newsroom.platform import clock
from newsroom.platform.db import db
from newsroom.stories import queries as stories
from newsroom.stories import service as stories_service
from newsroom.stories.rules import State


def freeze(row: Issue, links: render.RecipientLinks) -> FrozenIssue:
    """Keep the approved content for good, rendered once with `links` standing for each recipient's own.

    Raises Refused unless an approval of exactly this content is alive, Blocked when a blocker came up since.
    """
    hold(row)
    target = rules.after("freeze", row.state, row.number)
    whole = queries.document(row)
    content_hash = documents.content_hash(whole)
    approval = queries.live_approval(row, content_hash)
    if approval is None:
        raise Refused(f"Issue {row.number} changed after it was approved; check and approve it again.")
    findings = check(row)
    if in_the_way := obstacles(row, findings):
        raise Blocked(in_the_way)
    rendering = render.rendering(whole, queries.base_url(), links)
    record = FrozenIssue(
        issue_id=row.id,
        content_hash=content_hash,
        document=documents.to_json(whole),
        email_html=rendering.html,
        email_text=rendering.text,
        text_edition=rendering.text_edition,
        web_fragment=str(rendering.web),
        preflight=_report(row, findings),
        approvers=[approval.by_label],
        recipient_count=0,
        frozen_at=clock.now(),
    )
    db.session.add(record)
    row.state = target
    audit("frozen", f"issue {row.number}", f"content {content_hash[:12]}")
    return record


def _report(row: Issue, findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """What pre-flight had found, and who let it pass and why."""
    waived = queries.waivers(row)
    return [finding.record() | _waived(waived.get(finding.mark)) for finding in findings]


def _waived(waiver: Waiver | None) -> dict[str, Any]:
    return {"waived_by": waiver.by_label, "waived_because": waiver.reason} if waiver else {}


def unfreeze(row: Issue) -> None:
    """Take back a freeze before the first letter; the approval stands."""
    hold(row)
    row.state = rules.after("unfreeze", row.state, row.number)
    record = db.session.get(FrozenIssue, row.id)
    if record is not None:
        db.session.delete(record)
        db.session.flush()
    audit("unfrozen", f"issue {row.number}")


def objections(row: Issue) -> list[str]:
    """Why a frozen issue may not be published after all: what of it was taken back since, by title."""
    record = db.session.get(FrozenIssue, row.id)
    assert record is not None
    gone = queries.withdrawals()
    sections = documents.from_json(record.document).sections
    return [section.title for section in sections if section.id in gone or _is_taken_back(section)]


def _is_taken_back(section: Section) -> bool:
    if kinds.kind_of(section.kind).source != "story":
        return False
    story = stories.printable(section.id, section.piece_version)
    return story is None or not story.is_allowed or story.state != State.SCHEDULED


def publish(row: Issue, recipient_count: int) -> None:
    """Open the frozen issue to the public. Delivery calls it in the commit that ends a freeze.

    Raises StoryRefusal where `objections` would have named a story.
    """
    hold(row)
    row.state = rules.after("publish", row.state, row.number)
    row.sent_at = clock.now()
    record = db.session.get(FrozenIssue, row.id)
    assert record is not None
    record.recipient_count = recipient_count
    whole = documents.from_json(record.document)
    for position, section in enumerate(whole.sections):
        db.session.add(_published(row, position, section))
        if kinds.kind_of(section.kind).source == "story":
            page = f"{queries.base_url()}/stories/{section.id}-{section.slug}"
            stories_service.publish(section.id, section.piece_version or 0, row.sent_at, page=page)
    db.session.flush()
    audit("published", f"issue {row.number}", f"{recipient_count} recipients")
    issue_published.send(number=row.number)


def _published(row: Issue, position: int, section: Section) -> PublishedPiece:
    assert row.sent_at is not None
    part = section.value("part")
    return PublishedPiece(
        issue_id=row.id,
        position=position,
        kind=section.kind,
        piece_id=section.id,
        slug=section.slug,
        title=section.title,
        author_slug=section.author_slug,
        series_slug=section.series_slug,
        part=int(part) if part else None,
        section=asdict(section),
        published_at=row.sent_at,
    )
