"""Doors to pre-flight, waivers, approval and giving up: who lets an issue go, and what is in its way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from newsroom.accounts.guards import Permission, current_staff, may, needs
from newsroom.issues import document as documents
from newsroom.issues import preflight, queries, rules, service
from newsroom.issues.checks.finding import SETTINGS
from newsroom.issues.composer import approval_is_stale
from newsroom.issues.desk.blueprint import bp, issue_or_404, refusals_flashed
from newsroom.issues.forms import ApprovalForm, WaiveForm, field_id
from newsroom.issues.models import Issue, Section, Waiver
from newsroom.issues.notices import notices
from newsroom.platform.db import unit_of_work
from newsroom.publication.queries import publication


@bp.get("/<int:number>/check")
@needs(Permission.COMPOSE)
def check(number: int) -> str:
    """What pre-flight finds, with links that lead to the place; approval stands below."""
    return _check_page(issue_or_404(number), ApprovalForm(formdata=None))


@bp.post("/<int:number>/waive")
@needs(Permission.PUBLISH)
def waive(number: int) -> Response | tuple[str, int]:
    """Let one warning pass, with a reason."""
    form = WaiveForm()
    issue_or_404(number)
    staff = current_staff()
    assert staff is not None
    if not form.validate_on_submit():
        return _check_page(issue_or_404(number), ApprovalForm(formdata=None), form), 422
    try:
        with unit_of_work():
            service.waive(
                issue_or_404(number),
                form.finding.data or "",
                form.reason.data or "",
                by_id=staff.id,
                by_label=staff.email,
            )
    except rules.Refused as error:
        form.reason.errors = [str(error)]
        return _check_page(issue_or_404(number), ApprovalForm(formdata=None), form), 422
    flash("That warning may stand; your reason is kept with the issue.", "success")
    return redirect(url_for(".check", number=number), 303)


@bp.post("/<int:number>/stop-waiving")
@needs(Permission.PUBLISH)
def stop_waiving(number: int) -> Response:
    """Take a waiver back: the warning counts again."""
    with refusals_flashed(), unit_of_work():
        service.stop_waiving(issue_or_404(number), request.form.get("finding", "")[:64])
    return redirect(url_for(".check", number=number), 303)


@bp.post("/<int:number>/sections/<section_id>/opening")
@needs(Permission.COMPOSE)
def print_opening(number: int, section_id: str) -> Response:
    """Let the letter print a section's opening alone; the web edition keeps the whole."""
    with refusals_flashed(), unit_of_work():
        staff = current_staff()
        service.print_opening(issue_or_404(number), section_id, by_id=staff.id if staff else None)
        flash("The letter prints its opening now, and leads to the whole on the web.", "success")
    return redirect(url_for(".check", number=number), 303)


@bp.post("/<int:number>/review")
@needs(Permission.COMPOSE)
def ask_for_review(number: int) -> Response:
    """Say that the issue waits for a publisher's eyes."""
    with refusals_flashed(), unit_of_work():
        service.ask_for_review(issue_or_404(number))
    return redirect(url_for(".check", number=number))


@bp.post("/<int:number>/approve")
@needs(Permission.PUBLISH)
def approve(number: int) -> Response | tuple[str, int]:
    """Approve exactly what the issue says now."""
    form = ApprovalForm()
    issue_or_404(number)
    four_eyes = publication().four_eyes
    if not form.validate_on_submit() or (not four_eyes and form.number.data != number):
        form.number.errors = [f"Type {number} to approve this issue."]
        return _check_page(issue_or_404(number), form), 422
    staff = current_staff()
    assert staff is not None
    try:
        with unit_of_work():
            service.approve(
                issue_or_404(number),
                by_id=staff.id,
                by_label=staff.email,
                four_eyes=four_eyes,
                seen_hash=form.content.data or "",
            )
    except (service.Blocked, rules.Refused) as error:
        form.number.errors = [str(error)]
        return _check_page(issue_or_404(number), form), 422
    flash(f"Issue {number} is approved. It can be sent now.", "success")
    return redirect(url_for("delivery_desk.show", number=number))


@bp.post("/<int:number>/cancel")
@needs(Permission.PUBLISH)
def cancel(number: int) -> Response:
    """Give an issue up before anything was sent."""
    with refusals_flashed(), unit_of_work():
        service.cancel(issue_or_404(number))
        flash(f"Issue {number} is cancelled. Its stories are back among the ready ones.", "success")
    return redirect(url_for(".compose", number=number))


@bp.post("/<int:number>/reopen")
@needs(Permission.PUBLISH)
def reopen(number: int) -> Response:
    """Take a cancelled issue up again."""
    with refusals_flashed(), unit_of_work():
        service.reopen(issue_or_404(number))
    return redirect(url_for(".compose", number=number))


