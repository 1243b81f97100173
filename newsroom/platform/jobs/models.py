"""The table of jobs."""

from datetime import datetime

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from newsroom.platform.db import db

_OPEN = text("done_at IS NULL AND failed_at IS NULL")


class Job(db.Model):
    """One call of one task with one id.

    It is open until `done_at` (it succeeded) or `failed_at` (it was given up) is set. While `lease_until` is
    in the future a worker is at it, and `lease_token` says which; it goes by the clock that machines share.
    """

    __tablename__ = "job"
    __table_args__ = (
        # Asking twice for the same open work is asking once.
        Index("uq_job_open", "name", "subject_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_job_due", "run_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    subject_id: Mapped[int]
    asked_at: Mapped[datetime]
    asked_count: Mapped[int] = mapped_column(default=1)
    run_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    lease_token: Mapped[str | None] = mapped_column(String(32))
    attempt_count: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
    done_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
