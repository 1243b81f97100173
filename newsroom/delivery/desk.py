"""Doors for editors: `/desk/deliveries`. Sending an issue, following it, and what became of each letter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from newsroom.accounts.guards import Permission, current_staff, may, needs
from newsroom.delivery import queries, rules, service
from newsroom.delivery.models import Dispatch
from newsroom.issues import queries as issues
from newsroom.issues import rules as issue_rules
from newsroom.issues import service as issues_service
from newsroom.platform.db import unit_of_work
from newsroom.publication.queries import publication
from newsroom.subscribers import queries as subscribers

bp = Blueprint("delivery_desk", __name__, url_prefix="/desk/deliveries")

# Beyond what the databases can count to there is no page.
_NUMBER = "<int(max=2147483647):number>"
_SUBSCRIBER = "<int(max=2147483647):subscriber_id>"


@bp.get("")
@needs(Permission.COMPOSE)
def index() -> str:
    """All dispatches, newest first."""
    found = [queries.status(row) for row in queries.dispatches()]
    return render_template("delivery/desk/index.html", statuses=found, labels=rules.DISPATCH_LABELS)


@bp.get(f"/{_NUMBER}")
@needs(Permission.COMPOSE)
def show(number: int) -> str:
    """Before sending: to whom and as whom. Afterwards: progress, and what became of each letter."""
    issue = issues.issue(number)
    if issue is None:
        abort(404, f"There is no issue {number}.")
    row = queries.dispatch_of(number)
    if row is None or (row.state == rules.CANCELLED and row.started_at is None):
        return render_template(
            "delivery/desk/send.html",
            issue=issue,
            label=issue_rules.LABELS[issue.state],
            audience=subscribers.reachable_count(),
            sender=publication(),
            may_publish=may(Permission.PUBLISH),
            stopped_because=row.pause_reason if row else "",
        )
    return render_template("delivery/desk/show.html", **_facts(row))


@bp.get(f"/{_NUMBER}/progress")
@needs(Permission.COMPOSE)
def progress(number: int) -> str:
    """The parts of the page that renew themselves while letters go out."""
    return render_template("delivery/desk/progress.html", **_facts(_dispatch(number)))


@bp.post(f"/{_NUMBER}/send")
@needs(Permission.PUBLISH)
def send(number: int) -> AnyResponse:
    """Begin to send an approved issue. A second click finds that it has begun already and changes nothing."""
    staff = current_staff()
    try:
        with unit_of_work():
            service.dispatch(number, actor_id=staff.id if staff else None)
    except issues_service.Blocked as error:
        flash(str(error), "error")
        return redirect(url_for("issues_desk.check", number=number))
    except (rules.Refused, issue_rules.Refused) as error:
        flash(str(error), "error")
    return redirect(url_for(".show", number=number))


@bp.post(f"/{_NUMBER}/pause")
@needs(Permission.PUBLISH)
def pause(number: int) -> AnyResponse:
    """Let no further letter begin."""
    return _change(number, lambda row: service.pause(row, "Paused by hand."))


@bp.post(f"/{_NUMBER}/resume")
@needs(Permission.PUBLISH)
def resume(number: int) -> AnyResponse:
    """Go on where it was paused."""
    return _change(number, service.resume)


@bp.post(f"/{_NUMBER}/cancel")
@needs(Permission.PUBLISH)
def cancel(number: int) -> AnyResponse:
    """Send nothing more."""
    return _change(number, service.cancel)


@bp.post(f"/{_NUMBER}/retry")
@needs(Permission.PUBLISH)
def retry(number: int) -> AnyResponse:
    """Try refused and deferred letters again."""
    return _change(number, service.retry, rules.tried_again)


@bp.post(f"/{_NUMBER}/again/{_SUBSCRIBER}")
@needs(Permission.PUBLISH)
def send_again(number: int, subscriber_id: int) -> AnyResponse:
    """Send once more to somebody whose letter is uncertain."""
    return _change(number, lambda row: service.send_again(row, subscriber_id))


def _change(
    number: int, verb: Callable[[Dispatch], Any], said: Callable[[int, Any], str] | None = None
) -> AnyResponse:
    try:
        with unit_of_work():
            outcome = verb(service.locked(_dispatch(number).id))
    except (rules.Refused, issue_rules.Refused) as error:
        flash(str(error), "error")
    else:
        if said is not None:
            flash(said(number, outcome), "info")
    return redirect(url_for(".show", number=number))


def _dispatch(number: int) -> Dispatch:
    row = queries.dispatch_of(number)
    if row is None:
        abort(404, f"Issue {number} has no dispatch.")
    return row


def _facts(row: Dispatch) -> dict[str, Any]:
    state = request.args.get("state", "")
    page, rows = queries.rows(row.id, state, request.args.get("page", 1, type=int))
    return {
        "issue": issues.issue(row.issue_number),
        "page": page,
        "rows": rows,
        "state": state,
        "status": queries.status(row),
        "labels": rules.DISPATCH_LABELS,
        "delivery_labels": rules.DELIVERY_LABELS,
        "may_publish": may(Permission.PUBLISH),
        "running": row.state in (rules.FREEZING, rules.SENDING),
    }
