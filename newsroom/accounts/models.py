"""The tables of staff, their roles, and the audit log."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from newsroom.accounts.rules import Role
from newsroom.platform.db import UtcDateTime, db


class Staff(db.Model):
    """Somebody who works here. Never deleted, because the audit log names them; deactivated instead."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    # Empty until an invitation was accepted; an argon2 hash ever after.
    password_hash: Mapped[str | None] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    # Every session carries the number it began with: one more, and all of them are over.
    session_epoch: Mapped[int] = mapped_column(default=1)
    added_at: Mapped[datetime]
    signed_in_at: Mapped[datetime | None]

    held: Mapped[list["StaffRole"]] = relationship(lazy="selectin", cascade="all, delete-orphan")

    @property
    def roles(self) -> frozenset[Role]:
        """The roles they hold."""
        return frozenset(Role(held.role) for held in self.held)

    @property
    def label(self) -> str:
        """Who they are, for a record that outlives them."""
        return f"{self.name} <{self.email}>"


class StaffRole(db.Model):
    """One role of one person."""

    __tablename__ = "staff_role"
    __table_args__ = (CheckConstraint("role IN ('editor', 'publisher', 'admin')", name="role_is_known"),)

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)


class AuditEntry(db.Model):
    """One thing that was done: by whom, to what, when. Written once and never changed."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    # Kept beside the key: it says what they were called then, or which machine did it.
    actor_label: Mapped[str] = mapped_column(String(400))
    verb: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(200), index=True)
    detail: Mapped[str] = mapped_column(Text, default="")


class TypedDraft(db.Model):
    """What a member of staff has typed somewhere at the desk and not saved yet; theirs alone."""

    __tablename__ = "typed_draft"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    # What it is a draft of, such as `issue:82:section:k3v9…`.
    subject: Mapped[str] = mapped_column(String(120), primary_key=True)
    # The version that they started from, as the form carries it.
    version: Mapped[str] = mapped_column(String(40), default="")
    # The form's fields as they were typed, and the key of the page that typed them.
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    typed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    @property
    def key(self) -> str:
        """Which page typed it: only that page, or one that took it up, goes on with it."""
        return str(self.fields.get("key", ""))

    @property
    def typed(self) -> dict[str, list[str]]:
        """The form's fields as they were typed, by name."""
        return dict(self.fields.get("typed", {}))


class AuditLogIsAppendOnly(RuntimeError):
    """A programming error: something tried to change the past."""


@event.listens_for(AuditEntry, "before_update")
@event.listens_for(AuditEntry, "before_delete")
def _refuse(_mapper: Any, _connection: Any, _entry: AuditEntry) -> None:
    raise AuditLogIsAppendOnly("An audit entry is never changed or deleted.")
