"""Freezing what is sent and opening it to the public; `delivery` calls these at the two ends of a freeze."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import select, update

from newsroom.accounts.service import audit
from newsroom.issues import document as documents
from newsroom.issues import kinds, queries, render, rules
from newsroom.issues.document import Section
from newsroom.issues.events import issue_published
from newsroom.issues.models import FrozenIssue, Issue, PublishedPiece, Waiver
from newsroom.issues.models import Section as SectionRow
from newsroom.issues.preflight import Finding
from newsroom.issues.rules import Refused
from newsroom.issues.service.changing import changed, hold
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
    """Why a frozen issue may not be published after all: the stories that were taken back since, by title."""
    record = db.session.get(FrozenIssue, row.id)
    assert record is not None
    titles = []
    for section in documents.from_json(record.document).sections:
        if kinds.kind_of(section.kind).source == "story":
            story = stories.printable(section.id, section.piece_version)
            if story is None or not story.is_allowed or story.state != State.SCHEDULED:
                titles.append(section.title)
    return titles


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


def tombstone(public_id: str, because: str) -> None:
    """A story was taken back: it leaves what is published, and every issue that has not gone out yet.

    `because` is who did it, for the words of the tombstone: `author`, `publisher` or `consent`.
    """
    db.session.execute(
        update(PublishedPiece)
        .where(PublishedPiece.piece_id == public_id, PublishedPiece.withdrawn_at.is_(None))
        .values(withdrawn_at=clock.now(), withdrawn_because=because)
    )
    _change_holders(public_id, "a story of it was withdrawn")


def story_allows_other(public_id: str) -> None:
    """A story's author allows more or less than before: no approval of an issue that holds it stands."""
    _change_holders(public_id, "the consent to a story of it changed")


def _change_holders(public_id: str, what: str) -> None:
    held = db.session.execute(select(SectionRow).where(SectionRow.piece_id == public_id)).scalars()
    for section in held:
        if section.issue.state in (rules.DRAFTING, rules.IN_REVIEW, rules.APPROVED, rules.SCHEDULED):
            changed(section.issue, what, section.issue.updated_by_id)


def forget_story(public_id: str) -> None:
    """The words of a story that is not in print were destroyed: the archive forgets what its pages showed.

    What was sent stays in the sealed record of its issue, which no page shows.
    """
    gone = select(PublishedPiece).where(
        PublishedPiece.piece_id == public_id, PublishedPiece.withdrawn_at.is_not(None)
    )
    for piece in db.session.execute(gone).scalars():
        piece.title = piece.slug = ""
        piece.section = asdict(Section(kind=piece.kind, title="", id=public_id))
