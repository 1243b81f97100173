"""Doors to all issues: the list, and the two ways to begin one, by its number or by a manuscript."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from newsroom.accounts.guards import Permission, needs
from newsroom.issues import manuscript, queries, rules, service
from newsroom.issues.desk.blueprint import bp, staff_id
from newsroom.issues.forms import BEGINNINGS, ManuscriptForm, NewIssueForm
from newsroom.issues.manuscript import Manuscript, ManuscriptError
from newsroom.issues.models import Issue
from newsroom.platform.db import unit_of_work
from newsroom.platform.text import clean_line

# More than this nobody mends in one go.
MOST_FINDINGS = 100


@bp.get("")
@needs(Permission.COMPOSE)
def index() -> str:
    """All issues, the newest first, and the ways to open the next one."""
    page = request.args.get("page", 1, type=int)
    return _index(_proposed(request.args.get("template", "")), ManuscriptForm(formdata=None), page=page)


def _proposed(template: str = "") -> NewIssueForm:
    """The form for the next issue: what the cadence says, beginning empty or with the template of that id."""
    number, issue_on = queries.next_number_and_date()
    form = NewIssueForm(formdata=None, number=number, issue_on=issue_on)
    _, recurring = _offer_beginnings(form)
    if template in {choice.value for choice in form.template.choices}:
        form.begins.data, form.template.data = "template", template
    form.carried.data = sorted(recurring)
    return form


def _offer_beginnings(form: NewIssueForm) -> tuple[Issue | None, frozenset[str]]:
    """Put into the form what an issue can begin with; gives the last issue and what recurs in it."""
    found = queries.last_issues()
    last = found[0] if found else None
    form.template.choices = [SelectChoice(str(row.id), row.name) for row in queries.templates()]
    own = queries.own_sections(last) if last else []
    form.carried.choices = [
        SelectChoice(section.public_id, f"{section.kind}: {section.title or 'without a title'}")
        for section in own
    ]
    ways = {"template": bool(form.template.choices), "carried": bool(own)}
    form.begins.choices = [
        SelectChoice(name, f"{words} {last.number}" if name == "carried" and last else words)
        for name, words in BEGINNINGS
        if ways.get(name, True)
    ]
    before = found[1] if len(found) > 1 else None
    return last, queries.recurring(last, before) if last else frozenset()


@bp.post("")
@needs(Permission.COMPOSE)
def create() -> Response | tuple[str, int]:
    """Open a new issue and go to its composer."""
    form = NewIssueForm()
    last, _ = _offer_beginnings(form)
    if form.validate_on_submit():
        try:
            with unit_of_work():
                _begin(form, last)
            return redirect(url_for(".compose", number=form.number.data))
        except rules.Refused as error:
            form.number.errors = [*form.number.errors, str(error)]
    return _index(form, ManuscriptForm(formdata=None)), 422


def _begin(form: NewIssueForm, last: Issue | None) -> None:
    number, issue_on = form.number.data, form.issue_on.data
    if form.begins.data == "template":
        service.begin_from_template(number, issue_on, int(form.template.data), by_id=staff_id())
    elif form.begins.data == "carried" and last is not None:
        service.begin_carried_over(number, issue_on, last, form.carried.data or (), by_id=staff_id())
    else:
        service.create_issue(number, issue_on, by_id=staff_id())


@bp.post("/manuscript")
@needs(Permission.COMPOSE)
def upload() -> Response | tuple[str, int]:
    """Import a manuscript that was uploaded, with the findings that the terminal would show."""
    form = ManuscriptForm()
    empty = _proposed()
    if not form.validate_on_submit():
        return _index(empty, form), 422
    name = clean_line(form.manuscript.data.filename)[:100] or "manuscript"
    try:
        said = manuscript.parse(manuscript.decode(form.manuscript.data.read(), name), name)
        with _refusals_placed(name, said), unit_of_work():
            before = queries.issue(said.number)
            was = before.state if before else ""
            row, outcome = service.import_manuscript(said, by_id=staff_id())
            words = f"{_IMPORTED[outcome].format(number=said.number)} {rules.voided_words(was, row.state)}"
    except ManuscriptError as error:
        return _index(empty, form, findings=error.findings), 422
    flash(words.strip(), "success")
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
