"""The suppression list at the desk: who is on it and why, as far as anybody can tell; putting on and lifting.

The list holds fingerprints. Whose an entry is, is shown while its subscriber is still here, masked as in
every list; an address is found by typing the whole of it, which is recorded.
"""

from __future__ import annotations

import csv
import io

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from newsroom.accounts.guards import Permission, may, needs, own_private_access
from newsroom.accounts.rules import PrivateAccess
from newsroom.accounts.service import ReasonNeeded, record_private_view
from newsroom.platform.db import unit_of_work
from newsroom.platform.settings import current
from newsroom.subscribers import queries, roster, rules, service
from newsroom.subscribers.desk.blueprint import INVALID, bp, page_number
from newsroom.subscribers.forms import FindForm, LiftForm, SuppressForm
from newsroom.subscribers.queries import Suppressed
from newsroom.subscribers.rules import Reason
from newsroom.subscribers.service import Outcome

_ENTRY = "<int(max=2147483647):entry_id>"


@bp.get("/suppressions")
@needs(Permission.ENTER)
def suppressions() -> str:
    """Whom we never write to again; by reason or words where they are asked for."""
    return _list_page(SuppressForm(formdata=None), FindForm(formdata=None))


@bp.get("/suppressions.csv")
@needs(Permission.PUBLISH)
def download_suppressions() -> Response:
    """The list, or the part of it that is shown, as a table: no address stands in it."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(queries.SUPPRESSION_COLUMNS)
    writer.writerows(roster.written(queries.suppression_rows(*_asked())))
    response = Response(file.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = "attachment; filename=suppressions.csv"
    return response


@bp.post("/suppressions")
@needs(Permission.PUBLISH)
def suppress() -> ResponseReturnValue:
    """Put an address on the list."""
    form = SuppressForm()
    if not form.validate_on_submit():
        return _list_page(form, FindForm(formdata=None)), INVALID
    with unit_of_work():
        outcome = service.suppress(form.email.data or "", Reason(form.reason.data), form.detail.data or "")
    if outcome is Outcome.DONE:
        flash("This address is never written to again, and no list can bring it back.", "success")
    else:
        flash("This address was on the list already.", "info")
    return redirect(url_for(".suppressions"), 303)


@bp.post("/suppressions/find")
@needs(Permission.SEE_PRIVATE)
def find_suppression() -> ResponseReturnValue:
    """Look one address up. It is a POST so that the address stands in no log, and it is recorded."""
    form = FindForm()
    if not form.validate_on_submit():
        return _list_page(SuppressForm(formdata=None), form), INVALID
    try:
        with unit_of_work():
            record_private_view("suppressions", form.reason.data or "")
    except ReasonNeeded as problem:
        form.reason.errors = [str(problem)]
        return _list_page(SuppressForm(formdata=None), form), INVALID
    found = queries.suppression_of(form.email.data or "")
    if found is None:
        form.email.errors = ["This address is not on the list: it may be written to."]
        return _list_page(SuppressForm(formdata=None), form), 404
    return redirect(url_for(".suppression", entry_id=found.id), 303)


@bp.get(f"/suppressions/{_ENTRY}")
@needs(Permission.ENTER)
def suppression(entry_id: int) -> str:
    """One entry, and the form that takes it off the list."""
    return _entry_page(_entry_or_404(entry_id), LiftForm(formdata=None))


@bp.post(f"/suppressions/{_ENTRY}/lift")
@needs(Permission.PUBLISH)
def lift(entry_id: int) -> ResponseReturnValue:
    """Take an entry off the list, so that the address's owner may sign up again."""
    entry, form = _entry_or_404(entry_id), LiftForm()
    if not form.validate_on_submit():
        return _entry_page(entry, form), INVALID
    with unit_of_work():
        outcome = service.lift_entry(entry.id, form.reason.data or "")
    if outcome is Outcome.DONE:
        flash(
            "Taken off the list. Nothing is sent there before its owner signs up and confirms again.",
            "success",
        )
    else:
        flash("This address is not on the list any more.", "info")
    return redirect(url_for(".suppressions"), 303)


def _entry_or_404(entry_id: int) -> Suppressed:
    found = queries.suppressed(entry_id)
    return found or abort(404, "There is no such entry on the suppression list; perhaps it was lifted.")


def _asked() -> tuple[str, str]:
    """The reason and the words that were asked for."""
    reason = request.args.get("reason", "")
    return reason if reason in rules.REASON_LABELS else "", request.args.get("words", "")


def _list_page(suppress_form: SuppressForm, find_form: FindForm) -> str:
    reason, words = _asked()
    page, entries = queries.suppressions(reason, words, page_number())
    return render_template(
        "subscribers/desk/suppressions.html",
        page=page,
        entries=entries,
        counts=queries.suppression_counts(),
        labels=rules.REASON_LABELS,
        names=rules.REASON_NAMES,
        reason=reason,
        words=words,
        suppress_form=suppress_form,
        find_form=find_form,
        reason_needed=own_private_access() is PrivateAccess.WITH_REASON,
        may_see=may(Permission.SEE_PRIVATE),
        may_change=may(Permission.PUBLISH),
        is_collected=bool(current().bounce_domain),
    )


def _entry_page(entry: Suppressed, form: LiftForm) -> str:
    return render_template(
        "subscribers/desk/suppression.html",
        entry=entry,
        label=rules.REASON_LABELS[entry.reason],
        form=form,
        may_see=may(Permission.SEE_PRIVATE),
        may_change=may(Permission.PUBLISH),
    )
