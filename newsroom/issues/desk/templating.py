"""Doors to templates: keeping the shape of an issue under a name, and the list of those that are kept."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from newsroom.accounts.guards import Permission, needs
from newsroom.issues import kinds, queries, rules, service
from newsroom.issues.desk.blueprint import bp, issue_or_404, staff_id
from newsroom.issues.forms import TemplateForm
from newsroom.issues.models import IssueTemplate
from newsroom.platform.db import unit_of_work

_DELETED = "“{name}” is deleted. Issues that began with it stay as they are."
_CHANGED = "Somebody saved another template under that name meanwhile; look at it before you delete it."


@bp.get("/templates")
@needs(Permission.COMPOSE)
def templates() -> str:
    """All templates, what is in them, and how they get there."""
    return _list(TemplateForm(formdata=None))


@bp.get("/<int:number>/template")
@needs(Permission.COMPOSE)
def template_of(number: int) -> str:
    """Keep the shape of this issue: asks for a name and shows what will be kept."""
    return _save_page(number, TemplateForm(formdata=None))


@bp.post("/<int:number>/template")
@needs(Permission.COMPOSE)
def save_template(number: int) -> Response | tuple[str, int]:
    """Keep it; where the name is taken, show by what, and replace that one only when it is said."""
    form = TemplateForm()
    row = issue_or_404(number)
    if not form.validate_on_submit():
        return _save_page(number, form), 422
    replaces = form.replaces.data or "" if form.replace.data else ""
    try:
        with unit_of_work():
            name = service.save_template(row, form.name.data or "", replaces=replaces, by_id=staff_id()).name
    except service.NameTaken as taken:
        form.replaces.data, form.replace.data = queries.mark_of(taken.template), False
        form.name.errors = [f"{taken} Or tick below that this one replaces it."]
        return _save_page(number, form, taken.template), 409
    except rules.Refused as error:
        form.name.errors = [str(error)]
        return _save_page(number, form), 422
    flash(f"Kept as the template “{name}”. A new issue can begin with it.", "success")
    return redirect(url_for(".templates"), 303)


@bp.post("/templates/<int:template_id>/rename")
@needs(Permission.COMPOSE)
def rename_template(template_id: int) -> Response | tuple[str, int]:
    """Give a template another name."""
    form = TemplateForm()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                service.rename_template(template_id, form.name.data or "")
            flash("Renamed.", "success")
            return redirect(url_for(".templates"), 303)
        except rules.Refused as error:
            form.name.errors = [str(error)]
    return _list(form, template_id), 409 if form.name.data else 422


@bp.post("/templates/<int:template_id>/delete")
@needs(Permission.COMPOSE)
def delete_template(template_id: int) -> Response:
    """Delete a template as it was shown; not one that was saved anew meanwhile."""
    found = queries.template(template_id)
    said = _DELETED.format(name=found.name) if found else "It was deleted already."
    try:
        with unit_of_work():
            service.delete_template(template_id, request.form.get("mark", ""))
        flash(said, "success")
    except service.Conflict:
        flash(_CHANGED, "error")
    return redirect(url_for(".templates"), 303)


def _list(form: TemplateForm, renaming: int | None = None) -> str:
    return render_template(
        "issues/desk/templates.html",
        templates=[(row, queries.mark_of(row), _shape(row)) for row in queries.templates()],
        form=form,
        renaming=renaming,
        issues=queries.last_issues(),
    )


def _save_page(number: int, form: TemplateForm, taken: IssueTemplate | None = None) -> str:
    row = issue_or_404(number)
    whole = queries.document_as_known(row)
    return render_template(
        "issues/desk/template.html",
        issue=row,
        form=form,
        taken=taken,
        taken_shape=_shape(taken) if taken else (),
        sections=[(section.kind, section.title, _is_own(section.kind)) for section in whole.sections],
    )


def _shape(row: IssueTemplate) -> list[tuple[str, str]]:
    """The sections of a template: kind and title, which is empty for an empty place."""
    return [(one["kind"], one["title"]) for one in row.sections]


def _is_own(kind_name: str) -> bool:
    return kinds.kind_of(kind_name).source == "own"
