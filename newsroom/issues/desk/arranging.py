"""Doors to the list of sections: their order, taking one out and putting it back, a newer version of one."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from newsroom.accounts.guards import Permission, needs
from newsroom.issues import queries, rules, service, versions
from newsroom.issues.desk.blueprint import bp, issue_or_404, refusals_flashed, staff_id
from newsroom.issues.models import Issue
from newsroom.issues.notices import notices
from newsroom.issues.outline import outline_of
from newsroom.platform.db import unit_of_work

LIST = "Newsroom-List"
"""The header by which a script asks for the list alone instead of the page."""


@bp.post("/<int:number>/sections/<section_id>/move")
@needs(Permission.COMPOSE)
def move_section(number: int, section_id: str) -> Response | tuple[str, int]:
    """Move a section to the place `to`, counted from 1, or one place in a `direction`.

    A script gets the list as it is afterwards, with what to say; a form the composer, at the row.
    """
    try:
        with unit_of_work():
            row = issue_or_404(number)
            place = _moved(row, section_id)
            said, status = f"Moved to place {place} of {len(row.sections)}", 200
    except rules.Refused as error:
        said, status = str(error), 409
    if request.headers.get(LIST):
        return _list(number, said), status
    if status != 200:
        flash(said, "error")
    chosen = request.form.get("chosen") or None
    address = url_for(".compose", number=number, section=chosen, _anchor=f"row-{section_id}")
    return redirect(address, 303)


def _moved(row: Issue, section_id: str) -> int:
    to = request.form.get("to", "")
    if to.isascii() and to.isdigit() and len(to) < 5:
        return service.move_section_to(row, section_id, int(to), by_id=staff_id())
    offset = -1 if request.form.get("direction") == "up" else 1
    return service.move_section(row, section_id, offset, by_id=staff_id())


def _list(number: int, said: str) -> str:
    row = issue_or_404(number)
    outline = outline_of(row, queries.document_as_known(row), request.form.get("chosen", ""))
    return render_template(
        "issues/desk/composer/moved.html", outline=outline, said=said, issue=row, notices=notices(row)
    )


@bp.post("/<int:number>/sections/<section_id>/remove")
@needs(Permission.COMPOSE)
def remove_section(number: int, section_id: str) -> Response:
    """Take a section out of the issue; the page that follows offers to put it back."""
    with refusals_flashed(), unit_of_work():
        service.remove_section(issue_or_404(number), section_id, by_id=staff_id())
        words = "Taken out. A piece stays in the library; a story goes back to the desk."
        flash(
            undo_notice(words, url_for(".restore_section", number=number, section_id=section_id)), "success"
        )
    return redirect(url_for(".compose", number=number), 303)


@bp.post("/<int:number>/sections/remove")
@needs(Permission.COMPOSE)
def remove_sections(number: int) -> Response:
    """Take out several sections, such as those that were filled in from the shelf."""
    with refusals_flashed(), unit_of_work():
        gone = service.remove_sections(
            issue_or_404(number), request.form.getlist("section"), by_id=staff_id()
        )
        flash(f"{gone} {'section' if gone == 1 else 'sections'} taken out again.", "success")
    return redirect(url_for(".compose", number=number), 303)


@bp.post("/<int:number>/sections/<section_id>/restore")
@needs(Permission.COMPOSE)
def restore_section(number: int, section_id: str) -> Response:
    """Put a section back that was taken out."""
    chosen = None
    with refusals_flashed(), unit_of_work():
        section = service.restore_section(issue_or_404(number), section_id, by_id=staff_id())
        chosen = section.public_id
        flash("It is back at its place.", "success")
    return redirect(url_for(".compose", number=number, section=chosen), 303)


@bp.get("/<int:number>/sections/<section_id>/newer")
@needs(Permission.COMPOSE)
def newer(number: int, section_id: str) -> str | Response:
    """What taking the newer version of a section would change, word by word."""
    row = issue_or_404(number)
    found = versions.newer(row, section_id)
    if found is None:
        flash("There is no newer version of this section.", "info")
        return redirect(url_for(".compose", number=number))
    return render_template("issues/desk/newer.html", issue=row, section_id=section_id, newer=found)


@bp.post("/<int:number>/sections/<section_id>/newer")
@needs(Permission.COMPOSE)
def take_newer(number: int, section_id: str) -> Response:
    """Pin the version that its page showed; one that was saved after that is shown first."""
    seen = request.form.get("version", "")
    with refusals_flashed(), unit_of_work():
        seen_version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None
        service.take_newer(issue_or_404(number), section_id, seen=seen_version, by_id=staff_id())
    return redirect(url_for(".compose", number=number, section=section_id), 303)


def undo_notice(words: str, address: str, fields: dict[str, list[str]] | None = None) -> Any:
    """A message with a button, as `layout/parts.html` shows it."""
    return {"words": words, "action": "Undo", "key": "u", "href": address, "fields": fields or {}}
