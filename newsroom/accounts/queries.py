"""Everything that is read about staff and from the audit log."""

from collections.abc import Iterable
from datetime import datetime

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import func, select

from newsroom.accounts import passwords, rules
from newsroom.accounts.models import AuditEntry, Staff, StaffRole, TypedDraft
from newsroom.accounts.rules import Role
from newsroom.platform.db import db

_PER_PAGE = 50


def staff_member(staff_id: int, *, to_change: bool = False) -> Staff | None:
    """One person by their number; `to_change` keeps others from changing them until the unit of work ends."""
    return db.session.get(Staff, staff_id, with_for_update=to_change)


def by_email(email: str) -> Staff | None:
    """One person by an address as anybody might type it."""
    address = rules.address(email)
    return db.session.scalars(select(Staff).where(Staff.email == address)).one_or_none() if address else None


def authenticated(email: str, password: str) -> Staff | None:
    """The person these credentials belong to. Takes as long for an address that nobody has."""
    staff = by_email(email)
    # Longer ones are no password of ours, and hashing megabytes is a way to keep us busy.
    known = staff.password_hash if staff is not None and staff.active else None
    return staff if passwords.fits(password[: rules.MAX_PASSWORD + 1], known) else None


def holder_of(token: str, *, to_change: bool = False) -> Staff | None:
    """The person a password link belongs to, or None once it was used or they were deactivated. With
    `to_change`, in a unit of work, no other request uses the link before that ends.

    Raises `TokenExpired` or `TokenForged`.
    """
    key = passwords.read_key(token)
    staff = staff_member(key.staff_id, to_change=to_change)
    if staff is None or not staff.active or passwords.stamp(staff) != key.stamp:
        return None
    return staff


def all_staff() -> list[Staff]:
    """Everybody, who works here now first, by name."""
    return list(db.session.scalars(select(Staff).order_by(Staff.active.desc(), Staff.name, Staff.id)))


def staff_count() -> int:
    """How many were ever added."""
    return db.session.scalar(select(func.count()).select_from(Staff)) or 0


def active_holders(role: Role) -> list[Staff]:
    """Everybody at work who holds a role; in a unit of work nobody can take it from them until its end."""
    holders = (
        select(Staff)
        .join(StaffRole, StaffRole.staff_id == Staff.id)
        .where(StaffRole.role == role, Staff.active)
        .order_by(Staff.id)
        .with_for_update()
    )
    return list(db.session.scalars(holders))


def audit_log(page: int = 1, subject: str = "") -> Pagination:
    """A page of the audit log, newest first; of one subject when it is named."""
    entries = select(AuditEntry).order_by(AuditEntry.id.desc())
    if subject:
        entries = entries.where(AuditEntry.subject == subject)
    return db.paginate(entries, page=page, per_page=_PER_PAGE, error_out=False)


def history(subject: str, limit: int = 50) -> list[AuditEntry]:
    """What was done to one thing, newest first."""
    of_it = select(AuditEntry).where(AuditEntry.subject == subject)
    return list(db.session.scalars(of_it.order_by(AuditEntry.id.desc()).limit(limit)))


def last_done_at(subjects: Iterable[str]) -> datetime | None:
    """When something was last done to any of these things; None where nothing was."""
    of_them = select(func.max(AuditEntry.at)).where(AuditEntry.subject.in_(list(subjects)))
    return db.session.scalar(of_them)


def draft(staff_id: int, subject: str) -> TypedDraft | None:
    """What somebody has typed there and not saved; nobody but they may see it."""
    return db.session.get(TypedDraft, (staff_id, subject))


def drafts(staff_id: int, beginning: str) -> list[TypedDraft]:
    """What somebody has not saved of all that is called so at its beginning, such as `issue:82:`; newest
    first.
    """
    theirs = (
        select(TypedDraft)
        .where(TypedDraft.staff_id == staff_id, TypedDraft.subject.startswith(beginning, autoescape=True))
        .order_by(TypedDraft.typed_at.desc(), TypedDraft.subject)
    )
    return list(db.session.scalars(theirs))
