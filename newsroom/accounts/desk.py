"""The desk's doors to staff, the audit log and one's own account."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as AnyResponse

from newsroom.accounts import queries, rules, service, sessions
from newsroom.accounts.forms import AddStaff, ChangePassword, ChangeRoles
from newsroom.accounts.guards import Permission, needs, typed_by
from newsroom.accounts.models import Staff
from newsroom.accounts.service import Refused
from newsroom.platform.db import unit_of_work
from newsroom.platform.web import unsaved
from newsroom.platform.web.room import make_room

bp = Blueprint("accounts_desk", __name__, url_prefix="/desk")
make_room(bp, "keep_draft")

_PLAIN = {"Content-Type": "text/plain; charset=utf-8"}
_NOT_YOU = "Somebody else is signed in here now. What you typed stays on this page."


@bp.get("/staff")
@needs(Permission.ADMINISTER)
def index() -> str:
    """Everybody who works here."""
    return render_template(
        "accounts/desk/staff.html", staff=queries.all_staff(), form=AddStaff(formdata=None)
    )


@bp.post("/staff")
@needs(Permission.ADMINISTER)
def add() -> ResponseReturnValue:
    """Add somebody and write them an invitation."""
    form = AddStaff()
    if form.validate_on_submit():
        new = form.value()
        try:
            with unit_of_work():
                staff = service.add(new.email, new.name, new.roles)
                service.invite(staff)
        except Refused as refusal:
            form.email.errors = [str(refusal)]
        else:
            flash(f"{staff.name} was added; an invitation is on its way to {staff.email}.", "success")
            return redirect(url_for(".index"), 303)
    return render_template("accounts/desk/staff.html", staff=queries.all_staff(), form=form), 422


@bp.get("/staff/<int:staff_id>")
@needs(Permission.ADMINISTER)
def member(staff_id: int) -> str:
    """One person, and what was done about them."""
    staff = _member_or_404(staff_id)
    form = ChangeRoles(formdata=None, roles=[role.value for role in staff.roles])
    return _member_page(staff, form)


@bp.post("/staff/<int:staff_id>/roles")
@needs(Permission.ADMINISTER)
def change_roles(staff_id: int) -> ResponseReturnValue:
    """Give somebody other roles."""
    staff, form = _member_or_404(staff_id), ChangeRoles()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                service.change_roles(staff, form.chosen())
        except Refused as refusal:
            form.roles.errors = [str(refusal)]
        else:
            flash(f"The roles of {staff.name} are as you chose.", "success")
            return redirect(url_for(".member", staff_id=staff_id), 303)
    return _member_page(staff, form), 422


@bp.post("/staff/<int:staff_id>/deactivate")
@needs(Permission.ADMINISTER)
def deactivate(staff_id: int) -> AnyResponse:
    """End somebody's access."""
    staff = _member_or_404(staff_id)
    try:
        with unit_of_work():
            service.deactivate(staff)
    except Refused as refusal:
        flash(str(refusal), "error")
    else:
        flash(f"{staff.name} can no longer sign in, and was signed out everywhere.", "success")
    return redirect(url_for(".member", staff_id=staff_id), 303)


@bp.post("/staff/<int:staff_id>/reactivate")
@needs(Permission.ADMINISTER)
def reactivate(staff_id: int) -> AnyResponse:
    """Let somebody in again."""
    staff = _member_or_404(staff_id)
    with unit_of_work():
        service.reactivate(staff)
    flash(f"{staff.name} can sign in again.", "success")
    return redirect(url_for(".member", staff_id=staff_id), 303)


@bp.post("/staff/<int:staff_id>/invite")
@needs(Permission.ADMINISTER)
def invite(staff_id: int) -> AnyResponse:
    """Send an invitation again."""
    staff = _member_or_404(staff_id)
    try:
        with unit_of_work():
            service.invite(staff)
    except Refused as refusal:
        flash(str(refusal), "error")
    else:
        flash(f"An invitation is on its way to {staff.email}.", "success")
    return redirect(url_for(".member", staff_id=staff_id), 303)


@bp.get("/staff/audit")
@needs(Permission.ADMINISTER)
def audit_log() -> str:
    """What was done, by whom, newest first."""
    subject = request.args.get("subject", "")
    page = queries.audit_log(request.args.get("page", 1, type=int), subject)
    return render_template("accounts/desk/audit.html", page=page, subject=subject)


@bp.get("/account")
@needs(Permission.ENTER)
def account() -> str:
    """One's own account."""
    return render_template("accounts/desk/account.html", form=ChangePassword(formdata=None))


@bp.post("/account/password")
@needs(Permission.ENTER)
def change_password() -> ResponseReturnValue:
    """Change one's own password; other browsers are signed out."""
    form, staff = ChangePassword(), _myself()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                service.change_own_password(staff, form.old_password.data, form.password.data)
        except service.WrongPassword as refusal:
            form.old_password.errors = [str(refusal)]
        except Refused as refusal:
            form.password.errors = [str(refusal)]
        else:
            sessions.begin(staff)
            flash("Your password is changed. Your other browsers were signed out.", "success")
            return redirect(url_for(".account"), 303)
    return render_template("accounts/desk/account.html", form=form), 422


@bp.post("/account/sign-out-everywhere")
@needs(Permission.ENTER)
def sign_out_everywhere() -> AnyResponse:
    """End one's sessions in all browsers, this one included."""
    staff = _myself()
    with unit_of_work():
        service.sign_out_everywhere(staff)
    sessions.end()
    flash("You are signed out everywhere.", "success")
    return redirect(url_for("accounts.sign_in"), 303)


@bp.post("/drafts")
@needs(Permission.ENTER)
def keep_draft() -> ResponseReturnValue:
    """Keep what is being typed in a form, valid or not; a script sends it, and shows the sentence of a
    refusal.
    """
    form = request.form
    if form.get(unsaved.MARK_FIELD, typed_by()) != typed_by():
        return _NOT_YOU, 403, _PLAIN
    try:
        with unit_of_work():
            service.keep_draft(
                _myself().id,
                form.get(unsaved.SUBJECT_FIELD, ""),
                form.get("version", ""),
                unsaved.typed_fields(),
                key=form.get(unsaved.KEY_FIELD, "")[:40],
            )
    except service.AnotherDraft as refusal:
        return str(refusal), 409, _PLAIN
    except Refused as refusal:
        return str(refusal), 422, _PLAIN
    return "", 204


@bp.post("/drafts/forget")
@needs(Permission.ENTER)
def forget_draft() -> AnyResponse:
    """Throw away what was typed and never saved."""
    with unit_of_work():
        service.forget_draft(_myself().id, request.form.get(unsaved.SUBJECT_FIELD, ""))
    flash("It is thrown away.", "success")
    return redirect(rules.safe_path(request.form.get("back"), "/desk"), 303)


def _member_page(staff: Staff, form: ChangeRoles) -> str:
    history = queries.history(service.subject_of(staff))
    return render_template("accounts/desk/member.html", staff=staff, form=form, history=history)


def _member_or_404(staff_id: int) -> Staff:
    return queries.staff_member(staff_id) or abort(404, "Nobody on the staff has this number.")


def _myself() -> Staff:
    return sessions.current_staff() or abort(403)
