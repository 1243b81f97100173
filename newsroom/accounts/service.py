"""Everything that is written about staff, and the audit log's one way in.

Verbs join the door's unit of work and never commit. Each records itself in the audit log, but for drafts,
which nobody has done anything with yet; a verb that a rule forbids raises `Refused` with a sentence for
whoever asked.
"""

from collections.abc import Collection, Mapping

import click
from flask import has_request_context
from sqlalchemy import delete, or_, select

from newsroom.accounts import messages, passwords, queries, rules
from newsroom.accounts.models import AuditEntry, Staff, StaffRole, TypedDraft
from newsroom.accounts.rules import PrivateAccess, Role
from newsroom.accounts.sessions import current_staff
from newsroom.platform import jobs
from newsroom.platform.clock import now
from newsroom.platform.db import db, insert_into
from newsroom.platform.text import clean_line

SEND_RESET = "accounts.send_password_reset"
# A job about nobody: a stranger's question costs the same steps as a colleague's.
_NOBODY = 0


class Refused(Exception):
    """A rule says no. The text is a sentence that says why, and what to do."""


class WrongPassword(Refused):
    """The password given as one's own is not."""


class AnotherDraft(Refused):
    """Something else was typed there before, on another page, and was neither saved nor thrown away."""


class ReasonNeeded(Refused):
    """Private details may be seen, but only with a written reason."""


def audit(verb: str, subject: str, detail: str = "", actor: Staff | str | None = None) -> None:
    """Record that something was done, in the unit of work that does it.

    `verb` is a short past tense (`approved`), `subject` names the thing the same way each time (`issue 80`),
    `detail` is one line for people. The actor is whoever is signed in, or the command at the terminal, or
    `a visitor`, unless one is given.
    """
    doer = actor if actor is not None else (current_staff() or _machine())
    entry = AuditEntry(
        at=now(),
        actor_id=doer.id if isinstance(doer, Staff) else None,
        actor_label=doer.label if isinstance(doer, Staff) else doer,
        verb=verb,
        subject=subject,
        detail=clean_line(detail),
    )
    db.session.add(entry)


def subject_of(staff: Staff) -> str:
    """How the audit log names somebody."""
    return f"staff {staff.id}"


def add(email: str, name: str, roles: Collection[Role], password: str | None = None) -> Staff:
    """Add somebody to the staff; the first one ever holds all roles. Without a password they need `invite`.

    Raises `Refused` for an address or a password that will not do, and for somebody who is here already.
    """
    address = rules.address(email)
    if address is None:
        raise Refused(f"{clean_line(email)} is not an e-mail address: write it as name@domain.")
    if queries.by_email(address) is not None:
        raise Refused(f"{address} is on the staff already.")
    given = frozenset(roles) if queries.staff_count() else frozenset(Role)
    if not given:
        raise Refused("Choose at least one role.")
    staff = Staff(email=address, name=_name(name, address), active=True, session_epoch=1, added_at=now())
    staff.held = [StaffRole(role=role.value) for role in sorted(given)]
    if password is not None:
        _take_password(staff, password)
    db.session.add(staff)
    db.session.flush()
    audit("added", subject_of(staff), f"{staff.label} as {_list(given)}")
    return staff


def invite(staff: Staff) -> str:
    """Write somebody a letter with a link where they set their password; gives the link as well.

    Raises `Refused` for somebody deactivated.
    """
    if not staff.active:
        raise Refused(f"{staff.email} is deactivated: reactivate the account first.")
    inviter = current_staff()
    messages.post_invitation(staff, invited_by=inviter.name if inviter else "")
    audit("invited", subject_of(staff), staff.label)
    return messages.password_link(staff, passwords.Occasion.INVITATION)


def change_roles(staff: Staff, roles: Collection[Role]) -> None:
    """Give somebody exactly these roles. Raises `Refused` for none at all, and for the last administrator."""
    wanted = frozenset(roles)
    before = staff.roles
    if wanted == before:
        return
    if not wanted:
        raise Refused("Leave at least one role, or deactivate the account.")
    if Role.ADMIN in before - wanted:
        _keep_an_administrator(staff)
    staff.held = [held for held in staff.held if Role(held.role) in wanted] + [
        StaffRole(role=role.value) for role in sorted(wanted - before)
    ]
    audit("changed roles", subject_of(staff), f"{staff.label}: from {_list(before)} to {_list(wanted)}")


def deactivate(staff: Staff) -> None:
    """End somebody's access, in every browser at once. Raises `Refused` for the last administrator."""
    if not staff.active:
        return
    if Role.ADMIN in staff.roles:
        _keep_an_administrator(staff)
    staff.active = False
    staff.session_epoch += 1
    audit("deactivated", subject_of(staff), staff.label)


def reactivate(staff: Staff) -> None:
    """Let somebody in again, with the password they had."""
    if staff.active:
        return
    staff.active = True
    audit("reactivated", subject_of(staff), staff.label)


def record_sign_in(staff: Staff, password: str) -> None:
    """Record that somebody signed in; strengthens a hash that was made with yesterday's parameters."""
    if staff.password_hash and passwords.is_dated(staff.password_hash):
        staff.password_hash = passwords.hashed(password)
    staff.signed_in_at = now()
    audit("signed in", subject_of(staff), actor=staff)


