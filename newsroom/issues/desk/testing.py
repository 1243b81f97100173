"""Doors to test sends: the letter as it is now, to oneself and to the testers of the settings."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice

from newsroom.accounts.guards import Permission, current_staff, needs
from newsroom.accounts.service import audit
from newsroom.issues import proof, rules
from newsroom.issues.desk.blueprint import bp, issue_or_404
from newsroom.issues.models import Issue
from newsroom.issues.proof import Outcome
from newsroom.platform.db import unit_of_work
from newsroom.platform.mail.message import Unsendable
from newsroom.platform.web.limits import Tally
from newsroom.publication.rules import Tester

# As many as somebody sends who mends a letter and looks at it again, and no more than a mail server bears.
_TALLY = Tally("tests of issues", "12 per 10 minutes")
_TOO_MANY = "That were many tests in a short time; read those, and send the next one in ten minutes."


class ProofForm(FlaskForm):
    """Who gets a test. Only who is offered can be chosen."""

    to = SelectMultipleField("To whom")


@bp.get("/<int:number>/test")
@needs(Permission.COMPOSE)
def choose_testers(number: int) -> str:
    """Tick who gets a test."""
    form = _form()
    form.to.data = [form.to.choices[0].value]
    return _page(issue_or_404(number), form)


@bp.post("/<int:number>/test")
@needs(Permission.COMPOSE)
def send_test(number: int) -> Response | tuple[str, int]:
    """Send the letter, marked as a test, to those who are ticked; it says of each who was refused."""
    issue = issue_or_404(number)
    form = _form()
    staff = current_staff()
    assert staff is not None
    chosen = [
        person for person in proof.people(staff.email, staff.name) if person.address in (form.to.data or ())
    ]
    if not form.validate_on_submit() or not chosen:
        form.to.errors = ["Tick who gets the test; only yourself and the testers of the settings can."]
        return _page(issue, form), 422
    if not _TALLY.take(str(staff.id)):
        form.to.errors = [_TOO_MANY]
        return _page(issue, form), 429
    try:
        outcome = proof.send(issue, chosen)
    except Unsendable as error:
        flash(f"The test was not sent: {error}", "error")
        return redirect(url_for(".compose", number=number))
    if outcome.taken:
        with unit_of_work():
            audit("test sent", f"issue {number}", f"to {_names(outcome.taken)}")
    _say(outcome)
    return redirect(url_for(".compose", number=number))


def _form() -> ProofForm:
    staff = current_staff()
    assert staff is not None
    form = ProofForm()
    me, *others = proof.people(staff.email, staff.name)
    offered = [SelectChoice(one.address, one.label) for one in others]
    form.to.choices = [SelectChoice(me.address, f"Me, {me.address}"), *offered]
    return form


def _page(issue: Issue, form: ProofForm) -> str:
    return render_template("issues/desk/test.html", issue=issue, label=rules.LABELS[issue.state], form=form)


def _say(outcome: Outcome) -> None:
    if outcome.taken:
        flash(f"A test is on its way to {_names(outcome.taken)}.", "success")
    for tester, said in outcome.refused:
        flash(f"The mail server did not take the test to {tester.address}. It said: {said}", "error")


def _names(people: tuple[Tester, ...]) -> str:
    return ", ".join(one.address for one in people)
