"""Who subscribes, at the desk: the list, one subscription, looking somebody up, ending and erasing."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from newsroom.accounts.guards import Permission, may, needs, own_private_access
from newsroom.accounts.rules import PrivateAccess
from newsroom.accounts.service import ReasonNeeded, record_private_view
from newsroom.platform.addresses import masked
from newsroom.platform.db import unit_of_work
from newsroom.subscribers import queries, rules, service
from newsroom.subscribers.desk.blueprint import INVALID, bp, page_number
from newsroom.subscribers.forms import DeskEraseForm, FindForm, ReasonForm, ShowForm
from newsroom.subscribers.models import Subscriber
from newsroom.subscribers.rules import State
from newsroom.subscribers.service import Outcome


@bp.get("")
@needs(Permission.ENTER)
def index() -> str:
    """How many stand where, and the list with masked addresses."""
    return _index_page(FindForm(formdata=None))


@bp.post("/find")
@needs(Permission.SEE_PRIVATE)
def find() -> ResponseReturnValue:
    """Look one address up. It is a POST so that the address stands in no log, and it is recorded."""
    form = FindForm()
    if not form.validate_on_submit():
        return _index_page(form), INVALID
    email = form.email.data or ""
    subscriber = queries.by_email(email)
    subject = _subject(subscriber) if subscriber else "subscribers"
    try:
        with unit_of_work():
            record_private_view(subject, form.reason.data or "")
    except ReasonNeeded as problem:
        form.reason.errors = [str(problem)]
        return _index_page(form), INVALID
    if subscriber is not None:
        return redirect(url_for(".show", public_id=subscriber.public_id), 303)
    on_list = queries.suppression_of(email)
    reason = (
        f" It is on the suppression list: {rules.REASON_LABELS[on_list.reason].lower()}." if on_list else ""
    )
    form.email.errors = [f"Nobody has subscribed with this address.{reason}"]
    return _index_page(form), 404


@bp.get("/<public_id>")
@needs(Permission.ENTER)
def show(public_id: str) -> str:
    """One subscription: its state and its history, the address masked."""
    return _subscriber_page(_subscriber_or_404(public_id))


@bp.post("/<public_id>/address")
@needs(Permission.SEE_PRIVATE)
def show_address(public_id: str) -> ResponseReturnValue:
    """The same with name and address; the look is recorded."""
    subscriber, form = _subscriber_or_404(public_id), ShowForm()
    if not form.validate_on_submit():
        return _subscriber_page(subscriber, show_form=form), INVALID
    try:
        with unit_of_work():
            record_private_view(_subject(subscriber), form.reason.data or "")
    except ReasonNeeded as problem:
        form.reason.errors = [str(problem)]
        return _subscriber_page(subscriber, show_form=form), INVALID
    return _subscriber_page(subscriber, in_full=True)


@bp.post("/<public_id>/unsubscribe")
@needs(Permission.SEE_PRIVATE)
def unsubscribe(public_id: str) -> ResponseReturnValue:
    """End a subscription whose owner asked for it by other means."""
    subscriber, form = _subscriber_or_404(public_id), ReasonForm()
    if not form.validate_on_submit():
        return _subscriber_page(subscriber, leave_form=form), INVALID
    with unit_of_work():
        outcome = service.unsubscribe_on_request(subscriber.id, form.reason.data or "")
    if outcome is Outcome.DONE:
        flash("Unsubscribed. No issue goes to this address any more.", "success")
    else:
        flash("There was nothing to end: no issue was going to this address.", "info")
    return redirect(url_for(".show", public_id=public_id), 303)


@bp.route("/<public_id>/erase", methods=["GET", "POST"])
@needs(Permission.ADMINISTER)
def erase(public_id: str) -> ResponseReturnValue:
    """Delete somebody who asked for it, after a page that says what is lost."""
    subscriber, form = _subscriber_or_404(public_id), DeskEraseForm()
    if form.validate_on_submit():
        with unit_of_work():
            service.erase(subscriber.id, never_again=form.never_again.data, reason=form.reason.data or "")
        flash("Erased, with the history of the subscription.", "success")
        return redirect(url_for(".index"), 303)
    page = render_template(
        "subscribers/desk/erase.html", subscriber=subscriber, email=masked(subscriber.email), form=form
    )
    return page, INVALID if form.errors else 200


def _subject(subscriber: Subscriber) -> str:
    return f"subscriber {subscriber.public_id}"


def _subscriber_or_404(public_id: str) -> Subscriber:
    subscriber = queries.by_public_id(public_id)
    if subscriber is None:
        abort(404, "There is no such subscriber; perhaps they were erased.")
    return subscriber


def _index_page(form: FindForm) -> str:
    state = request.args.get("state", "")
    state = state if state in rules.STATE_LABELS else ""
    return render_template(
        "subscribers/desk/index.html",
        counts=queries.counts(),
        labels=rules.STATE_LABELS,
        page=queries.subscribers_in(state, page_number()),
        state=state,
        masked=masked,
        form=form,
        reason_needed=own_private_access() is PrivateAccess.WITH_REASON,
    )


def _subscriber_page(
    subscriber: Subscriber,
    *,
    in_full: bool = False,
    show_form: ShowForm | None = None,
    leave_form: ReasonForm | None = None,
) -> str:
    return render_template(
        "subscribers/desk/subscriber.html",
        subscriber=subscriber,
        email=subscriber.email if in_full else masked(subscriber.email),
        in_full=in_full,
        label=rules.STATE_LABELS[subscriber.state],
        history=queries.history(subscriber.id),
        action_labels=rules.ACTION_LABELS,
        is_open=subscriber.state in (State.PENDING, State.CONFIRMED),
        suppression=queries.suppression_of(subscriber.email),
        reason_labels=rules.REASON_LABELS,
        show_form=show_form or ShowForm(formdata=None),
        may_erase=may(Permission.ADMINISTER),
        leave_form=leave_form or ReasonForm(formdata=None),
        reason_needed=own_private_access() is PrivateAccess.WITH_REASON,
    )
