"""Doors to the list of companies, `/desk/companies`: one company, all of them as a file, who names them.

No page of them shows a word of an original: the stories that name a company are told by their titles.
"""

from __future__ import annotations

import io

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from newsroom.accounts.guards import Permission, needs
from newsroom.accounts.queries import history
from newsroom.platform.db import unit_of_work
from newsroom.platform.text import clean_line
from newsroom.stories import companies, listed, rules
from newsroom.stories.casting import house_list
from newsroom.stories.desk.blueprint import local, my_id
from newsroom.stories.forms.companies import CompaniesFileForm, CompanyForm, DelistForm
from newsroom.stories.models import ListedCompany
from newsroom.stories.redaction.suggestions.house import Company
from newsroom.stories.service import companies as service

bp = Blueprint("companies_desk", "newsroom.stories.desk.companies", url_prefix="/desk/companies")

_LONGEST_SEARCH = 200
# A form field holds at most half a megabyte, and the file comes back in one to be imported.
_MOST_BYTES = 300_000


@bp.get("")
@needs(Permission.COMPOSE)
def index() -> str:
    """The list; words and page stand in the address."""
    words = clean_line(request.args.get("words", ""))[:_LONGEST_SEARCH]
    page = listed.page(words, request.args.get("page", 1, type=int))
    return render_template("stories/desk/companies.html", page=page, words=words, total=listed.count())


@bp.route("/new", methods=["GET", "POST"])
@needs(Permission.COMPOSE)
def new() -> ResponseReturnValue:
    """Put a company on the list."""
    if request.method != "POST":
        form = CompanyForm(formdata=None, name=clean_line(request.args.get("name", ""))[:120])
        return _new_page(form)
    form = CompanyForm()
    if not form.validate():
        return _new_page(form), 422
    try:
        with unit_of_work():
            number = service.list_company(form.value(), by_id=my_id())
    except service.CompanyRefused as refusal:
        form.refuse(refusal.problems)
        return _new_page(form), 422
    flash("It is on the list: stories that name it show it from now on.", "success")
    return redirect(url_for(".show", company_id=number), 303)


def _new_page(form: CompanyForm) -> str:
    return render_template("stories/desk/company.html", form=form, row=None)


@bp.get("/<int:company_id>")
@needs(Permission.COMPOSE)
def show(company_id: int) -> str:
    """One company, with the stories that name it."""
    row = _row_or_404(company_id)
    form = CompanyForm(formdata=None)
    form.start_from(listed.as_company(row), row.version)
    return _page(row, form)


@bp.post("/<int:company_id>")
@needs(Permission.COMPOSE)
def save(company_id: int) -> ResponseReturnValue:
    """Change what the list says of it; somebody else's changes meanwhile are shown beside one's own."""
    form = CompanyForm()
    row = _row_or_404(company_id)
    if not form.validate():
        return _page(row, form), 422
    try:
        with unit_of_work():
            service.save_company(company_id, form.value(), version=form.version.data or 0, by_id=my_id())
    except service.CompanyRefused as refusal:
        form.refuse(refusal.problems)
        return _page(_row_or_404(company_id), form), 422
    except service.CompanyConflict as conflict:
        form.continue_from(conflict.version)
        return _page(_row_or_404(company_id), form, conflict.theirs), 409
    except service.CompanyGone as gone:
        abort(404, str(gone))
    flash("Saved.", "success")
    return redirect(url_for(".show", company_id=company_id), 303)


@bp.post("/<int:company_id>/delete")
@needs(Permission.COMPOSE)
def delete(company_id: int) -> ResponseReturnValue:
    """Take it off the list; stories that are in print stay as they are."""
    form = DelistForm()
    row = _row_or_404(company_id)
    name = row.canonical
    if not form.validate():
        abort(400)
    try:
        with unit_of_work():
            service.delist_company(company_id, version=form.version.data or 0)
    except service.CompanyConflict:
        flash("Somebody changed it meanwhile: read it first, then decide.", "error")
        return redirect(url_for(".show", company_id=company_id), 303)
    except service.CompanyGone as gone:
        abort(404, str(gone))
    flash(f"{name} is off the list.", "success")
    return redirect(url_for(".index"), 303)


def _row_or_404(company_id: int) -> ListedCompany:
    return listed.company(company_id) or abort(404, "There is no such company on the list.")


def _page(row: ListedCompany, form: CompanyForm, theirs: Company | None = None) -> str:
    named = listed.as_company(row)
    return render_template(
        "stories/desk/company.html",
        form=form,
        row=row,
        theirs=theirs,
        delist=DelistForm(formdata=None, version=row.version),
        mentions=listed.mentions(named),
        state_words=rules.DESK_WORDS,
        local=local,
        history=history(f"company {row.id}"),
    )


# As a file


@bp.get("/companies.csv")
@needs(Permission.COMPOSE)
def export() -> Response:
    """The whole list as a file, which the import reads again."""
    file = io.StringIO(newline="")
    companies.write_csv(house_list(), file)
    response = Response(file.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = "attachment; filename=companies.csv"
    return response


@bp.route("/import", methods=["GET", "POST"])
@needs(Permission.COMPOSE)
def import_file() -> ResponseReturnValue:
    """Look a file through and say what it would do; then take it in, all of it or nothing."""
    if request.method != "POST":
        return _import_page(CompaniesFileForm(formdata=None))
    form = CompaniesFileForm()
    if not form.validate():
        return _import_page(form), 422
    data = _sent_file(form)
    if data is None:
        return _import_page(form), 422
    plan = companies.plan(io.BytesIO(data), house_list())
    if plan.complaints:
        return _import_page(form, plan), 422
    if "import" not in request.form:
        form.text.data = data.decode("utf-8-sig")
        return _import_page(form, plan)
    try:
        with unit_of_work():
            service.import_companies(plan.rows, by_id=my_id(), file_name=form.file_name.data or "a file")
    except service.CompanyRefused as refusal:
        form.file.errors = [str(refusal)]
        return _import_page(form), 422
    flash(f"Imported: {plan.new_count} new, {len(plan.changed)} changed.", "success")
    return redirect(url_for(".index"), 303)


def _sent_file(form: CompaniesFileForm) -> bytes | None:
    """What was uploaded, or came back with the page that had looked it through; None says why at the form."""
    if "import" in request.form:
        data = (form.text.data or "").encode()
    elif form.file.data and form.file.data.filename:
        data = form.file.data.read(_MOST_BYTES + 1)
        form.file_name.data = clean_line(form.file.data.filename)[:120]
    else:
        form.file.errors = ["Choose a file first."]
        return None
    if len(data) > _MOST_BYTES:
        form.file.errors = [
            f"This file is larger than {_MOST_BYTES // 1000} kB; use flask companies import for it."
        ]
        return None
    return data


def _import_page(form: CompaniesFileForm, plan: companies.Plan | None = None) -> str:
    return render_template(
        "stories/desk/companies_import.html", form=form, plan=plan, columns=companies.COLUMNS
    )
