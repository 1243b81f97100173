"""The tables of ordinary letters (see `outbox`) and of limits on their rate (`pace`).  No verbs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Float, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from newsroom.platform.db import db
from newsroom.platform.mail.rules import LetterState


class OutboxLetter(db.Model):
    """One letter to one person, rendered, with what became of it."""

    __tablename__ = "outbox_letter"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'sending', 'sent', 'failed')", name="state"),
        Index("ix_outbox_letter_due", "state", "next_attempt_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    # The thing that it is about, as the audit log names it; empty where it is about nothing of its own.
    about: Mapped[str] = mapped_column(String(80), default="", index=True)
    to: Mapped[str] = mapped_column("to_address", String(320), index=True)
    to_name: Mapped[str] = mapped_column(String(200), default="")
    sender: Mapped[str] = mapped_column("sender_address", String(320))
    sender_name: Mapped[str] = mapped_column(String(200), default="")
    reply_to: Mapped[str | None] = mapped_column(String(320))
    return_path: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    headers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    message_id: Mapped[str] = mapped_column(String(400), unique=True)
    state: Mapped[str] = mapped_column(String(10), default=LetterState.QUEUED)
    attempt_count: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    # The domain for whose limit it waits until then; empty where it waits for something else, or not.
    waits_for: Mapped[str] = mapped_column(String(255), default="")
    lease: Mapped[str | None] = mapped_column(String(40))
    lease_until: Mapped[datetime | None]
    last_reply: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class MailLimit(db.Model):
    """How far one limit is used: the `server`'s, or a destination domain's (`domain:reader.example`)."""

    __tablename__ = "mail_limit"

    name: Mapped[str] = mapped_column(String(260), primary_key=True)
    # When its next letter may leave.
    next_at: Mapped[datetime]
    # Up to when letters of issues were put off already, so that the next ones are put off behind them.
    put_off_until: Mapped[datetime | None]
    # Up to when the turns are those of ordinary letters that wait; empty where none does.
    letters_until: Mapped[datetime | None]
    # Letters a second: the lowest rate by which something was put off that may still wait.
    rate: Mapped[float | None] = mapped_column(Float)
