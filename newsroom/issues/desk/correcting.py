"""Doors to what can still be done about a sent issue: correct it, take a piece off the web, put it back."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from newsroom.accounts import service as accounts_service
from newsroom.accounts.guards import Permission, current_staff, may, needs
from newsroom.issues import queries, rules, service
from newsroom.issues.desk.blueprint import bp, issue_or_404, refusals_flashed, staff_id
from newsroom.issues.drafting import draft_of
from newsroom.issues.forms import CorrectionForm, TakeBackForm
from newsroom.issues.models import Issue
from newsroom.issues.queries import Published
from newsroom.issues.render import Correction
from newsroom.platform import clock
from newsroom.platform.db import unit_of_work
from newsroom.platform.web import unsaved
from newsroom.platform.web.unsaved import Unsaved
from newsroom.publication.queries import publication

Answer = Response | str | tuple[str, int]


@bp.get("/<int:number>/corrections")
@needs(Permission.COMPOSE)
def corrections(number: int) -> str:
    """What a sent issue printed and what was said about it since, with a form for the next correction."""
    row = _sent_or_404(number)
    form = _offered(CorrectionForm(formdata=None, place=_asked_place(row)), row)
    draft = _draft(row, form)
    if draft is not None and draft.is_taken_up:
        form = _offered(CorrectionForm(formdata=draft.typed), row)
    return _page(row, form, draft=draft)


@bp.post("/<int:number>/corrections")
@needs(Permission.PUBLISH)
def correct(number: int) -> Answer:
    """Say what was wrong, at once and with today's date; or show how it will read."""
    row = _sent_or_404(number)
    form = _offered(CorrectionForm(), row)
    if not form.validate_on_submit():
        return _page(row, form), 422
    if "preview" in request.form:
        return _page(row, form, preview=_as_it_will_read(row, form))
    staff = current_staff()
    assert staff is not None
    try:
        with unit_of_work():
            service.correct(
                issue_or_404(number),
                form.position,
                form.words.data or "",
                by_id=staff.id,
                by_label=staff.email,
                reason=form.reason.data or "",
            )
            key = request.form.get(unsaved.KEY_FIELD, "")
            accounts_service.forget_draft(staff.id, _subject(number), key=key)
    except service.CorrectionLeaks as error:
        form.words.errors = [*form.words.errors, *(finding.sentence for finding in error.findings)]
        may_stand = all(finding.severity == "warning" for finding in error.findings)
        return _page(issue_or_404(number), form, ask_why=may_stand), 422
    except rules.Refused as error:
        form.form_errors.append(str(error))
        return _page(issue_or_404(number), form), 422
    flash("The correction stands on the web, in the text edition and in the feeds.", "success")
    return redirect(url_for(".corrections", number=number), 303)


@bp.post("/<int:number>/corrections/preview")
@needs(Permission.PUBLISH)
def preview_correction(number: int) -> str:
    """How the correction reads that is being typed; nothing is kept."""
    row = _sent_or_404(number)
    form = _offered(CorrectionForm(), row)
    form.validate()
    return _as_it_will_read(row, form).html if form.words.data else ""


@bp.post("/<int:number>/corrections/<int:correction_id>/print")
@needs(Permission.COMPOSE)
def print_correction(number: int, correction_id: int) -> Response:
    """Put a correction into the next open issue as a section, and go to its form."""
    _sent_or_404(number)
    target = _next_open()
    if target is None:
        flash("No issue is open; begin one first, then print the correction in it.", "error")
        return redirect(url_for(".index"), 303)
    section_id = None
    with refusals_flashed(), unit_of_work():
        section = service.print_correction(issue_or_404(target), correction_id, by_id=staff_id())
        section_id = section.public_id
        flash(f"It is a section of issue {target} now; change its words here as you like.", "success")
    return redirect(url_for(".compose", number=target, section=section_id), 303)


