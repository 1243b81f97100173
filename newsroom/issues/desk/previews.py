"""Doors to an issue as its readers will meet it: the letter, the web page, the manuscript, a test by mail."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from newsroom.accounts.guards import Permission, current_staff, needs
from newsroom.accounts.service import audit
from newsroom.issues import manuscript, proof, queries, render
from newsroom.issues.desk.blueprint import bp, issue_or_404
from newsroom.platform.db import unit_of_work
from newsroom.platform.mail.message import Unsendable
from newsroom.platform.web import as_frame, as_letter


@bp.get("/<int:number>/letter.html")
@needs(Permission.COMPOSE)
def letter_html(number: int) -> Response:
    """The letter's HTML part, for the frame beside the form."""
    whole = queries.document_as_known(issue_or_404(number))
    return as_letter(Response(render.letter_html(whole, queries.base_url(), render.SAMPLE_LINKS)))


@bp.get("/<int:number>/letter.txt")
@needs(Permission.COMPOSE)
def letter_text(number: int) -> Response:
    """The letter's text part."""
    whole = queries.document_as_known(issue_or_404(number))
    text = render.letter_text(whole, queries.base_url(), render.SAMPLE_LINKS)
    return Response(text, content_type="text/plain; charset=utf-8")


@bp.get("/<int:number>/web")
@needs(Permission.COMPOSE)
def web(number: int) -> Response:
    """The issue as its page in the archive will be."""
    row = issue_or_404(number)
    whole = queries.document_as_known(row)
    fragment = render.web_fragment(whole, queries.base_url())
    return as_frame(Response(render_template("issues/desk/web.html", issue=row, fragment=fragment)))


@bp.get("/<int:number>/manuscript.md")
@needs(Permission.COMPOSE)
def export(number: int) -> Response:
    """The issue as a manuscript, to keep or to edit elsewhere."""
    text = manuscript.write(queries.manuscript(issue_or_404(number)))
    headers = {"Content-Disposition": f'attachment; filename="issue-{number}.md"'}
    return Response(text, content_type="text/markdown; charset=utf-8", headers=headers)


@bp.post("/<int:number>/test")
@needs(Permission.COMPOSE)
def send_test(number: int) -> AnyResponse:
    """Send the letter, marked as a test, to whoever is signed in; it is in no count."""
    staff = current_staff()
    assert staff is not None
    try:
        reply = proof.send(issue_or_404(number), address=staff.email, name=staff.name)
    except Unsendable as error:
        flash(f"The test was not sent: {error}", "error")
        return redirect(url_for(".compose", number=number))
    if not reply.accepted:
        flash(f"The mail server did not take the test. It said: {reply}", "error")
        return redirect(url_for(".compose", number=number))
    with unit_of_work():
        audit("test sent", f"issue {number}", f"to {staff.email}")
    flash(f"A test is on its way to {staff.email}.", "success")
    return redirect(url_for(".compose", number=number))
