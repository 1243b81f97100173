"""Doors to all issues: the list, and the two ways to begin one, by its number or by a manuscript."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from newsroom.accounts.guards import Permission, needs
from newsroom.issues import manuscript, queries, rules, service
from newsroom.issues.desk.blueprint import bp, staff_id
from newsroom.issues.forms import ManuscriptForm, NewIssueForm
from newsroom.issues.manuscript import Manuscript, ManuscriptError
from newsroom.platform.db import unit_of_work
from newsroom.platform.text import clean_line

# More than this nobody mends in one go.
MOST_FINDINGS = 100


@bp.get("")
@needs(Permission.COMPOSE)
def index() -> str:
    """All issues, the newest first, and the ways to open the next one."""
    number, issue_on = queries.next_number_and_date()
    form = NewIssueForm(formdata=None, number=number, issue_on=issue_on)
    return _index(form, ManuscriptForm(formdata=None), page=request.args.get("page", 1, type=int))


@bp.post("")
@needs(Permission.COMPOSE)
def create() -> Response | tuple[str, int]:
    """Open a new issue and go to its composer."""
    form = NewIssueForm()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                service.create_issue(form.number.data, form.issue_on.data, by_id=staff_id())
            return redirect(url_for(".compose", number=form.number.data))
        except rules.Refused as error:
            form.number.errors = [*form.number.errors, str(error)]
    return _index(form, ManuscriptForm(formdata=None)), 422


@bp.post("/manuscript")
@needs(Permission.COMPOSE)
def upload() -> Response | tuple[str, int]:
    """Import a manuscript that was uploaded, with the findings that the terminal would show."""
    form = ManuscriptForm()
    number, issue_on = queries.next_number_and_date()
    empty = NewIssueForm(formdata=None, number=number, issue_on=issue_on)
    if not form.validate_on_submit():
        return _index(empty, form), 422
    name = clean_line(form.manuscript.data.filename)[:100] or "manuscript"
    try:
        said = manuscript.parse(manuscript.decode(form.manuscript.data.read(), name), name)
        with _refusals_placed(name, said), unit_of_work():
            _, outcome = service.import_manuscript(said, by_id=staff_id())
    except ManuscriptError as error:
        return _index(empty, form, findings=error.findings), 422
    flash(_IMPORTED[outcome].format(number=said.number), "success")
    return redirect(url_for(".compose", number=said.number))


_IMPORTED = {
    "new": "Issue {number} was made from the manuscript.",
    "replaced": "Issue {number} was replaced by the manuscript.",
    "unchanged": "Issue {number} says exactly this already; nothing was changed.",
}


def _index(
    form: NewIssueForm,
    upload_form: ManuscriptForm,
    *,
    findings: Sequence[manuscript.Finding] = (),
    page: int = 1,
) -> str:
    return render_template(
        "issues/desk/index.html",
        page=queries.all_issues(page=page),
        form=form,
        upload_form=upload_form,
        findings=findings[:MOST_FINDINGS],
        more_findings=max(0, len(findings) - MOST_FINDINGS),
        labels=rules.LABELS,
    )


@contextmanager
def _refusals_placed(name: str, said: Manuscript) -> Iterator[None]:
    """A refusal of a manuscript becomes a finding at its line."""
    try:
        yield
    except service.SectionRefused as error:
        finding = manuscript.Finding(name, said.lines[error.position], str(error))
        raise ManuscriptError([finding]) from None
    except rules.Refused as error:
        raise ManuscriptError([manuscript.Finding(name, 1, str(error))]) from None