@bp.post("/<int:number>/printed/<int:position>/take-back")
@needs(Permission.PUBLISH)
def take_back(number: int, position: int) -> Response:
    """Take a piece off the web."""
    row = _sent_or_404(number)
    form = TakeBackForm(prefix=f"piece-{position}")
    if not form.validate_on_submit():
        flash("Choose why it leaves the web; readers are told.", "error")
        return redirect(url_for(".corrections", number=row.number, _anchor=f"printed-{position}"), 303)
    with refusals_flashed(), unit_of_work():
        service.take_back(issue_or_404(number), position, form.because.data)
        flash("It is off the web; a dated note stands in its place. Letters that were sent stay.", "success")
    return redirect(url_for(".corrections", number=number, _anchor=f"printed-{position}"), 303)


@bp.post("/<int:number>/printed/<int:position>/put-back")
@needs(Permission.PUBLISH)
def put_back(number: int, position: int) -> Response:
    """Put a piece back on the web."""
    _sent_or_404(number)
    with refusals_flashed(), unit_of_work():
        service.put_back(issue_or_404(number), position)
        flash("It is on the web again, as it was printed.", "success")
    return redirect(url_for(".corrections", number=number, _anchor=f"printed-{position}"), 303)


def _subject(number: int) -> str:
    """What the form is called while somebody types in it."""
    return f"issue:{number}:correction"


def _draft(row: Issue, form: CorrectionForm) -> Unsaved | None:
    return draft_of(_subject(row.number), form, lambda typed: _offered(CorrectionForm(formdata=typed), row))


def _page(
    row: Issue,
    form: CorrectionForm,
    *,
    preview: Correction | None = None,
    ask_why: bool = False,
    draft: Unsaved | None = None,
) -> str:
    _offered(form, row)
    printed = queries.printed_in(row.number)
    page: dict[str, Any] = {
        "issue": row,
        "printed": [(piece, _off_since(piece), _take_back_form(piece)) for piece in printed],
        "given": queries.corrections_in([row.number]),
        "form": form,
        "preview": preview,
        "draft": draft or _draft(row, form),
        "ask_why": ask_why or bool(form.reason.data),
        "is_publisher": may(Permission.PUBLISH),
        "next_open": _next_open(),
    }
    return render_template("issues/desk/corrections.html", **page)


def _offered(form: CorrectionForm, row: Issue) -> CorrectionForm:
    """The form with the places of this issue to choose from: what is off the web needs no correction."""
    places = [SelectChoice("", "The issue as a whole")]
    for piece in queries.printed_in(row.number):
        if piece.withdrawn_at is None:
            name = f"{piece.kind}: {piece.title}" if piece.title else piece.kind
            places.append(SelectChoice(str(piece.position), name))
    form.place.choices = places
    return form


def _asked_place(row: Issue) -> str:
    """The section that a link on the page chose."""
    asked = request.args.get("section", "")
    return asked if asked in {str(piece.position) for piece in queries.printed_in(row.number)} else ""


def _as_it_will_read(row: Issue, form: CorrectionForm) -> Correction:
    printed = {piece.position: piece for piece in queries.printed_in(row.number)}
    piece = printed.get(form.position) if form.position is not None else None
    today = clock.today(publication().time_zone)
    title = piece.title if piece else ""
    return Correction(0, today, form.words.data or "", piece.piece_id if piece else "", title)


def _off_since(piece: Published) -> str:
    """What its tombstone says; empty for what is on the web."""
    if piece.withdrawn_at is None:
        return ""
    return queries.tombstone_words(piece.withdrawn_at, piece.withdrawn_because)


def _take_back_form(piece: Published) -> TakeBackForm:
    return TakeBackForm(formdata=None, prefix=f"piece-{piece.position}")


def _next_open() -> int | None:
    """The number of the next issue that can still be edited."""
    return next((row.number for row in queries.unsent_issues() if rules.may("edit", row.state)), None)


def _sent_or_404(number: int) -> Issue:
    row = issue_or_404(number)
    if row.state != rules.SENT:
        abort(404, f"Issue {number} was not sent yet; change it in its composer instead.")
    return row
