"""Tables of subscribers, their consent and the suppression list; no verbs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from newsroom.platform.db import UtcDateTime, db


class Subscriber(db.Model):
    """Somebody who asked for the letter; only `confirmed` ones are written to."""

    __tablename__ = "subscriber"
    __table_args__ = (
        CheckConstraint(
            "state IN ('pending', 'confirmed', 'unsubscribed', 'bounced', 'complained')", name="state_known"
        ),
        CheckConstraint("format IN ('html', 'text')", name="format_known"),
        Index("ix_subscriber_state_id", "state", "id"),
        # An erased subscriber's number must never be given to somebody else: the ledger keeps it.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    # The address as compared: domain in lower-case ASCII, local part casefolded.
    email_key: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[str] = mapped_column(String(14), default="pending")
    format: Mapped[str] = mapped_column(String(4), default="html")
    paused_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Stands in every token of this subscriber; raising it makes all earlier links void.
    token_epoch: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SubscriptionEvent(db.Model):
    """When and how somebody said yes, changed their mind or left; append-only, gone with an erasure."""

    __tablename__ = "subscription_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    action: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(60), default="")
    wording: Mapped[str] = mapped_column(Text, default="")
    ip_hash: Mapped[str] = mapped_column(String(64), default="")


class Suppression(db.Model):
    """An address that is never written to again, as a keyed hash that survives its owner's erasure."""

    __tablename__ = "suppression"

    id: Mapped[int] = mapped_column(primary_key=True)
    address_hash: Mapped[str] = mapped_column(String(64), unique=True)
    # Whose it was when it came onto the list, for a person who reads it; nothing once they are erased.
    subscriber_id: Mapped[int | None] = mapped_column(
        ForeignKey("subscriber.id", ondelete="SET NULL"), index=True
    )
    reason: Mapped[str] = mapped_column(String(20))
    detail: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