@dataclass(frozen=True)
class _Shown:
    """A finding with the way to its place, who let it pass, and the form for that where it can be.

    `to_shorten` is the public id of a section of which the letter could print the opening alone.
    """

    finding: preflight.Finding
    way: str
    waiver: Waiver | None
    form: WaiveForm | None
    to_shorten: str = ""

    @property
    def waived_on(self) -> date | None:
        """The publication's day on which it was let pass."""
        zone = ZoneInfo(publication().time_zone)
        return self.waiver.at.astimezone(zone).date() if self.waiver else None


def _check_page(row: Issue, form: ApprovalForm, typed: WaiveForm | None = None) -> str:
    whole = queries.document_as_known(row)
    is_open = rules.may("edit", row.state)
    findings = service.check(row) if is_open else ()
    newer = queries.newer_versions(row) if is_open else {}
    is_stale = approval_is_stale(row, whole)
    form.content.data = documents.content_hash(whole)
    waivers = queries.waivers(row)
    shown = [
        _Shown(
            finding,
            way_to(finding, row, newer),
            waivers.get(finding.mark),
            _waive_form(finding, typed),
            _to_shorten(finding, row),
        )
        for finding in findings
    ]
    page: dict[str, Any] = {
        "issue": row,
        "label": rules.LABELS[row.state],
        "found": _grouped(shown),
        "waived": [one for one in shown if one.waiver is not None],
        "warned": len([one for one in shown if one.waiver is None and one.finding.severity == "warning"]),
        "blockers": preflight.blockers(findings),
        "obstacles": preflight.obstacles(findings, waivers),
        "lost": typed if typed and typed.errors and not any(one.form is typed for one in shown) else None,
        "form": form,
        "four_eyes": publication().four_eyes,
        "is_open": is_open,
        "approval_is_stale": is_stale,
        "notices": notices(row),
        "approvals": queries.approvals(row),
        "may_approve": rules.may("approve", row.state) and (row.state not in rules.LET_GO or is_stale),
        "is_publisher": may(Permission.PUBLISH),
    }
    return render_template("issues/desk/check.html", **page)


@dataclass(frozen=True)
class _Place:
    """What was found in one place, to be mended in one visit."""

    where: str
    findings: tuple[_Shown, ...]


def _grouped(shown: Iterable[_Shown]) -> dict[str, list[_Place]]:
    """What nobody let pass, by severity and then by place; both in the order in which they come."""
    groups: dict[str, dict[str, list[_Shown]]] = {}
    for one in shown:
        if one.waiver is None:
            groups.setdefault(one.finding.severity, {}).setdefault(one.finding.where, []).append(one)
    return {
        severity: [_Place(where, tuple(held)) for where, held in places.items()]
        for severity, places in groups.items()
    }


def _waive_form(finding: preflight.Finding, typed: WaiveForm | None) -> WaiveForm | None:
    """The form to let a warning pass: the one that was just refused, with its words, or an empty one."""
    if finding.severity == "blocker" or not may(Permission.PUBLISH):
        return None
    if typed is not None and typed.finding.data == finding.mark:
        return typed
    return WaiveForm(formdata=None, prefix="", finding=finding.mark)


# Where the story's page asks for what a finding of a column names.
_ON_THE_STORYS_PAGE = {
    "title": "title",
    "body": "text",
    "note": "editors-note",
    "attribution": "attribution",
    "consent": "consent",
}


def _to_shorten(finding: preflight.Finding, row: Issue) -> str:
    section = _section_of(finding, row) if finding.code == "too-large" else None
    return section.public_id if section else ""


def way_to(finding: preflight.Finding, row: Issue, newer: Mapping[str, int]) -> str:
    """The address at which a finding can be mended."""
    anchor = f"#{finding.field}" if finding.field else ""
    if finding.where == SETTINGS:
        return f"/desk/settings{anchor}"
    if finding.path:
        return f"{finding.path}{anchor}"
    section = _section_of(finding, row)
    if section is None:
        return url_for(".compose", number=row.number, _anchor=finding.field or None)
    place = _ON_THE_STORYS_PAGE.get(finding.field)
    # A version that was saved since may have mended it: the composer offers that one first.
    if place and section.public_id not in newer and service.words_stand_elsewhere(section):
        return url_for("stories_desk.show", public_id=section.piece_id, _anchor=place)
    return url_for(".compose", number=row.number, section=section.public_id, _anchor=field_id(finding.field))


def _section_of(finding: preflight.Finding, row: Issue) -> Section | None:
    return next((held for held in row.sections if finding.section_id in _ids_of(held)), None)


def _ids_of(section: Section) -> tuple[str | None, str]:
    return section.piece_id, section.public_id
