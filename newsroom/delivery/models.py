"""Tables of dispatches and the ledger of deliveries; no verbs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from newsroom.platform.db import UtcDateTime, db

_FINISHED = text("finished_at IS NOT NULL")


class Dispatch(db.Model):
    """One issue to one frozen audience; there is at most one for each issue."""

    __tablename__ = "dispatch"
    __table_args__ = (
        CheckConstraint(
            "state IN ('freezing', 'sending', 'paused', 'cancelled', 'finished')", name="state_known"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), unique=True)
    issue_number: Mapped[int] = mapped_column()
    state: Mapped[str] = mapped_column(String(10), default="freezing", index=True)
    pause_reason: Mapped[str] = mapped_column(Text, default="")
    # The highest subscriber number already frozen, so that freezing goes on where a crash left it.
    freeze_cursor: Mapped[int] = mapped_column(default=0)
    freeze_until: Mapped[int] = mapped_column(default=0)
    audience_count: Mapped[int] = mapped_column(default=0)
    # Whom the letters are from, as it was when they began: a setting changed meanwhile changes no letter.
    sender: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # When a person last let it go on: what failed before that no longer counts as failing too often.
    resumed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Since when nobody is named any more: its tally is all that is left, and rows that are still there are on
    # their way out.
    shrunk_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Delivery(db.Model):
    """One ledger row: what became of one letter to one subscriber.

    The subscriber's number is deliberately no foreign key: a nameless row outlives its subscriber.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint(
            "state IN ('pending', 'claimed', 'sending', 'handed_over',"
            " 'deferred', 'failed', 'uncertain', 'skipped')",
            name="state_known",
        ),
        # For the next page of rows that are due, and for how it went of late: at the end of a million rows
        # both cost what they cost at the beginning.
        Index("ix_delivery_due", "dispatch_id", "state", "next_attempt_at", "subscriber_id"),
        Index(
            "ix_delivery_finished",
            "dispatch_id",
            "finished_at",
            sqlite_where=_FINISHED,
            postgresql_where=_FINISHED,
        ),
    )

    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatch.id"), primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(12), default="pending")
    attempt_count: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The worker that has the row in hand; an uncertain row keeps the name of the one that lost it, whose late
    # answer still counts.
    lease_owner: Mapped[str | None] = mapped_column(String(40), index=True)
    last_reply: Mapped[str | None] = mapped_column(String(500))
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DispatchTally(db.Model):
    """What the ledger of a dispatch at its end comes to, in numbers alone (`tallies`).

    While the ledger has its rows it is only remembered, so that no page counts them again. Afterwards it is
    all there is; `came_back` and `departed` count the rows of `bounce` and `departure` that are gone, and no
    others.
    """

    __tablename__ = "dispatch_tally"

    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatch.id"), primary_key=True, autoincrement=False)
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    reasons: Mapped[dict[str, Any]] = mapped_column(JSON)
    # Empty where no letter was handed over.
    timeline: Mapped[dict[str, Any]] = mapped_column(JSON)
    came_back: Mapped[dict[str, int]] = mapped_column(JSON)
    departed: Mapped[dict[str, int]] = mapped_column(JSON)


class WorkerLease(db.Model):
    """A worker's sign of life: rows of an owner whose lease has run out are taken over."""

    __tablename__ = "worker_lease"

    owner: Mapped[str] = mapped_column(String(40), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


_OPEN = text("state IN ('waiting', 'asking')")


class Schedule(db.Model):
    """When an approved issue is to go out. An issue has at most one that waits or asks."""

    __tablename__ = "schedule"
    __table_args__ = (
        CheckConstraint(
            "state IN ('waiting', 'asking', 'begun', 'stopped', 'void', 'refused')", name="state_known"
        ),
        Index("uq_schedule_open", "issue_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    issue_number: Mapped[int] = mapped_column()
    state: Mapped[str] = mapped_column(String(10), default="waiting", index=True)
    # The instant, and the zone in which its hour was chosen and is shown.
    send_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    zone: Mapped[str] = mapped_column(String(60))
    # "Send now" from the desk: the five minutes in which it can be taken back.
    is_undo_time: Mapped[bool] = mapped_column(default=False)
    # What was approved when it was scheduled, and how many confirmed subscribers there were.
    content_hash: Mapped[str] = mapped_column(String(64))
    recipient_count: Mapped[int] = mapped_column()
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Why it did not go out as planned, as a sentence.
    reason: Mapped[str] = mapped_column(Text, default="")


class Bounce(db.Model):
    """What came back about one letter: a bounce or a complaint. Its address stands nowhere in it.

    The numbers are deliberately no foreign keys: the row outlives its subscriber, and a report never waits
    for a dispatch that is being written. A letter has one row of a kind, however many reports tell of it.
    """

    __tablename__ = "bounce"
    __table_args__ = (
        CheckConstraint("kind IN ('hard', 'soft', 'policy', 'complaint')", name="kind_known"),
        UniqueConstraint("dispatch_id", "subscriber_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dispatch_id: Mapped[int] = mapped_column()
    subscriber_id: Mapped[int] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(10))
    # RFC 3463; empty for a complaint.
    status: Mapped[str] = mapped_column(String(12), default="")
    # The server's own words without addresses; emptied when the subscriber is erased.
    diagnostic: Mapped[str] = mapped_column(String(300), default="")
    # By which way it came: `report`, `words`, the name of a webhook; `server` where no report came and our
    # own mail server put the letter off until it was given up.
    source: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Departure(db.Model):
    """Somebody who left after a letter of this dispatch and before any later one. No foreign keys either."""

    __tablename__ = "departure"
    __table_args__ = (CheckConstraint("how IN ('unsubscribed', 'erased')", name="how_known"),)

    dispatch_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    subscriber_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    how: Mapped[str] = mapped_column(String(14))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
