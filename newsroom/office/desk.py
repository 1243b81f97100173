"""The doors of the office: what is due, and the letters in the outbox folder."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from newsroom.accounts.guards import Permission, may, needs
from newsroom.accounts.service import ReasonNeeded, record_private_view
from newsroom.delivery.rules import DISPATCH_LABELS
from newsroom.office import linking, navigation, pasting, queries, rules
from newsroom.office.forms import OpenLetter
from newsroom.platform.db import unit_of_work
from newsroom.platform.mail import folder
from newsroom.platform.settings import current
from newsroom.platform.web import as_letter
from newsroom.subscribers import queries as subscribers

bp = Blueprint("office", __name__, url_prefix="/desk")
blueprints = (bp, pasting.bp)

_MOST_PAGES = 10**6
# What somebody looks for first; everything else is folded away below.
_FIRST_HEADERS = ("From", "To", "Reply-To", "Subject", "Date", "List-Unsubscribe")
_ENVELOPE = ("From", "To", "Subject", "Date")
_KEPT_SHUT = (
    "This letter holds a link that sets somebody's password. In production nobody but its reader sees it."
)


@bp.get("")
@needs(Permission.ENTER)
def index() -> str:
    """What is due. Who does not work on the publication sees what they keep for it."""
    due = queries.due() if may(Permission.COMPOSE) else None
    step = rules.next_step(_facts(due)) if due else None
    return render_template(
        "office/desk/index.html",
        due=due,
        step=step,
        rooms=navigation.rooms(),
        counts=subscribers.counts(),
        dispatch_labels=DISPATCH_LABELS,
    )


def _facts(due: queries.Due) -> rules.Facts:
    first = due.running[0] if due.running else None
    return rules.Facts(
        due=due.issues,
        running=(first.number, first.state) if first else None,
        new_story_count=due.new_story_count,
        may_publish=may(Permission.PUBLISH),
        questions=due.questions,
    )


@bp.get("/outbox")
@needs(Permission.ENTER)
def outbox() -> str:
    """What lies in the folder, newest first."""
    _refuse_unless_letters_may_be_read()
    asked = request.args.get("page", 1, type=int)
    found = folder.listing(min(max(asked, 1), _MOST_PAGES))
    return render_template("office/desk/outbox.html", found=found)


@bp.get("/outbox/<name>")
@needs(Permission.ENTER)
def letter(name: str) -> str:
    """One letter: its headers, its text, and its HTML in a frame; in production the envelope alone."""
    found = _letter(name)
    return _sealed(found, OpenLetter(formdata=None)) if current().production else _letter_page(found)


@bp.post("/outbox/<name>")
@needs(Permission.ENTER)
def open_letter(name: str) -> ResponseReturnValue:
    """The same with headers and text, in production; the look is recorded."""
    found, form = _letter(name), OpenLetter()
    if _holds_a_key(found):
        abort(403, _KEPT_SHUT)
    if not form.validate_on_submit():
        return _sealed(found, form), 422
    try:
        with unit_of_work():
            record_private_view(f"letter {found.name}", form.reason.data or "")
    except ReasonNeeded as problem:
        form.reason.errors = [str(problem)]
        return _sealed(found, form), 422
    return _letter_page(found)


def _letter_page(found: folder.Parsed) -> str:
    headers = [(key, linking.with_links(value)) for key, value in found.headers]
    text = linking.with_links(found.text) if found.text is not None else None
    return render_template(
        "office/desk/letter.html",
        letter=found,
        first_headers=[(key, value) for key, value in headers if key in _FIRST_HEADERS],
        other_headers=[(key, value) for key, value in headers if key not in _FIRST_HEADERS],
        text=text,
        whole=not current().production,
    )


def _sealed(found: folder.Parsed, form: OpenLetter) -> str:
    """What stands on the envelope, and the form that opens it."""
    return render_template(
        "office/desk/sealed_letter.html",
        letter=found,
        headers=[(key, value) for key, value in found.headers if key in _ENVELOPE],
        form=form,
        kept_shut=_KEPT_SHUT if _holds_a_key(found) else "",
    )


@bp.get("/outbox/<name>/letter.html")
@needs(Permission.ENTER)
def letter_html(name: str) -> Response:
    """The HTML part, for the frame on the letter's page."""
    found = _letter(name)
    _refuse_in_production()
    if found.html is None:
        abort(404, "This letter has no HTML part.")
    return as_letter(Response(linking.opening_beside(found.html), content_type="text/html; charset=utf-8"))


@bp.get("/outbox/<name>/source")
@needs(Permission.ENTER)
def letter_source(name: str) -> Response:
    """The file itself, to be opened in a mail program."""
    found = _letter(name)
    _refuse_in_production()
    headers = {"Content-Disposition": f'attachment; filename="{found.name}"'}
    return Response(found.raw, content_type="message/rfc822", headers=headers)


def _holds_a_key(found: folder.Parsed) -> bool:
    parts = (found.text or "", found.html or "", *(value for _, value in found.headers))
    no_key: Any = {"token": "-"}
    return rules.holds_a_key(parts, url_for("accounts.set_password", **no_key).removesuffix("-"))


def _refuse_in_production() -> None:
    # An address that is only opened leaves no record, and a letter opened in production must.
    if current().production:
        abort(403, "In production a letter is read on its own page, which records who read it.")


def _letter(name: str) -> folder.Parsed:
    _refuse_unless_letters_may_be_read()
    return folder.parse(name) or abort(
        404, "There is no such letter in the outbox; it may have been removed."
    )


def _refuse_unless_letters_may_be_read() -> None:
    if not navigation.has_outbox():
        abort(404, "Letters go to a mail server here; there is no outbox to look into.")
    if not navigation.may_read_letters():
        abort(
            403, "Letters hold links that act for their reader; in production an administrator may see them."
        )
