"""Doors to dispatches: the list, the page of one while its letters go out, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from newsroom.accounts.guards import Permission, current_staff, may, needs
from newsroom.delivery import notices, outlook, queries, rules, service
from newsroom.delivery.desk.blueprint import NUMBER, SUBSCRIBER, bp, dispatch_or_404, issue_or_404
from newsroom.delivery.models import Dispatch
from newsroom.delivery.queries import Plan
from newsroom.issues import queries as issues
from newsroom.issues import rules as issue_rules
from newsroom.platform.db import unit_of_work
from newsroom.publication.queries import publication
from newsroom.subscribers import queries as subscribers


@bp.get("")
@needs(Permission.COMPOSE)
def index() -> str:
    """What waits for its hour, and all dispatches, newest first."""
    found = queries.statuses(queries.dispatches())
    return render_template(
        "delivery/desk/index.html",
        plans=queries.open_plans(),
        statuses=found,
        labels=rules.DISPATCH_LABELS,
    )


@bp.get(f"/{NUMBER}")
@needs(Permission.COMPOSE)
def show(number: int) -> str:
    """Before sending: to whom, as whom and when. Afterwards: progress, and what became of each letter."""
    issue = issue_or_404(number)
    row = queries.dispatch_of(number)
    if row is not None and _has_begun(row):
        return render_template("delivery/desk/show.html", **_facts(row))
    plan = queries.plan(number)
    shown = _before_sending(issue, plan)
    if plan is not None and plan.is_open:
        return render_template("delivery/desk/planned.html", **shown)
    return render_template(
        "delivery/desk/send.html", stopped_because=row.pause_reason if row else "", **shown
    )


@bp.get(f"/{NUMBER}/progress")
@needs(Permission.COMPOSE)
def progress(number: int) -> str:
    """The parts of the page that renew themselves while an issue waits for its moment or goes out."""
    row = queries.dispatch_of(number)
    if row is not None and _has_begun(row):
        return render_template("delivery/desk/progress.html", **_facts(row))
    plan = queries.plan(number)
    if plan is None:
        abort(404, f"Issue {number} has no dispatch and no schedule.")
    return render_template(
        "delivery/desk/planned_progress.html", **_before_sending(issue_or_404(number), plan)
    )


def _has_begun(row: Dispatch) -> bool:
    """Whether there is something to follow: not where it was stopped before its first letter."""
    return row.state != rules.CANCELLED or row.started_at is not None


def _before_sending(issue: Any, plan: Plan | None) -> dict[str, Any]:
    return {
        "issue": issue,
        "label": issue_rules.LABELS[issue.state],
        "plan": plan,
        "notices": notices.notices(issue.number, issue.state),
        "is_overdue": plan is not None and queries.is_overdue(plan),
        "audience": subscribers.reachable_count(),
        "sender": publication(),
        "may_publish": may(Permission.PUBLISH),
    }


@bp.post(f"/{NUMBER}/pause")
@needs(Permission.PUBLISH)
def pause(number: int) -> AnyResponse:
    """Let no further letter begin. A second click changes nothing."""
    staff = current_staff()
    reason = f"{staff.name if staff else 'Somebody'} stopped it for now."
    return _change(number, lambda row: service.pause(row, reason), already=rules.PAUSED)


@bp.post(f"/{NUMBER}/resume")
@needs(Permission.PUBLISH)
def resume(number: int) -> AnyResponse:
    """Go on where it was paused. A second click changes nothing."""
    return _change(number, service.resume, already=rules.SENDING)


@bp.get(f"/{NUMBER}/cancel")
@needs(Permission.PUBLISH)
def ask_to_cancel(number: int) -> str | AnyResponse:
    """Say what cancelling means before it is done: it is the one button that nothing undoes."""
    row = dispatch_or_404(number)
    if row.state not in (rules.SENDING, rules.PAUSED):
        return redirect(url_for(".show", number=number))
    return render_template(
        "delivery/desk/cancel.html", issue=issue_or_404(number), status=queries.status(row)
    )


@bp.post(f"/{NUMBER}/cancel")
@needs(Permission.PUBLISH)
def cancel(number: int) -> AnyResponse:
    """Send nothing more. A second click changes nothing."""
    return _change(number, service.cancel, already=rules.CANCELLED)


@bp.post(f"/{NUMBER}/retry")
@needs(Permission.PUBLISH)
def retry(number: int) -> AnyResponse:
    """Try refused and deferred letters again."""
    return _change(number, service.retry, rules.tried_again)


@bp.post(f"/{NUMBER}/again/{SUBSCRIBER}")
@needs(Permission.PUBLISH)
def send_again(number: int, subscriber_id: int) -> AnyResponse:
    """Send once more to somebody whose letter is uncertain, and come back to the others."""
    whom = subscribers.masked_addresses_of([subscriber_id]).get(subscriber_id, "somebody who was erased")
    return _change(
        number,
        lambda row: service.send_again(row, subscriber_id),
        lambda _number, _count: f"One more letter goes to {whom}.",
    )


def _change(
    number: int,
    verb: Callable[[Dispatch], Any],
    said: Callable[[int, Any], str] | None = None,
    already: str = "",
) -> AnyResponse:
    """Do it and go back to the tab. In the state `already` a first click did it, or a colleague."""
    try:
        with unit_of_work():
            row = service.locked(dispatch_or_404(number).id)
            outcome = verb(row) if row.state != already else None
    except (rules.Refused, issue_rules.Refused) as error:
        flash(str(error), "error")
    else:
        if said is not None:
            flash(said(number, outcome), "info")
    return redirect(url_for(".show", number=number, state=request.args.get("state") or None))


def _facts(row: Dispatch) -> dict[str, Any]:
    state = request.args.get("state", "")
    status = queries.status(row)
    page, rows = queries.rows(row, status.counts, state, request.args.get("page", 1, type=int))
    return {
        "shrunk": queries.shrunk(row),
        "issue": issues.issue(row.issue_number),
        "page": page,
        "rows": rows,
        "state": state,
        "status": status,
        "labels": rules.DISPATCH_LABELS,
        "delivery_labels": rules.DELIVERY_LABELS,
        "may_publish": may(Permission.PUBLISH),
        "outlook": outlook.words(row, status),
        # Of a dispatch that is paused or cancelled, answers of letters under way still come.
        "is_followed": row.state in rules.RUNNING or status.counts["sending"] > 0,
    }
