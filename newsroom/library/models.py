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
    # The address of an uploaded picture, such as /media/2ad68aa561371b490dbe-400x400.jpg; empty for none.
    picture: Mapped[str] = mapped_column(String(200), default="")
    # The number of the newest AuthorRevision; 0 while nobody wrote anything about them.
    version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # When they were taken off the shelf: they have no page any more, and no new piece names them.
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AuthorRevision(db.Model):
    """One version of what is said about an author; append-only."""

    __tablename__ = "author_revision"
    __table_args__ = (UniqueConstraint("author_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))
    version: Mapped[int] = mapped_column()
    name: Mapped[str] = mapped_column(String(120))
    bio: Mapped[str] = mapped_column(Text, default="")
    picture: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class Series(db.Model):
    """A run of articles that belong together, part by part."""

    __tablename__ = "series"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    description: Mapped[str] = mapped_column(Text, default="")
    # The names of its stages in their order, such as ["Hearing", "Understanding"]; empty where it has none.
    stages: Mapped[list[str]] = mapped_column(JSON, default=list)
    # The number of the newest SeriesRevision; 0 while nobody wrote anything about it.
    version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SeriesRevision(db.Model):
    """One version of what is said about a series; append-only."""

    __tablename__ = "series_revision"
    __table_args__ = (UniqueConstraint("series_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    version: Mapped[int] = mapped_column()
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    stages: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class Piece(db.Model):
    """Anything of the library: what an issue can hold (article, reading, book, engagement, listing), and what
    has its place on a page of its own (Testimonial, Download)."""

    __tablename__ = "piece"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    kind: Mapped[str] = mapped_column(String(40), index=True)
    slug: Mapped[str] = mapped_column(String(160), unique=True)
    version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # When it was taken off the shelf: no composer offers it any more; what was printed of it stays.
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

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


class StoredFile(db.Model):
    """A file that readers can take with them, kept once by its content in the instance folder."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    # The beginning of the SHA-256 of its bytes, and how its name ends: `2ad68aa561371b490dbe.pdf`.
    address: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(100))
    byte_count: Mapped[int] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
