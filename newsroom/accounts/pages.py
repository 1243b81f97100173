"""The doors that lead in and out: signing in and out, a forgotten password, a link from a letter.

Nothing here tells a stranger whose address is known: same words, same steps, same time.
"""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as AnyResponse

from newsroom.accounts import carried, queries, rules, service, sessions
from newsroom.accounts.forms import ForgottenPassword, NewPassword, SignIn
from newsroom.accounts.guards import is_desk, offer_sign_in
from newsroom.accounts.models import Staff
from newsroom.accounts.service import Refused
from newsroom.platform.db import unit_of_work
from newsroom.platform.tokens import TokenError, TokenExpired
from newsroom.platform.web import kept, limiter
from newsroom.platform.web.limits import network
from newsroom.platform.web.room import make_room

bp = Blueprint("accounts", __name__)
# It carries what was typed before a session ended.
make_room(bp, "sign_in")

_DESK = "/desk"
_WRONG = "That address and password do not belong together. Check both, or ask for a new password."
_KEPT_FOR_THEM = (
    "{owner} typed this, and {name} is signed in here now. Nothing was saved. What was typed is kept for "
    "{owner}, who finds it where it was typed after signing in."
)
_STILL_THERE = (
    "Somebody else typed this, and {name} is signed in here now. Nothing was saved. Go back: the words still "
    "stand in the form. Whoever typed them signs in in another tab and then sends them."
)
_SET_ASIDE = (
    "What had been typed in this window is {owner}’s. It was not saved; it is kept for them, and they find "
    "it where they typed it."
)
_NOT_YOURS = (
    "Somebody else typed what waits on this page. Let them sign in here; or open the sign-in page anew, "
    "which lets their words go."
)


def _typed_address() -> str:
    """What a limit counts by: the address as it is compared, or what was typed instead of one."""
    typed = request.form.get("email", "")[:320]
    return f"address:{rules.address(typed) or typed.strip().casefold()}"


def _typed_address_and_network() -> str:
    """By both, so that a stranger's guesses do not lock out the person whose address it is."""
    return f"{_typed_address()} {network()}"


def _was_refused(response: Response) -> bool:
    return response.status_code == 422


@bp.after_request
def _keep_out_of_caches(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response


@bp.route("/sign-in", methods=["GET", "POST"])
@limiter.limit("30 per 15 minutes", methods=["POST"], deduct_when=_was_refused)
@limiter.limit(
    "10 per 15 minutes", methods=["POST"], key_func=_typed_address_and_network, deduct_when=_was_refused
)
@limiter.limit("200 per hour", methods=["POST"], key_func=_typed_address, deduct_when=_was_refused)
def sign_in() -> ResponseReturnValue:
    """Ask who it is, and lead to where they were going."""
    form = SignIn()
    kept_for, fields = kept.carried()
    target = rules.safe_path(request.values.get("next"), _DESK)
    if request.method != "POST" and sessions.current_staff():
        return redirect(target, 303)
    if form.validate_on_submit():
        staff = queries.authenticated(form.email.data, form.password.data)
        if staff is None:
            form.form_errors.append(_WRONG)
        elif not carried.is_somebody_elses(fields, staff):
            _begin(staff, form.password.data)
            return _go_on(kept_for, fields) if kept_for else redirect(target, 303)
        elif owner := _set_aside(fields):
            _begin(staff, form.password.data)
            flash(_SET_ASIDE.format(owner=owner.name), "info")
            return redirect(_DESK, 303)
        else:
            form.form_errors.append(_NOT_YOURS)
    page = render_template("accounts/sign_in.html", form=form, kept_for=kept_for, kept=fields, next=target)
    return page, 422 if request.method == "POST" else 200


@bp.post("/sign-out")
def sign_out() -> AnyResponse:
    """End the session of this browser."""
    sessions.end()
    return redirect(url_for("accounts.sign_in"), 303)


@bp.route("/forgotten-password", methods=["GET", "POST"])
@limiter.limit("10 per hour", methods=["POST"])
@limiter.limit("3 per hour", methods=["POST"], key_func=_typed_address)
def forgotten_password() -> ResponseReturnValue:
    """Send a letter with a link, if the address is anybody's."""
    form = ForgottenPassword()
    if form.validate_on_submit():
        with unit_of_work():
            service.ask_for_password_reset(form.email.data)
        return redirect(url_for("accounts.forgotten_password", asked=1), 303)
    page = render_template("accounts/forgotten_password.html", form=form, asked="asked" in request.args)
    return page, 422 if form.errors else 200


@bp.route("/set-password/<token>", methods=["GET", "POST"])
@limiter.limit("20 per hour", methods=["POST"])
def set_password(token: str) -> ResponseReturnValue:
    """Let the holder of a link choose a password, once."""
    try:
        staff = queries.holder_of(token)
    except TokenExpired:
        return _dead_link("This link has expired", "It was good for a limited time only.")
    except TokenError:
        return _dead_link("This link is not complete", "A letter of it may have been lost on its way.")
    if staff is None:
        return _used_link()
    form = NewPassword()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                # Asked again where nobody else can use it meanwhile: a link is good for one password.
                holder = queries.holder_of(token, to_change=True)
                if holder is not None:
                    service.set_password(holder, form.password.data)
        except Refused as refusal:
            form.password.errors = [str(refusal)]
        else:
            if holder is None:
                return _used_link()
            sessions.end()
            flash("Your password is set. Sign in with it.", "success")
            return redirect(url_for("accounts.sign_in"), 303)
    page = render_template("accounts/set_password.html", form=form, staff=staff)
    return page, 422 if form.errors else 200


def answer_expired_session() -> ResponseReturnValue | None:
    """What a form whose token is too old leads to when nobody is signed in, or somebody else than who typed
    in it; None leaves it to the web."""
    if not is_desk():
        return None
    staff = sessions.current_staff()
    if staff is None:
        return offer_sign_in()
    fields = kept.posted()
    if fields is None or not carried.is_somebody_elses(fields, staff):
        return None
    owner = _set_aside(fields)
    told = _KEPT_FOR_THEM if owner else _STILL_THERE
    sentence = told.format(owner=owner.name if owner else "", name=staff.name)
    page = render_template("errors/page.html", title="Somebody else typed this", sentence=sentence, code=409)
    return page, 409


def _set_aside(fields: list[kept.Kept]) -> Staff | None:
    """Keep somebody's words for them. Gives that person; None where they cannot be kept."""
    try:
        with unit_of_work():
            return carried.set_aside(fields)
    except Refused:
        return None


def _begin(staff: Staff, password: str) -> None:
    with unit_of_work():
        service.record_sign_in(staff, password)
    sessions.begin(staff)


def _go_on(address: str, fields: list[kept.Kept]) -> str:
    """Show what was typed before the session expired, to be sent by hand."""
    path = rules.safe_path(address, _DESK)
    return kept.page_to_send_again(path, fields, "You are signed in again: check and send")


def _used_link() -> ResponseReturnValue:
    return _dead_link("This link has been used", "Each link sets a password once.")


def _dead_link(title: str, reason: str) -> ResponseReturnValue:
    return render_template("accounts/dead_link.html", title=title, reason=reason), 410