def ask_for_password_reset(email: str) -> None:
    """Let the worker write the letter, if the address is somebody's; the same steps if it is nobody's."""
    staff = queries.by_email(email)
    known = staff is not None and staff.active
    jobs.enqueue(SEND_RESET, staff.id if staff is not None and known else _NOBODY)


def send_password_reset(staff_id: int) -> None:
    """Write the letter that was asked for; nothing for nobody."""
    staff = queries.staff_member(staff_id)
    if staff is None or not staff.active:
        return
    messages.post_password_reset(staff)
    audit("asked for a new password", subject_of(staff), actor=staff.label)


def set_password(staff: Staff, password: str) -> None:
    """Give somebody a new password; every browser and every older link of theirs is out.

    Raises `Refused` with what is wrong with it.
    """
    _take_password(staff, password)
    staff.session_epoch += 1
    # Behind a link from a letter nobody is signed in yet; it is its holder who does this.
    holder = staff if has_request_context() else None
    audit("set a password", subject_of(staff), actor=current_staff() or holder)


def change_own_password(staff: Staff, old: str, new: str) -> None:
    """Change one's own password. Raises `WrongPassword` for the old one, `Refused` for the new."""
    if not passwords.fits(old, staff.password_hash):
        raise WrongPassword("That is not your present password.")
    set_password(staff, new)


def sign_out_everywhere(staff: Staff) -> None:
    """End every session of somebody's."""
    staff.session_epoch += 1
    audit("signed out everywhere", subject_of(staff), staff.label)


def record_private_view(subject: str, reason: str = "") -> None:
    """Record that the person signed in looks at private details of `subject`; call it before showing them.

    Raises `ReasonNeeded` when their roles need a written reason and there is none, `Refused` when no role
    of theirs allows it.
    """
    staff = current_staff()
    access = rules.private_access(staff.roles if staff else ())
    why = clean_line(reason)
    if access is PrivateAccess.NEVER:
        raise Refused("Your role may not see private details.")
    if access is PrivateAccess.WITH_REASON and not why:
        raise ReasonNeeded("As an administrator you see private details with a written reason: say why.")
    audit("saw private details", subject, why)


def keep_draft(
    staff_id: int, subject: str, version: str, fields: Mapping[str, Collection[str]], *, key: str = ""
) -> None:
    """Keep what somebody has typed so far, valid or not; one draft a person and subject, changed in place.

    `version` is the one that the form started from. `key` names the page that it is typed on: only that page,
    or one that took the draft up, changes it. Raises `AnotherDraft` for any other, `Refused` for what is too
    much or is no subject.
    """
    # PostgreSQL keeps no NUL, and nobody means one.
    typed = {name: [value.replace("\x00", "") for value in values] for name, values in fields.items()}
    if not rules.may_be_drafted(subject):
        raise Refused("Nothing is kept of this form; save it instead.")
    length = sum(len(value) for values in typed.values() for value in values)
    if len(typed) > rules.MOST_DRAFT_FIELDS or length > rules.LONGEST_DRAFT:
        raise Refused(
            f"No more than {rules.LONGEST_DRAFT:,} characters are kept unsaved. Shorten this, or save it."
        )
    # One statement: the lock is held no longer than it takes, and of two pages at once one is refused.
    kept = {"version": version[:40], "fields": {"key": key, "typed": typed}, "typed_at": now()}
    written = (
        insert_into(TypedDraft)
        .values(staff_id=staff_id, subject=subject, **kept)
        .on_conflict_do_update(
            index_elements=[TypedDraft.staff_id, TypedDraft.subject],
            set_=kept,
            where=TypedDraft.fields["key"].as_string() == key,
        )
        .returning(TypedDraft.subject)
    )
    if db.session.scalar(written) is None:
        raise AnotherDraft("You have typed something else here before. Take it up or throw it away first.")


def forget_draft(staff_id: int, subject: str, *, key: str | None = None) -> None:
    """Forget what somebody had typed; with a key, only what that page had typed."""
    theirs = delete(TypedDraft).where(TypedDraft.staff_id == staff_id, TypedDraft.subject == subject)
    if key is not None:
        theirs = theirs.where(TypedDraft.fields["key"].as_string() == key)
    db.session.execute(theirs)


def forget_old_drafts() -> None:
    """Destroy drafts that nobody took up for a month, and those of whoever works here no longer."""
    gone = select(Staff.id).where(Staff.active.is_(False))
    is_over = or_(TypedDraft.typed_at < now() - rules.DRAFT_LIFE, TypedDraft.staff_id.in_(gone))
    db.session.execute(delete(TypedDraft).where(is_over))


def _keep_an_administrator(staff: Staff) -> None:
    if not any(holder.id != staff.id for holder in queries.active_holders(Role.ADMIN)):
        raise Refused(f"{staff.name} is the last administrator: give somebody else that role first.")


def _take_password(staff: Staff, password: str) -> None:
    problems = rules.problems_with_password(password, staff.email, staff.name)
    if problems:
        raise Refused(" ".join(problems))
    staff.password_hash = passwords.hashed(password)


def _name(given: str, address: str) -> str:
    return (clean_line(given) or address.partition("@")[0].replace(".", " ").title())[:120]


def _list(roles: Collection[Role]) -> str:
    return ", ".join(sorted(roles)) or "nothing"


def _machine() -> str:
    if has_request_context():
        return "a visitor"
    command = click.get_current_context(silent=True)
    return command.command_path if command else "Newsroom"
