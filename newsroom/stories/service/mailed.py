"""Stories that come by mail: kept as drafts that nothing can be printed from, until their authors consent.

A draft becomes a story by its author's consent alone. Whatever its end is, its words here are destroyed.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import select

from newsroom.accounts.service import audit
from newsroom.platform import addresses, clock
from newsroom.platform.db import db, insert_into
from newsroom.platform.mail import outbox
from newsroom.stories import messages, queries, rules
from newsroom.stories.incoming import MailedDraft
from newsroom.stories.models import MailedStory, Story
from newsroom.stories.rules import StoryRefusal
from newsroom.stories.service.intake import Received, submit
from newsroom.stories.submission import Submission

_GONE = "This message has been decided about already."


class Collected(StrEnum):
    """What became of a mail that may be a story."""

    DRAFT = "draft"
    KNOWN = "known"
    ANSWER = "answer"
    UNWANTED = "unwanted"
    TOO_MANY = "too many"


def collect(draft: MailedDraft) -> Collected:
    """Keep a mail as a draft, and write to its author once. The same message is one draft, however often.

    Nothing is kept of a mail that may cause no letter, because its author could never consent.
    """
    if queries.is_mailed(draft.key):
        return Collected.KNOWN
    if queries.answers_our_letter(draft.answers):
        return Collected.ANSWER
    if messages.wants_no_mail(draft.sender):
        return Collected.UNWANTED
    if not messages.may_be_mailed(draft.sender):
        return Collected.TOO_MANY
    row = _added(draft)
    if row is None:
        return Collected.KNOWN
    messages.mailed(row)
    audit("came by mail", queries.mailed_subject_of(row.id), f"{row.attachment_count} attachments left out")
    return Collected.DRAFT


def _added(draft: MailedDraft) -> MailedStory | None:
    """The new row; None when another collector has added it meanwhile."""
    statement = insert_into(MailedStory).values(
        message_hash=draft.key,
        state="waiting",
        email=draft.sender,
        name=draft.name,
        subject=draft.subject,
        body=draft.body,
        attachment_count=draft.attachment_count,
        received_at=clock.now(),
    )
    added = statement.on_conflict_do_nothing().returning(MailedStory.id)
    number = db.session.scalar(added)
    return None if number is None else db.session.get_one(MailedStory, number)


def consent_to_mailed(number: int, sent: Submission, *, suspicion: str = "") -> Received:
    """Its author confirms a mailed story: from now on it is a story like any other.

    Who opened the link reads the mailbox it was sent to, which is therefore confirmed. Raises StoryRefusal
    when it has been decided about already.
    """
    row = _waiting(number)
    is_theirs = bool(sent.email) and _key(sent.email) == _key(row.email)
    received = submit(sent, suspicion=suspicion, source="email", is_address_confirmed=is_theirs)
    row.story_id = db.session.scalars(select(Story.id).where(Story.public_id == received.public_id)).one()
    _decide(row, "consented")
    return received


def _key(email: str) -> str:
    return addresses.parse(email).key


def forget_mailed(number: int) -> None:
    """Its author does not want it kept: its words, name and address are destroyed. Raises StoryRefusal."""
    row = _waiting(number)
    _decide(row, "refused")
    row.email = ""
    outbox.forget_about(queries.mailed_subject_of(row.id))


def expire_mailed(limit: int = 100) -> int:
    """Destroy what nobody consented to in time; gives how many drafts, `limit` at most. For the worker."""
    due = (MailedStory.state == "waiting") & (MailedStory.received_at <= clock.now() - rules.MAILED_LIFE)
    query = select(MailedStory).where(due).order_by(MailedStory.id).limit(limit)
    rows = db.session.scalars(query.with_for_update(skip_locked=True)).all()
    for row in rows:
        _decide(row, "expired")
        row.email = ""
    return len(rows)


def _waiting(number: int) -> MailedStory:
    query = select(MailedStory).where(MailedStory.id == number).with_for_update()
    row = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if row is None or row.state != "waiting":
        raise StoryRefusal(_GONE)
    return row


def _decide(row: MailedStory, state: str) -> None:
    row.state, row.decided_at = state, clock.now()
    row.name = row.subject = row.body = ""
    audit(state, queries.mailed_subject_of(row.id))
