"""Dispatches: beginning, pausing, cancelling, what an attempt means."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select, update

from newsroom.accounts.service import audit
from newsroom.delivery import editions, ledger, queries, rules, tallies
from newsroom.delivery.models import Dispatch, Schedule
from newsroom.delivery.rules import Outcome, Refused
from newsroom.delivery.service.bouncing import note_given_up
from newsroom.issues import letter
from newsroom.issues import queries as issues
from newsroom.issues import service as issues_service
from newsroom.platform import clock
from newsroom.platform.db import db
from newsroom.subscribers import queries as subscribers
from newsroom.subscribers import service as subscribers_service
from newsroom.subscribers.rules import Reason

_CANCELLED = "The dispatch was cancelled."


def dispatch(number: int, *, actor_id: int | None) -> Dispatch:
    """Begin to send an approved issue to everybody who is confirmed now: freezes its content at once.

    The audience is frozen by the worker. Raises `delivery.rules.Refused` when the issue has a dispatch
    already or no letter can be made of it, and what `issues.service.freeze` raises when it is not approved or
    no longer fit to print.
    """
    row = issues.issue(number)
    if row is None:
        raise Refused(f"There is no issue {number}.")
    # Of two who send at once on PostgreSQL, the second waits here and then finds the first one's dispatch.
    db.session.refresh(row, with_for_update=True)
    known = db.session.execute(
        select(Dispatch).where(Dispatch.issue_id == row.id).with_for_update()
    ).scalar_one_or_none()
    if known is not None and (known.state != rules.CANCELLED or known.started_at is not None):
        label = rules.DISPATCH_LABELS[known.state].lower()
        raise Refused(f"Issue {number} has a dispatch already; it is {label}.")
    sender = editions.sender_now()
    issues_service.freeze(row, letter.SLOT_LINKS)
    problem = editions.problem(number, sender)
    if problem:
        raise Refused(problem)
    begun = known or Dispatch(issue_id=row.id, issue_number=number)
    begun.state, begun.freeze_cursor, begun.audience_count = rules.FREEZING, 0, 0
    begun.freeze_until = queries.highest_subscriber()
    begun.sender = sender.as_json()
    begun.requested_by_id = actor_id
    begun.created_at, begun.finished_at = clock.now(), None
    db.session.add(begun)
    db.session.flush()
    # In the commit that begins it: what has begun is not waited for any more, and never begins twice.
    waiting = update(Schedule).where(Schedule.issue_id == row.id, Schedule.state.in_(rules.OPEN_SCHEDULES))
    db.session.execute(waiting.values(state="begun"))
    audit(
        "dispatch begun",
        f"issue {number}",
        rules.counted(subscribers.reachable_count(), "confirmed subscriber"),
    )
    return begun


def begin_sending(row: Dispatch) -> None:
    """The audience is frozen: publish the issue, then let the first letter go.

    A story that was withdrawn while the audience was counted stops everything: nothing is published, the
    dispatch is cancelled and says why.
    """
    issue = issues.issue(row.issue_number)
    assert issue is not None
    withdrawn = issues_service.objections(issue)
    if withdrawn:
        cancel(row)
        row.pause_reason = f"Taken back before the issue went out: {', '.join(withdrawn)}."
        return
    row.state = rules.after("begin", row.state)
    row.audience_count = ledger.audience_count(row.id)
    row.started_at = clock.now()
    row.resumed_at = None
    issues_service.publish(issue, row.audience_count)
    audit("audience frozen", f"issue {row.issue_number}", rules.counted(row.audience_count, "recipient"))


def finish_if_done(dispatch_id: int) -> bool:
    """Close a dispatch of which nothing is left to do; says whether it was closed now."""
    row = locked(dispatch_id)
    if row.state != rules.SENDING or ledger.has_open_rows(row.id):
        return False
    row.state = rules.after("finish", row.state)
    row.finished_at = clock.now()
    audit("dispatch finished", f"issue {row.issue_number}")
    return True


def pause(row: Dispatch, reason: str = "") -> None:
    """Let no further letter begin. Raises Refused."""
    row.state = rules.after("pause", row.state)
    row.pause_reason = reason
    audit("dispatch paused", f"issue {row.issue_number}", reason)


def stop_for_withdrawal(public_id: str) -> None:
    """A story was taken back: no letter that holds it may begin any more.

    A dispatch whose audience is still being counted finds out by itself, in `begin_sending`.
    """
    for number in issues.issues_that_printed(public_id):
        known = queries.dispatch_of(number)
        if known is not None and known.state == rules.SENDING:
            titles = ", ".join(issues.withdrawn_titles(number))
            pause(locked(known.id), f"Taken back while the issue went out: {titles}.")


def _refuse_withdrawn(row: Dispatch) -> None:
    titles = issues.withdrawn_titles(row.issue_number)
    if titles:
        raise Refused(
            f"The letter holds what was taken back ({', '.join(titles)}), so no more of them may "
            "leave. Cancel what is left; the issue stays on the web without it."
        )


def _refuse_shrunk(row: Dispatch) -> None:
    words = queries.shrunk(row)
    if words:
        raise Refused(f"{words} So nothing of it can be tried again.")


def resume(row: Dispatch) -> None:
    """Go on where it was paused. Raises Refused."""
    _refuse_withdrawn(row)
    row.state = rules.after("resume", row.state)
    row.pause_reason, row.resumed_at = "", clock.now()
    audit("dispatch resumed", f"issue {row.issue_number}")


def cancel(row: Dispatch) -> None:
    """Send nothing more.

    While the audience is still being frozen, nothing has left and nothing is on the web: the issue is
    approved again. Afterwards it stays sent, and whoever it has not gone to is skipped. Raises Refused.
    """
    was_freezing = row.state == rules.FREEZING
    row.state = rules.after("cancel", row.state)
    row.pause_reason, row.finished_at = "", clock.now()
    if was_freezing:
        ledger.forget(row.id)
        issue = issues.issue(row.issue_number)
        assert issue is not None
        issues_service.unfreeze(issue)
    else:
        ledger.close_open_rows(row.id, _CANCELLED, clock.now())
    audit("dispatch cancelled", f"issue {row.issue_number}")


def retry(row: Dispatch) -> int:
    """Try refused and deferred letters again, of those who may still be written to; gives how many.

    A dispatch that is paused stays so. Raises Refused.
    """
    _refuse_shrunk(row)
    _refuse_withdrawn(row)
    target = rules.after_retry(row.state)
    opened = sum(ledger.open_again(row.id, state) for state in ("failed", "deferred"))
    return _reopened(row, target, opened, "refused and deferred letters")


def send_again(row: Dispatch, subscriber_id: int) -> int:
    """Send once more to somebody whose letter is uncertain, because a person decided to. Raises Refused."""
    _refuse_shrunk(row)
    _refuse_withdrawn(row)
    target = rules.after_retry(row.state)
    opened = ledger.open_again(row.id, "uncertain", subscriber_id)
    if not opened:
        raise Refused("That letter is not uncertain any more, or its subscriber may no longer be written to.")
    return _reopened(row, target, opened, f"uncertain letter of subscriber {subscriber_id}")


def _reopened(row: Dispatch, target: str, opened: int, what: str) -> int:
    if opened:
        row.state, row.finished_at, row.resumed_at = target, None, clock.now()
        tallies.void(row.id)
        audit("letters tried again", f"issue {row.issue_number}", f"{opened} × {what}")
    return opened


def record_attempt(dispatch_id: int, subscriber_id: int, owner: str, outcome: Outcome) -> bool:
    """`record_attempts` for one: False where the row is no longer ours."""
    return bool(record_attempts(dispatch_id, owner, {subscriber_id: outcome}))


def record_attempts(dispatch_id: int, owner: str, outcomes: Mapping[int, Outcome]) -> set[int]:
    """Write what came of attempts, by subscriber, and draw the consequences; those whose rows were ours."""
    is_any_open = any(outcome.state in rules.OPEN for outcome in outcomes.values())
    # Held until the end, so that no cancellation can overlook a row that is opened again here.
    if is_any_open and locked(dispatch_id).state == rules.CANCELLED:
        outcomes = {number: _as_cancelled(outcome) for number, outcome in outcomes.items()}
    stored = ledger.record(dispatch_id, owner, outcomes, clock.now())
    _draw_consequences(dispatch_id, {number: outcomes[number] for number in sorted(stored)})
    return stored


def _as_cancelled(outcome: Outcome) -> Outcome:
    if outcome.state not in rules.OPEN:
        return outcome
    return Outcome("skipped", f"{_CANCELLED}{rules.SERVER_HAD_SAID}{outcome.reply}"[:500])


def _draw_consequences(dispatch_id: int, outcomes: Mapping[int, Outcome]) -> None:
    """What attempts mean beyond their rows: a pause of everything, or an address never to be used again."""
    for number, outcome in outcomes.items():
        if outcome.is_hard_bounce:
            subscribers_service.suppress_subscriber(number, Reason.HARD_BOUNCE, outcome.reply)
        elif outcome.given_up_for:
            note_given_up(dispatch_id, number, outcome)
    pausing = [outcome for outcome in outcomes.values() if outcome.pauses]
    failed = [outcome for outcome in outcomes.values() if outcome.state == "failed"]
    if pausing or failed:
        pause_if_needed(dispatch_id, (pausing or failed[-1:])[0])


def pause_if_needed(dispatch_id: int, outcome: Outcome) -> None:
    """Pause a dispatch after an answer that no letter would survive, or after too many refusals."""
    row = locked(dispatch_id)
    if row.state != rules.SENDING:
        return
    if outcome.pauses:
        pause(row, outcome.reply)
        return
    since = row.resumed_at or row.started_at
    if rules.fails_too_often(ledger.last_closed_states(dispatch_id, since, rules.RATIO_WINDOW)):
        pause(row, f"The server refuses too many letters. It last said: {outcome.reply}")


def locked(dispatch_id: int) -> Dispatch:
    """The dispatch, as it is now and held against other writers until the unit of work ends."""
    query = select(Dispatch).where(Dispatch.id == dispatch_id).with_for_update()
    return db.session.execute(query.execution_options(populate_existing=True)).scalar_one()
