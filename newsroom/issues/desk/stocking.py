"""Doors to the shelf: placing a story or a piece, and filling an issue with what is proposed for it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from newsroom.accounts.guards import Permission, needs
from newsroom.issues import kinds, rules, service, shelf
from newsroom.issues.desk.arranging import undo_notice
from newsroom.issues.desk.blueprint import bp, issue_or_404, refusals_flashed, staff_id
from newsroom.issues.service import place_piece as put_piece
from newsroom.issues.service import place_story as put_story
from newsroom.library.service import UnknownPiece
from newsroom.platform.db import unit_of_work
from newsroom.stories.rules import StoryRefusal

NOTHING_TICKED = "Tick what the issue is to take, or go back to the composer."


@bp.post("/<int:number>/stories")
@needs(Permission.COMPOSE)
def place_story(number: int) -> Response:
    """Place a ready story from the shelf, behind the other sections or in an empty place."""
    section_id = None
    with refusals_flashed(), unit_of_work():
        row, story = issue_or_404(number), request.form.get("story", "")
        section_id = put_story(row, story, by_id=staff_id(), into=request.form.get("into", "")).public_id
    return redirect(url_for(".compose", number=number, section=section_id), 303)


@bp.post("/<int:number>/pieces")
@needs(Permission.COMPOSE)
def place_piece(number: int) -> Response:
    """Place a piece of the library, behind the other sections or in an empty place."""
    section_id = None
    with refusals_flashed(), unit_of_work():
        row, piece = issue_or_404(number), request.form.get("piece", "")
        section_id = put_piece(row, piece, by_id=staff_id(), into=request.form.get("into", "")).public_id
    return redirect(url_for(".compose", number=number, section=section_id), 303)


@bp.get("/<int:number>/fill")
@needs(Permission.COMPOSE)
def fill(number: int) -> str:
    """What a balanced issue would take from the shelf, to be ticked."""
    return _page(number)


@bp.post("/<int:number>/fill")
@needs(Permission.COMPOSE)
def fill_in(number: int) -> Response | tuple[str, int]:
    """Place everything that is ticked at once; the page that follows takes it out again."""
    ticked = request.form.getlist("take")
    if not ticked:
        return _page(number, NOTHING_TICKED, ticked=()), 422
    try:
        with unit_of_work():
            placed = service.fill_from_shelf(issue_or_404(number), ticked, by_id=staff_id())
            sections = [section.public_id for section in placed]
    except (rules.Refused, StoryRefusal, UnknownPiece) as error:
        said = f"{error} Nothing was added; here is what could be taken now."
        return _page(number, said, ticked=tuple(ticked)), 409
    count = "One section" if len(sections) == 1 else f"{len(sections)} sections"
    undo = url_for(".remove_sections", number=number)
    flash(undo_notice(f"{count} added from the shelf.", undo, {"section": sections}), "success")
    return redirect(url_for(".compose", number=number), 303)


def _page(number: int, error: str = "", ticked: tuple[str, ...] | None = None) -> str:
    row = issue_or_404(number)
    is_open = rules.may("edit", row.state)
    return render_template(
        "issues/desk/fill.html",
        issue=row,
        is_open=is_open,
        proposed=shelf.proposed(row) if is_open else (),
        verdicts={kind.name: kind.verdict for kind in kinds.by_name.values()},
        shelf=shelf.shelf_of(row),
        ticked=ticked,
        error=error,
        state=rules.LABELS[row.state],
    )
