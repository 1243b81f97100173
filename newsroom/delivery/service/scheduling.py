"""Schedules: setting an hour, keeping it, and the ways in which one ends without a dispatch.

Every verb takes the issue first and its schedule after it, as edits of the issue do, so that no two of them
wait for each other. A schedule and its dispatch change in one commit: killed before it, nothing has begun;
after it, nothing begins again.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from newsroom.accounts import queries as accounts
from newsroom.accounts.guards import current_staff
from newsroom.accounts.service import audit
from newsroom.delivery import messages, queries, rules, timing
from newsroom.delivery.models import Schedule
from newsroom.delivery.rules import Refused
from newsroom.delivery.service.dispatching import cancel, dispatch, locked
from newsroom.delivery.timing import Moment, Ripeness
from newsroom.issues import queries as issues
from newsroom.issues import rules as issue_rules
from newsroom.issues import service as issues_service
from newsroom.platform import clock
from newsroom.platform.db import db
from newsroom.publication.queries import publication
from newsroom.subscribers import queries as subscribers

_CHANGED = "what it says changed after it was scheduled"


class JustBegun(Refused):
    """Its dispatch began between two looks. Nothing was written; a new unit of work can still stop it."""


def schedule(number: int, moment: Moment, *, actor_id: int | None) -> Schedule:
    """Let an approved issue go out at that moment; a schedule that it has already is replaced.

    Raises `Refused` for a moment that has passed by now and for an issue that there is not, and what
    `issues.service.schedule` raises when it is not approved or no longer fit to print.
    """
    if moment.at <= clock.now():
        raise Refused(f"{timing.words(moment.at, moment.zone)} has passed by now; choose a later time.")
    return _set(_held_issue(number), moment, actor_id, is_undo_time=False)


def send_soon(number: int, *, actor_id: int | None) -> Schedule:
    """Let an approved issue go out as soon as the time to take it back is over.

    A second click finds the first one's schedule and changes nothing. Raises as `schedule` does.
    """
    issue = _held_issue(number)
    running = _open_schedule(issue)
    if running is not None and running.is_undo_time and running.state == rules.WAITING:
        return running
    moment = Moment(clock.now() + timing.UNDO_TIME, publication().time_zone)
    return _set(issue, moment, actor_id, is_undo_time=True)


def _set(issue: Any, moment: Moment, actor_id: int | None, *, is_undo_time: bool) -> Schedule:
    before = _open_schedule(issue)
    if before is not None:
        _end(before, rules.STOPPED, "Another time was chosen.")
        issues_service.unschedule(issue)
    row = Schedule(
        issue_id=issue.id,
        issue_number=issue.number,
        state=rules.WAITING,
        send_at=moment.at,
        zone=moment.zone,
        is_undo_time=is_undo_time,
        content_hash=issues_service.schedule(issue),
        recipient_count=subscribers.reachable_count(),
        requested_by_id=actor_id,
        requested_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    people = rules.counted(row.recipient_count, "confirmed subscriber")
    audit("scheduled", f"issue {issue.number}", f"{timing.words(row.send_at, row.zone)}, {people}")
    return row


def stop(number: int) -> str:
    """Stop the presses, as long as no letter has left: the issue is approved again. Says what was done.

    Asking twice is asking once. Raises `Refused` with what can still be done when it is too late, and
    `JustBegun` when it began to go out this moment.
    """
    # A dispatch is taken before its issue, as the worker does that counts its audience.
    known = queries.dispatch_of(number)
    if known is not None and known.state == rules.FREEZING:
        row = locked(known.id)
        if row.state == rules.FREEZING:
            cancel(row)
            return f"Stopped: nothing of issue {number} has left, and it is approved as before."
    issue = _held_issue(number)
    waiting = _open_schedule(issue)
    if waiting is not None:
        _end(waiting, rules.STOPPED, "Stopped by hand.")
        issues_service.unschedule(issue)
        return f"Stopped: issue {number} does not go out, and it is approved as before."
    last = queries.last_schedule(number)
    if issue.state == issue_rules.APPROVED and last is not None and last.state == rules.STOPPED:
        return f"Issue {number} was stopped already; it is approved and does not go out."
    raise _too_late(issue)


def _too_late(issue: Any) -> Refused:
    """Why there is nothing to stop any more, and what can be done instead."""
    number = issue.number
    if issue.state == issue_rules.GOING_OUT:
        return JustBegun(f"Issue {number} began to go out this moment; press once more.")
    if issue.state == issue_rules.SENT:
        known = queries.dispatch_of(number)
        if known is None or known.state not in (rules.SENDING, rules.PAUSED):
            return Refused(f"Issue {number} has gone out; there is nothing left to stop.")
        return Refused(
            f"A moment too late: issue {number} is on the web and its letters are leaving. "
            "Pause them, or cancel what is left."
        )
    return Refused(f"Issue {number} has no schedule; nothing goes out by itself.")


def keep(schedule_id: int) -> bool:
    """Do what a schedule asks for now, if it is due: begin the dispatch, or ask, or void it. Says whether.

    Raises what `dispatch` raises when the issue cannot be sent as planned; `give_up` then says so.
    """
    row = _held_schedule(schedule_id)
    if row is None:
        return False
    issue = issues.issue(row.issue_number)
    assert issue is not None
    match timing.ripeness(row.send_at, clock.now()):
        case Ripeness.NOT_YET:
            return False
        case Ripeness.STALE:
            _ask(row)
        case Ripeness.DUE:
            if issues_service.void_unless_approved(issue, _CHANGED, row.content_hash):
                end_with_approval(row.issue_number, _CHANGED, issue.state)
            else:
                dispatch(row.issue_number, actor_id=row.requested_by_id)
    return True


def _ask(row: Schedule) -> None:
    row.state = rules.ASKING
    row.reason = "Nothing was running at its hour."
    audit("schedule missed", f"issue {row.issue_number}", timing.words(row.send_at, row.zone))
    _tell(row)


def give_up(schedule_id: int, sentence: str) -> None:
    """The issue could not be sent as planned: keep why, tell whoever planned it; its approval stands."""
    row = _held_schedule(schedule_id)
    if row is None:
        return
    issue = issues.issue(row.issue_number)
    assert issue is not None
    _end(row, rules.NOT_SENT, sentence)
    issues_service.unschedule(issue)
    _tell(row)


def end_with_approval(number: int, reason: str, state: str) -> None:
    """The approval of an issue is void, and so is its schedule; an issue that is given up just stops."""
    query = _open_ones().where(Schedule.issue_number == number)
    for row in db.session.scalars(query).all():
        if state == issue_rules.CANCELLED:
            _end(row, rules.STOPPED, "The issue was cancelled.")
        else:
            _end(row, rules.VOID, reason)
        _tell(row)


def _end(row: Schedule, state: str, reason: str) -> None:
    row.state, row.reason = state, reason
    db.session.flush()
    audit(f"schedule {rules.SCHEDULE_LABELS[state].lower()}", f"issue {row.issue_number}", reason)


def _tell(row: Schedule) -> None:
    """Write to whoever planned it, unless they did this themselves or work here no more."""
    planner = accounts.staff_member(row.requested_by_id) if row.requested_by_id else None
    doer = current_staff()
    if planner is None or not planner.active or (doer is not None and doer.id == planner.id):
        return
    messages.post_schedule_ended(planner.email, planner.name, row)


def _held_issue(number: int) -> Any:
    """The issue, held against other writers; its class is named on its own floor only."""
    issue = issues.issue(number)
    if issue is None:
        raise Refused(f"There is no issue {number}.")
    db.session.refresh(issue, with_for_update=True)
    return issue


def _open_schedule(issue: Any) -> Schedule | None:
    return db.session.scalars(_open_ones().where(Schedule.issue_id == issue.id)).first()


def _held_schedule(schedule_id: int) -> Schedule | None:
    """A schedule that waits, held together with its issue; None when it waits no more."""
    number = db.session.scalar(select(Schedule.issue_number).where(Schedule.id == schedule_id))
    if number is None:
        return None
    _held_issue(number)
    waiting = _open_ones().where(Schedule.id == schedule_id, Schedule.state == rules.WAITING)
    return db.session.scalars(waiting).one_or_none()


def _open_ones() -> Select[Schedule]:
    query = select(Schedule).where(Schedule.state.in_(rules.OPEN_SCHEDULES)).order_by(Schedule.id)
    return query.with_for_update().execution_options(populate_existing=True)
