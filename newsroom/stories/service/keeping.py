"""How long the words of a story are kept, and how they are destroyed: when their time is over, or on request.

What was printed and may still be read stays exactly as it is; the sealed record of an issue that was sent
belongs to the floor of issues. Consents, audit rows and the original's fingerprint stay: they hold no words.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, exists, or_, select, update

from newsroom.platform import clock
from newsroom.platform.db import db
from newsroom.platform.mail import outbox
from newsroom.publication.queries import publication
from newsroom.stories import queries, rules
from newsroom.stories.events import story_destroyed
from newsroom.stories.models import (
    Contributor,
    FollowUp,
    MailedStory,
    Story,
    StoryDraft,
    StoryMark,
    StoryMessage,
    StoryNaming,
    StoryRevision,
)
from newsroom.stories.rules import State
from newsroom.stories.service.catalogue import catalogue, forget
from newsroom.stories.service.intake import AUTHOR, withdraw
from newsroom.stories.service.record import record, step, story_to_change


def erase(public_id: str, *, asked_by: str = AUTHOR) -> None:
    """Take a story back and destroy everything about it at once, from every state; twice is once.

    `asked_by` goes into the record of consent, as who took it back. No letter confirms it: the address that
    it would go to is destroyed as well.
    """
    row = story_to_change(public_id)
    if row.state != State.WITHDRAWN:
        withdraw(public_id, asked_by=asked_by)
    if not _is_destroyed(row):
        _destroy(row, "on request", told_before=None)


def destroy_due(limit: int = 20) -> int:
    """Destroy what has been kept for long enough; gives how many stories.

    For the worker: at most `limit` stories in this unit of work, each of them whole. What was written about a
    destroyed story since then is destroyed as well, when it has become as old.
    """
    due = select(Story.public_id).where(or_(_time_is_over(), _has_afterthoughts()))
    done_count = 0
    for public_id in list(db.session.scalars(due.order_by(Story.id).limit(limit))):
        row = story_to_change(public_id)
        # Asked again: while we waited for the row, another worker or its author may have been quicker.
        if _holds(row, _time_is_over()):
            _destroy(row, "its time was over", told_before=_unprinted_since())
        elif _holds(row, _has_afterthoughts()):
            _destroy_afterthoughts(row, _unprinted_since())
            record(row, "destroyed", "what was written since")
        else:
            continue
        done_count += 1
    return done_count


# When


def _holds(row: Story, what: ColumnElement[bool]) -> bool:
    return db.session.scalar(select(Story.id).where(Story.id == row.id, what)) is not None


def _time_is_over() -> ColumnElement[bool]:
    now = clock.now()
    printed = now - timedelta(days=publication().printed_retention_days)
    anew = or_(Story.purged_at.is_(None), Story.purged_at < Story.state_changed_at)
    unprinted = Story.state.in_(rules.KEPT_UNPRINTED) & (Story.state_changed_at <= _unprinted_since())
    spam = (Story.state == State.SPAM) & (Story.state_changed_at <= now - rules.SPAM_LIFE)
    # The words of a manuscript were the publication's own before they were a story here.
    told = (Story.state == State.PUBLISHED) & (Story.source != "manuscript")
    return anew & or_(unprinted, spam, told & (Story.published_at <= printed))


def _has_afterthoughts() -> ColumnElement[bool]:
    before = _unprinted_since()
    written = exists().where(StoryMessage.story_id == Story.id, StoryMessage.at <= before)
    told = exists().where(FollowUp.story_id == Story.id, FollowUp.body != "", FollowUp.told_at <= before)
    return Story.purged_at.is_not(None) & or_(written, told)


def _unprinted_since() -> datetime:
    return clock.now() - timedelta(days=publication().unprinted_retention_days)


def _is_destroyed(row: Story) -> bool:
    """Whether nothing happened to its words since they were destroyed."""
    return row.purged_at is not None and row.purged_at >= row.state_changed_at


# How


def _destroy(row: Story, why: str, *, told_before: datetime | None) -> None:
    """Empty everything that holds words. `told_before` spares follow-ups that nobody has read yet."""
    step(row, "purge", "destroyed", why)
    in_print = row.published_version if row.state == State.PUBLISHED else None
    for revision in row.revisions:
        if revision.version == in_print:
            revision.kept_text, revision.spans = queries.text_of(row, revision), []
        else:
            _empty(revision)
    row.purged_at = clock.now()
    # The seal lets go of the original of a story that says that it is destroyed, and of no other.
    db.session.flush()
    row.original.body = ""
    row.company = row.when_words = row.closed_reason = row.on_hold_reason = row.suspicion = ""
    _destroy_person(row)
    _destroy_letters_and_drafts(row)
    _destroy_what_editors_said(row)
    _destroy_thread(row, told_before, keeps_printed=in_print is not None)
    forget(row)
    if in_print is not None:
        catalogue(row)
    else:
        story_destroyed.send(None, public_id=row.public_id)


def _empty(revision: StoryRevision) -> None:
    revision.kept_text, revision.spans = "", []
    revision.title = revision.attribution = revision.note = ""


def _destroy_person(row: Story) -> None:
    who = row.contributor
    if who is None or _is_needed(who, row):
        return
    who.name = who.town = who.email = ""
    who.email_confirmed_at = None


def _is_needed(who: Contributor, besides: Story) -> bool:
    """Whether another story of theirs is still kept."""
    other = select(Story.id).where(
        Story.contributor_id == who.id, Story.id != besides.id, Story.purged_at.is_(None)
    )
    return db.session.scalar(other.limit(1)) is not None


def _destroy_letters_and_drafts(row: Story) -> None:
    outbox.forget_about(queries.subject_of(row.public_id))
    db.session.execute(delete(StoryDraft).where(StoryDraft.story_id == row.id))
    mailed = update(MailedStory).where(MailedStory.story_id == row.id)
    emptied = mailed.values(email="", name="", subject="", body="").returning(MailedStory.id)
    for number in db.session.scalars(emptied).all():
        # The letter that asked for consent was written before there was a story to be about.
        outbox.forget_about(queries.mailed_subject_of(number))


def _destroy_what_editors_said(row: Story) -> None:
    """The names of people and companies stand in it. The signed checklists hold counts alone, and stay."""
    for table in (StoryMark, StoryNaming):
        db.session.execute(delete(table).where(table.story_id == row.id))


def _destroy_thread(row: Story, told_before: datetime | None, *, keeps_printed: bool) -> None:
    db.session.execute(delete(StoryMessage).where(StoryMessage.story_id == row.id))
    db.session.expire(row, ["messages"])
    for told in row.follow_ups:
        # Whoever was asked for words that stand beside their own cannot be asked any more.
        if told_before is None or told.state != "received" or told.told_at <= told_before:
            _destroy_told(told)
        if not keeps_printed:
            _destroy_told(told)
            told.printed = ""


def _destroy_afterthoughts(row: Story, before: datetime) -> None:
    """What was written about a story after its words were destroyed, up to that time."""
    old = (StoryMessage.story_id == row.id) & (StoryMessage.at <= before)
    db.session.execute(delete(StoryMessage).where(old))
    db.session.expire(row, ["messages"])
    for told in row.follow_ups:
        if told.told_at <= before:
            _destroy_told(told)


def _destroy_told(told: FollowUp) -> None:
    told.body = ""
    if told.state in ("received", "asked"):
        told.state, told.decided_at, told.printed = "declined", clock.now(), ""
