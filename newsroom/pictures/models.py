"""The table of pictures; no verbs. Their bytes lie in the instance folder."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from newsroom.pictures import rules
from newsroom.platform.db import UtcDateTime, db


class Picture(db.Model):
    """One picture as it is served, and what was decided about it."""

    __tablename__ = "picture"
    __table_args__ = (CheckConstraint("width > 0 AND height > 0", name="size_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # The beginning of the SHA-256 of its bytes: the same picture is kept once.
    key: Mapped[str] = mapped_column(String(20), unique=True)
    extension: Mapped[str] = mapped_column(String(4))
    width: Mapped[int] = mapped_column()
    height: Mapped[int] = mapped_column()
    byte_count: Mapped[int] = mapped_column()
    # What it was called on the computer of whoever uploaded it; only the desk reads it.
    file_name: Mapped[str] = mapped_column(String(rules.LONGEST_FILE_NAME), default="")
    alt: Mapped[str] = mapped_column(String(rules.LONGEST_ALT), default="")
    is_decorative: Mapped[bool] = mapped_column(default=False)
    caption: Mapped[str] = mapped_column(String(rules.LONGEST_CAPTION), default="")
    credit: Mapped[str] = mapped_column(String(rules.LONGEST_CREDIT), default="")
    # Counts changes of the words; a save must name the version it started from.
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
