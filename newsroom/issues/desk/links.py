"""Doors to the links of an issue: what each address answered when it was last asked, and asking again."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from newsroom.accounts.guards import Permission, needs
from newsroom.accounts.service import audit
from newsroom.issues import queries, service
from newsroom.issues.desk.approving import way_to
from newsroom.issues.desk.blueprint import bp, issue_or_404
from newsroom.issues.preflight import Finding
from newsroom.issues.queries import Asked
from newsroom.platform.db import unit_of_work


@dataclass(frozen=True)
class _Shown:
    """A link with what it answered and the way to the field where it stands."""

    asked: Asked
    way: str


@bp.get("/<int:number>/links")
@needs(Permission.COMPOSE)
def links(number: int) -> str:
    """Every address of another site in the issue: those that nobody answers at first."""
    row = issue_or_404(number)
    known = queries.asked(queries.links_of(queries.document_as_known(row)))
    newer = queries.newer_versions(row)
    shown = [
        _Shown(
            one,
            way_to(
                Finding(
                    "warning", "link", one.link.where, "", one.link.section_id, one.link.field, one.link.path
                ),
                row,
                newer,
            ),
        )
        for one in known
    ]
    return render_template(
        "issues/desk/links.html",
        issue=row,
        silent=[one for one in shown if one.asked.answer and not one.asked.answer.is_good],
        good=[one for one in shown if one.asked.answer and one.asked.answer.is_good],
        unasked=[one for one in shown if one.asked.answer is None],
        is_asking="asking" in request.args and any(one.asked.is_due for one in shown),
    )


@bp.post("/<int:number>/links")
@needs(Permission.COMPOSE)
def ask_links(number: int) -> Response:
    """Have every address asked of which no fresh answer is known."""
    with unit_of_work():
        service.ask_for_links(issue_or_404(number))
        audit("links asked", f"issue {number}")
    return redirect(url_for(".links", number=number, asking=1), 303)
