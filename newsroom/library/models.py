"""Tables of authors, series and pieces with their versions; no verbs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from newsroom.platform.db import UtcDateTime, db


class Author(db.Model):
    """Somebody who writes articles for the publication."""

    __tablename__ = "author"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    bio: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Series(db.Model):
    """A run of articles that belong together, part by part."""

    __tablename__ = "series"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    description: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Piece(db.Model):
    """Anything of the library that an issue can hold: article, reading, book, engagement or listing."""

    __tablename__ = "piece"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    kind: Mapped[str] = mapped_column(String(40), index=True)
    slug: Mapped[str] = mapped_column(String(160), unique=True)
    version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    revisions: Mapped[list[PieceRevision]] = relationship(
        back_populates="piece", order_by="PieceRevision.version"
    )


class PieceRevision(db.Model):
    """One version of a piece; append-only, so that a pinned version never changes under an issue."""

    __tablename__ = "piece_revision"
    __table_args__ = (UniqueConstraint("piece_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    piece_id: Mapped[int] = mapped_column(ForeignKey("piece.id"))
    version: Mapped[int] = mapped_column()
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text, default="")
    # The kind's own keys (author, source, rating …) as text, checked by the kind before they come here.
    fields: Mapped[dict[str, str]] = mapped_column(JSON)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("author.id"), index=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    piece: Mapped[Piece] = relationship(back_populates="revisions")
    author: Mapped[Author | None] = relationship()
    series: Mapped[Series | None] = relationship()
