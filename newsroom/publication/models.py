"""Tables of the publication's settings and standing blocks; no verbs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from newsroom.platform import languages
from newsroom.platform.db import UtcDateTime, db


class Publication(db.Model):
    """The one row of decisions that a publication takes for itself."""

    __tablename__ = "publication"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    tagline: Mapped[str] = mapped_column(String(200), default="")
    publisher: Mapped[str] = mapped_column(String(120), default="")
    editor_name: Mapped[str] = mapped_column(String(120), default="")
    sender_name: Mapped[str] = mapped_column(String(120), default="")
    sender_address: Mapped[str] = mapped_column(String(254))
    reply_address: Mapped[str] = mapped_column(String(254), default="")
    postal_address: Mapped[str] = mapped_column(String(300), default="")
    telephone: Mapped[str] = mapped_column(String(40), default="")
    language: Mapped[str] = mapped_column(String(20), default="en-GB")
    time_zone: Mapped[str] = mapped_column(String(60), default="Europe/London")
    cadence_days: Mapped[int] = mapped_column(default=14)
    accent_colour: Mapped[str] = mapped_column(String(7), default="#0B5563")
    logo_url: Mapped[str] = mapped_column(String(500), default="")
    logo_alt: Mapped[str] = mapped_column(String(200), default="")
    # Who gets tests of an issue beside whoever asks for one: an address a line.
    testers: Mapped[str] = mapped_column(Text, default="")
    four_eyes: Mapped[bool] = mapped_column(default=False)
    unprinted_retention_days: Mapped[int] = mapped_column(default=90)
    printed_retention_days: Mapped[int] = mapped_column(default=365)
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def direction(self) -> languages.Direction:
        """Which way its language runs: `ltr` or `rtl`."""
        return languages.direction(self.language)


class StandingBlock(db.Model):
    """One version of a text that returns in every issue, such as About; versions are append-only."""

    __tablename__ = "standing_block"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), index=True)
    version: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
