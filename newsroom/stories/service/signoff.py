"""The author's word on the edited version: asked, given, changed, refused, or not given in time.

Silence never means yes: a request that nobody answers expires, and the story with it, until its author wakes
it up again.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy import select

from newsroom.platform import clock
from newsroom.platform.db import db
from newsroom.publication.queries import publication
from newsroom.stories import messages, queries, rules
from newsroom.stories.models import ApprovalRequest, Story
from newsroom.stories.rules import State, StoryRefusal
from newsroom.stories.service.record import SaveConflict, step, story_to_change
from newsroom.stories.service.thread import add_message, message_text

REFUSED = "You did not agree to the edited version."


def ask_approval(public_id: str, *, version: int, actor_id: int) -> None:
    """Show the author the newest version, which is `version`, and ask whether it may be printed.

    Raises SaveConflict when there is a newer one, StoryRefusal where there is nothing to show or nobody to
    ask.
    """
    row = story_to_change(public_id)
    rules.state_after("ask_approval", row.state)
    _refuse_unless_askable(row)
    if version != row.version:
        raise SaveConflict(row.version)
    step(row, "ask_approval", "approval asked", f"version {version}")
    ask_for(row, actor_id)


def _refuse_unless_askable(row: Story) -> None:
    if row.receipt_hash is None:
        raise StoryRefusal("This story came with a manuscript: there is nobody to ask.")
    newest = queries.newest_revision(row)
    if newest is None or not newest.title.strip() or not queries.text_of(row, newest).strip():
        raise StoryRefusal("Give it a title and a text first: its author agrees to these words.")


def ask_again(row: Story, actor_id: int | None) -> None:
    """Ask once more, because the words that the author had agreed to are others now."""
    _refuse_unless_askable(row)
    step(row, "ask_again", "approval asked again", f"version {row.version}")
    ask_for(row, actor_id)


def ask_for(row: Story, actor_id: int | None) -> None:
    """Write down that the author is asked for the newest version, and post the letter."""
    newest = queries.newest_revision(row)
    if newest is None:
        raise StoryRefusal("There is no edited version to show yet.")
    close_open_request(row, "superseded")
    now = clock.now()
    row.approvals.append(
        ApprovalRequest(
            version=newest.version,
            words_sha256=queries.words_of(row, newest),
            asked_at=now,
            asked_by_id=actor_id,
            due_at=rules.approval_due(now, ZoneInfo(publication().time_zone)),
            verdict="",
        )
    )
    messages.approval_asked(row, row.approvals[-1].due_at)


def close_open_request(row: Story, verdict: str) -> None:
    """Write the answer to the request that is open, if one is."""
    request = queries.open_approval(row)
    if request is not None:
        request.verdict, request.answered_at = verdict, clock.now()


def approve(public_id: str, *, version: int) -> None:
    """The author agrees to the version they were shown. Raises StoryRefusal when another one is asked for.

    Agreeing to the same version twice is agreeing once.
    """
    row = story_to_change(public_id)
    if row.state == State.APPROVED and row.approvals and row.approvals[-1].version == version:
        return
    rules.state_after("approve", row.state)
    _refuse_other_version(row, version)
    close_open_request(row, "approved")
    step(row, "approve", "approved by its author", f"version {version}")
    messages.approved(row)


def _refuse_other_version(row: Story, version: int) -> None:
    request = queries.open_approval(row)
    if request is None or request.version != version:
        raise StoryRefusal("An editor has changed the text since you opened this page. Please read it again.")


def request_change(public_id: str, wish: str) -> None:
    """The author asks for a change, before or after agreeing; an editor works on it again."""
    row = story_to_change(public_id)
    said = message_text(wish, "Write what should be different.")
    step(row, "request_change", "change asked by its author")
    _void(row, "change")
    add_message(row, "change", said)


def refuse(public_id: str, why: str = "") -> None:
    """The author does not agree to being printed; nothing of the story is."""
    row = story_to_change(public_id)
    said = message_text(why, "") if why.strip() else ""
    step(row, "refuse", "refused by its author")
    _void(row, "refused")
    row.closed_reason, row.claimed_by_id, row.on_hold_reason = REFUSED, None, ""
    if said:
        add_message(row, "answer", said)
    messages.refused(row)


def _void(row: Story, verdict: str) -> None:
    """Close the open request; where the author had agreed already, a new entry takes that back."""
    if queries.open_approval(row) is not None:
        close_open_request(row, verdict)
        return
    if row.approvals and row.approvals[-1].verdict == "approved":
        now, last = clock.now(), row.approvals[-1]
        row.approvals.append(
            ApprovalRequest(
                version=last.version,
                words_sha256=last.words_sha256,
                asked_at=now,
                due_at=now,
                verdict=verdict,
                answered_at=now,
            )
        )


def wake(public_id: str) -> None:
    """The author of a story that was closed for want of an answer takes it up again, and is asked anew."""
    row = story_to_change(public_id)
    rules.state_after("wake", row.state)
    if row.purged_at is not None:
        raise StoryRefusal("We have destroyed the text of this story since. Please tell it to us again.")
    step(row, "wake", "woken up by its author")
    row.closed_reason = ""
    ask_for(row, None)


def remind_and_expire(limit: int = 100) -> int:
    """Write the one reminder that is due, and close what nobody answered in time; gives how many stories.

    For the worker: at most `limit` stories in this unit of work. A request of a story that has moved on since
    is left alone.
    """
    done_count = 0
    for public_id in _due(limit):
        row = story_to_change(public_id)
        request = queries.open_approval(row)
        if request is None or row.state != State.AWAITING_APPROVAL:
            continue
        if request.due_at <= clock.now():
            _expire(row)
        elif request.reminded_at is None:
            request.reminded_at = clock.now()
            step(row, "remind", "reminded")
            messages.approval_reminder(row, request.due_at)
        done_count += 1
    return done_count


def _expire(row: Story) -> None:
    step(row, "expire", "expired")
    close_open_request(row, "expired")
    row.claimed_by_id, row.on_hold_reason = None, ""
    messages.expired(row)


def _due(limit: int) -> list[str]:
    now = clock.now()
    remind_when_due_by = now + rules.APPROVAL_LIFE - rules.REMINDER_AFTER
    query = (
        select(Story.public_id)
        .join(ApprovalRequest, ApprovalRequest.story_id == Story.id)
        .where(
            Story.state == State.AWAITING_APPROVAL,
            ApprovalRequest.verdict == "",
            (ApprovalRequest.due_at <= now)
            | (ApprovalRequest.reminded_at.is_(None) & (ApprovalRequest.due_at <= remind_when_due_by)),
        )
        .order_by(ApprovalRequest.due_at)
        .limit(limit)
    )
    return list(db.session.scalars(query))
