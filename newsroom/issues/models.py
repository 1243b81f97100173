"""Tables of issues, their sections, approvals, frozen records and what they published; no verbs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from newsroom.platform.db import UtcDateTime, db


class Issue(db.Model):
    """A numbered, dated sequence of sections."""

    __tablename__ = "issue"
    __table_args__ = (CheckConstraint("number > 0", name="number_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    issue_on: Mapped[date] = mapped_column()
    subject: Mapped[str] = mapped_column(String(300), default="")
    preheader: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[str] = mapped_column(String(20), default="drafting", index=True)
    corrected: Mapped[bool] = mapped_column(default=False)
    # Counts every change of head or sections; a save must name the version it started from.
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Who changed it last: with four eyes, somebody else approves it.
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    sections: Mapped[list[Section]] = relationship(
        back_populates="issue", order_by="Section.position", cascade="all, delete-orphan"
    )
    approvals: Mapped[list[Approval]] = relationship(back_populates="issue", order_by="Approval.id")


class Section(db.Model):
    """A place in an issue: its own words, or a piece of a lower floor at a pinned version."""

    __tablename__ = "section"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    position: Mapped[int] = mapped_column()
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    fields: Mapped[dict[str, str]] = mapped_column(JSON)
    # Set for kinds that point at a piece or a story; title and body are then read from the pinned version.
    piece_id: Mapped[str | None] = mapped_column(String(16), index=True)
    piece_version: Mapped[int | None] = mapped_column()
    version: Mapped[int] = mapped_column(default=1)

    issue: Mapped[Issue] = relationship(back_populates="sections")


class RemovedSection(db.Model):
    """A section that was taken out of an issue, kept as it was so that it can be put back."""

    __tablename__ = "removed_section"

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    # The id that the section had and gets again.
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    position: Mapped[int] = mapped_column()
    kind: Mapped[str] = mapped_column(String(40))
    # What a person knows it by; empty for a story, whose words are kept in one place only.
    label: Mapped[str] = mapped_column(String(200), default="")
    title: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    fields: Mapped[dict[str, str]] = mapped_column(JSON)
    piece_id: Mapped[str | None] = mapped_column(String(16))
    piece_version: Mapped[int | None] = mapped_column()
    version: Mapped[int] = mapped_column()
    removed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class Approval(db.Model):
    """Somebody's yes to exactly one content hash; an edit voids it and says why."""

    __tablename__ = "approval"

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    by_label: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    void_reason: Mapped[str] = mapped_column(String(300), default="")

    issue: Mapped[Issue] = relationship(back_populates="approvals")


class Waiver(db.Model):
    """Somebody let a warning pass, with a reason: for this finding in these words, and for no other."""

    __tablename__ = "waiver"
    __table_args__ = (UniqueConstraint("issue_id", "finding"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    # What identifies the finding: a hash of its code, its place and what it found there.
    finding: Mapped[str] = mapped_column(String(64))
    # The sentence as it was read when it was let pass.
    sentence: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(String(300))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    by_label: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class FrozenIssue(db.Model):
    """What sending froze: the document, every rendering and who answered for it. Never rendered again."""

    __tablename__ = "frozen_issue"

    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    email_html: Mapped[str] = mapped_column(Text)
    email_text: Mapped[str] = mapped_column(Text)
    text_edition: Mapped[str] = mapped_column(Text)
    web_fragment: Mapped[str] = mapped_column(Text)
    preflight: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    approvers: Mapped[list[str]] = mapped_column(JSON)
    recipient_count: Mapped[int] = mapped_column()
    frozen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PublishedPiece(db.Model):
    """A section of a sent issue that has a life of its own in the archive."""

    __tablename__ = "published_piece"
    __table_args__ = (UniqueConstraint("issue_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    position: Mapped[int] = mapped_column()
    kind: Mapped[str] = mapped_column(String(40), index=True)
    piece_id: Mapped[str] = mapped_column(String(16), index=True)
    slug: Mapped[str] = mapped_column(String(160), index=True)
    title: Mapped[str] = mapped_column(String(200))
    author_slug: Mapped[str] = mapped_column(String(120), default="", index=True)
    series_slug: Mapped[str] = mapped_column(String(120), default="", index=True)
    part: Mapped[int | None] = mapped_column()
    # The section of the frozen document, as JSON; pages show this and nothing newer.
    section: Mapped[dict[str, Any]] = mapped_column(JSON)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Why it was taken back, for the tombstone: `author`, `consent` that no longer covers it, or one of
    # `rules.TAKEN_BACK`.
    withdrawn_because: Mapped[str] = mapped_column(String(10), default="")
    # When it was last put back, so that caches and feeds hear of that too.
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    issue: Mapped[Issue] = relationship()


class IssueTemplate(db.Model):
    """The sections that issues of one sort begin with, such as a summer special; it holds no story."""

    __tablename__ = "issue_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    # Each with kind, title, body and fields, as in Section.
    sections: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class IssueCorrection(db.Model):
    """What was wrong in a sent issue, said on its pages with the date; append-only.

    Where the words of the story that it is about are destroyed, its own are too: then it is empty.
    """

    __tablename__ = "issue_correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    # The place of the section in the frozen document, from 0; None for the issue as a whole.
    position: Mapped[int | None] = mapped_column()
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    by_label: Mapped[str] = mapped_column(String(254))


class LinkAnswer(db.Model):
    """What an address answered when it was last asked, so that it is not asked for every preview."""

    __tablename__ = "link_answer"

    # SHA-256 of the address in hexadecimal.
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    address: Mapped[str] = mapped_column(Text)
    # Its HTTP status; 0 where nobody answered, and then `said` tells why.
    status: Mapped[int] = mapped_column()
    said: Mapped[str] = mapped_column(String(300), default="")
    # Of a picture: its size in bytes, as far as it was read, and its width in pixels; else 0.
    byte_count: Mapped[int] = mapped_column(default=0)
    width: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
