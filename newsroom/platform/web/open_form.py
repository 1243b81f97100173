"""Forms for people without an account, on pages that any cache may keep: no cookie, no session, no token.

What guards them instead: the browser's own word on where the form came from (Origin, Sec-Fetch-Site), a
field only robots fill in, a signed time before which nobody can have typed anything, and one key a page, so
that a form sent twice has one result. Limits are the door's (`limiter`); what fields mean is the feature's.

    @bp.route("/share", methods=["GET", "POST"])
    @limiter.limit("10/hour", methods=["POST"])
    @open_form
    def share():
        form = ShareForm()                          # an OpenForm
        if form.validate_on_submit():
            with unit_of_work():
                ...
            return redirect(...)                    # a success always redirects
        return render_template(...)
"""

import hmac
import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from hashlib import sha256
from typing import Any

from flask import Response, abort, make_response, redirect, request
from flask_wtf import FlaskForm
from sqlalchemy import delete, select, update
from werkzeug.datastructures import CombinedMultiDict
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Field, HiddenField, StringField, ValidationError

from newsroom.platform import tokens
from newsroom.platform.clock import now
from newsroom.platform.db import current_unit, db, insert_into, unit_of_work
from newsroom.platform.settings import current
from newsroom.platform.web.csrf import csrf
from newsroom.platform.web.models import Submission
from newsroom.platform.web.origins import own_origins

_PURPOSE = "open-form"
_GUARD = "guard"
_TRAP = "website"
# A page may lie in a cache or an open tab for days; its form must still work.
_GUARD_LIFE = timedelta(days=7)
_REMEMBERED = timedelta(days=1)
# An address may open something for whoever holds it, as a receipt's does; kept no longer than it may be good.
_LOCATION_REMEMBERED = timedelta(hours=1)
# Without a guard only the content tells two submissions apart, and the same words may well be meant twice.
_REMEMBERED_BY_CONTENT = timedelta(minutes=10)
_GUARD_VALUE = re.compile(rb'(<input[^>]*\bname="guard"[^>]*\bvalue=")[^"]*(")')


def new_guard() -> str:
    """What a fresh page carries: when it was made, and a key of its own."""
    return tokens.make(_PURPOSE, f"{now().isoformat()} {secrets.token_urlsafe(9)}")


class OpenForm(FlaskForm):
    """The base of every open form. Render all its hidden fields, and `website` out of everybody's way but not
    out of the page: its label tells a person with a screen reader to leave it alone."""

    class Meta:
        csrf = False

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """Fields only, never files: no open form asks for one, and a text field cannot read one."""
            wrapped = super().wrap_formdata(form, formdata)  # type: ignore[misc]
            return request.form if isinstance(wrapped, CombinedMultiDict) else wrapped

    guard = HiddenField(default=new_guard)
    website = StringField(
        "Leave this field empty: it catches robots",
        render_kw={"autocomplete": "off", "tabindex": "-1"},
    )

    def validate_website(self, field: Field) -> None:
        """Only a robot fills it in, or a browser that filled in too much."""
        if field.data:
            raise ValidationError("The last field catches robots: empty it and send again.")

    def validate_guard(self, field: Field) -> None:
        """A form sent sooner than a person can type, or later than we remember, is shown again as it was.

        A script that sends only the documented fields has no guard; it has the limits.
        """
        if not field.raw_data or not field.raw_data[0]:
            return
        try:
            made_at = datetime.fromisoformat(_guard_time(field.raw_data[0]))
        except tokens.TokenError:
            field.data = new_guard()
            raise ValidationError(
                "This page had been open for too long. Everything you typed is still here: send it again."
            ) from None
        if now() - made_at < timedelta(seconds=current().form_seconds):
            raise ValidationError("That was quicker than anybody types. Wait two seconds and send it again.")


def open_form(view: Callable[..., Any]) -> Callable[..., AnyResponse]:
    """Guard a door that anybody may post to. See the head of this module."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> AnyResponse:
        if request.method != "POST":
            return make_response(view(*args, **kwargs))
        _refuse_foreign_pages()
        return _once(lambda: make_response(view(*args, **kwargs)))

    csrf.exempt(guarded)
    return guarded


def tidy() -> None:
    """A tick: forget what is too old to be sent again by mistake, and sooner where it led."""
    led_somewhere = (Submission.location != "") & (Submission.sent_at < now() - _LOCATION_REMEMBERED)
    with unit_of_work():
        db.session.execute(delete(Submission).where(Submission.sent_at < now() - _REMEMBERED))
        db.session.execute(update(Submission).where(led_somewhere).values(location=""))


def without_guard(page: bytes) -> bytes:
    """A page's bytes as they are for everybody."""
    return _GUARD_VALUE.sub(rb"\1\2", page)


class _NotAccepted(Exception):
    """The view answered with a page instead of a redirect, so nothing of it is kept."""

    def __init__(self, response: Response) -> None:
        self.response = response


def _once(answer: Callable[[], Response]) -> AnyResponse:
    """Run a view in one unit of work that also holds the record of this submission.

    The record is written first: of two that arrive together, the second waits for the first to commit.
    """
    fingerprint = _fingerprint()
    try:
        with unit_of_work():
            _forget_if_meant_anew(fingerprint)
            if not _claim(fingerprint):
                return redirect(_earlier_location(fingerprint) or abort(409), 303)
            response = answer()
            if not 300 <= response.status_code < 400:
                _refuse_half_answers()
                raise _NotAccepted(response)
            record = db.session.get_one(Submission, fingerprint)
            record.location = response.location or "/"
            return response
    except _NotAccepted as page:
        return page.response


def _refuse_half_answers() -> None:
    unit = current_unit()
    if unit and unit.finished_count and not unit.doomed:
        raise RuntimeError("An open form that wrote something must answer with a redirect.")


def _claim(fingerprint: str) -> bool:
    statement = insert_into(Submission).values(fingerprint=fingerprint, location="", sent_at=now())
    # Asks for the row rather than for a count, which PostgreSQL's driver does not give here.
    written = statement.on_conflict_do_nothing().returning(Submission.fingerprint)
    return db.session.scalar(written) is not None


def _forget_if_meant_anew(fingerprint: str) -> None:
    memory = _REMEMBERED if request.form.get(_GUARD) else _REMEMBERED_BY_CONTENT
    db.session.execute(
        delete(Submission).where(Submission.fingerprint == fingerprint, Submission.sent_at < now() - memory)
    )


def _earlier_location(fingerprint: str) -> str:
    return db.session.scalars(select(Submission.location).where(Submission.fingerprint == fingerprint)).one()


def _fingerprint() -> str:
    """The same for the same words from the same page only: a cached page is shared by many readers, so its
    key alone would show one of them the other's receipt. Keyed, because what is typed may be short enough to
    be guessed from a plain hash: the four words of a receipt are."""
    digest = hmac.new(current().secret_key.encode(), request.path.encode(), sha256)
    for name, values in sorted(request.form.lists()):
        for value in values:
            digest.update(f"\0{len(name)}:{name}={len(value)}:{value}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _refuse_foreign_pages() -> None:
    """Browsers say where a form came from; who says nothing is no browser and carries nobody's cookies."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(403, "This form was sent from another website. Open the page here and send it again.")
    origin = request.headers.get("Origin")
    if origin is not None and origin not in own_origins():
        abort(403, "This form was sent from another website. Open the page here and send it again.")


def _guard_time(guard: str) -> str:
    return tokens.read(_PURPOSE, guard, max_age=_GUARD_LIFE).partition(" ")[0]
