"""Doors to an issue as its readers will meet it: the preview in its modes, as it is stored and while somebody
types; the letter, the web page, the manuscript.

Nothing is saved here. What a preview shows is decided in `showing`, how it is looked at in `seen`.
"""

from __future__ import annotations

import json

from flask import Response, render_template, request

from newsroom.accounts.guards import Permission, needs
from newsroom.issues import kinds, manuscript, meter, queries, seen, service, showing
from newsroom.issues.desk.blueprint import bp, issue_or_404, preview_mode
from newsroom.issues.desk.composing import page_with
from newsroom.issues.forms import HeadForm, SectionForm, section_form
from newsroom.issues.models import Issue
from newsroom.issues.showing import Shown
from newsroom.issues.typed import Typed, TypedHead, TypedSection
from newsroom.platform.web import as_frame, as_letter
from newsroom.publication.queries import publication

METER = "Newsroom-Meter"
"""The header of a preview with what the meter says of it, so that the letter itself stays what it is."""


@bp.get("/<int:number>/preview")
@needs(Permission.COMPOSE)
def preview(number: int) -> Response:
    """The issue as it is stored, in the mode asked for, for the frame beside the form."""
    return _framed(showing.shown(issue_or_404(number)), preview_mode())


@bp.post("/<int:number>/preview")
@needs(Permission.COMPOSE)
def preview_typed(number: int) -> Response | str:
    """The same with what stands in the form of a section or of the head, valid or not; nothing is saved.

    Who works without scripts and chooses a mode gets the whole page again, with all that they typed.
    """
    row = issue_or_404(number)
    form, typed = _typed(row)
    if "page" in request.args:
        return page_with(row, request.args, form)
    return _framed(showing.shown(row, typed), preview_mode())


def _typed(row: Issue) -> tuple[HeadForm | SectionForm, Typed]:
    """The form in hand with what it says; one whose section a colleague took out says it as a new section."""
    place = next(
        (n for n, one in enumerate(row.sections) if one.public_id == request.args.get("section")), None
    )
    stored = None if place is None else row.sections[place]
    slug = request.args.get("add") or request.form.get("of_kind", "")
    kind = kinds.by_slug.get(slug) if stored is None else kinds.kind_of(stored.kind)
    if kind is None:
        head = HeadForm()
        return head, TypedHead(head.issue_on.data, head.subject.data or "", head.preheader.data or "")
    words_elsewhere = stored is not None and service.words_stand_elsewhere(stored)
    form = section_form(kind, words_elsewhere=words_elsewhere)()
    return form, TypedSection(form.said(), place, words_elsewhere, form.new_id)


def _framed(shown: Shown, mode: str) -> Response:
    """The answer of a mode, fit for the frame: it runs no script, and what it may load is its own policy."""
    html = shown.html
    response = _in_mode(shown, mode, html)
    measured = meter.measured(shown.document, html).shown()
    response.headers[METER] = json.dumps(measured)
    return response


def _in_mode(shown: Shown, mode: str, html: str) -> Response:
    if mode == seen.TEXT:
        return as_frame(Response(render_template("issues/desk/preview/text.html", text=shown.text)))
    if mode == seen.WEB:
        page = render_template("issues/desk/web.html", issue=shown.document, fragment=shown.web)
        return as_frame(Response(page))
    if mode == seen.INBOX:
        sender = publication()
        rows = seen.inbox(
            sender.sender_name or sender.name, shown.document.subject, shown.document.preheader, html
        )
        return as_frame(Response(render_template("issues/desk/preview/inbox.html", inbox=rows)))
    lit = {seen.DARK: seen.by_night, seen.LIGHT: seen.by_day}.get(mode)
    return as_letter(Response(lit(html) if lit else html), readable=True, pictures=mode != seen.NO_IMAGES)


@bp.get("/<int:number>/letter.html")
@needs(Permission.COMPOSE)
def letter_html(number: int) -> Response:
    """The letter's HTML part."""
    return as_letter(Response(showing.shown(issue_or_404(number)).html))


@bp.get("/<int:number>/letter.txt")
@needs(Permission.COMPOSE)
def letter_text(number: int) -> Response:
    """The letter's text part."""
    text = showing.shown(issue_or_404(number)).text
    return Response(text, content_type="text/plain; charset=utf-8")


@bp.get("/<int:number>/web")
@needs(Permission.COMPOSE)
def web(number: int) -> Response:
    """The issue as its page in the archive will be."""
    shown = showing.shown(issue_or_404(number))
    return _in_mode(shown, seen.WEB, "")


@bp.get("/<int:number>/manuscript.md")
@needs(Permission.COMPOSE)
def export(number: int) -> Response:
    """The issue as a manuscript, to keep or to edit elsewhere."""
    text = manuscript.write(queries.manuscript(issue_or_404(number)))
    headers = {"Content-Disposition": f'attachment; filename="issue-{number}.md"'}
    return Response(text, content_type="text/markdown; charset=utf-8", headers=headers)
