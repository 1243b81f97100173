"""Doors to the composer: the page with sections, form and letter. Head and sections are saved here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from newsroom.accounts import service as accounts
from newsroom.accounts.guards import Permission, may, needs
from newsroom.issues import kinds, pieces, rules, service
from newsroom.issues.composer import Composer, view_of
from newsroom.issues.desk.blueprint import bp, issue_or_404, preview_mode, staff_id
from newsroom.issues.forms import HeadForm, SectionForm, section_form
from newsroom.issues.kinds import Kind
from newsroom.issues.models import Issue
from newsroom.platform.db import unit_of_work
from newsroom.platform.web import unsaved
from newsroom.platform.web.room import make_room
from newsroom.stories.rules import StoryRefusal

Answer = Response | tuple[str, int]
make_room(bp, "save_head", "add_section", "save_section")

_ADDED_BEFORE = "This form has added a section already. Press the button again to add one more of these."
_REMOVED = "What you typed is still in the form below; press the button to add it as a new section."


@bp.get("/<int:number>")
@needs(Permission.COMPOSE)
def compose(number: int) -> str:
    """The composer: sections, the chosen form, and the real letter beside it."""
    row = issue_or_404(number)
    if "add" in request.args:
        _kind(request.args["add"])
    return _composer(view_of(row, {**request.args, "preview": preview_mode()}))


@bp.post("/<int:number>/head")
@needs(Permission.COMPOSE)
def save_head(number: int) -> Answer:
    """Save date, subject and preheader; a conflict shows both texts and keeps both."""
    form = HeadForm()

    def save(row: Issue) -> Response:
        service.save_head(row, form.said(), base_version=form.version.data or "", by_id=staff_id())
        flash("Saved.", "success")
        return redirect(url_for(".compose", number=number))

    return _saved(number, {}, form, save)


@bp.post("/<int:number>/sections/new/<slug>")
@needs(Permission.COMPOSE)
def add_section(number: int, slug: str) -> Answer:
    """Append a section of a kind with its words."""
    kind = _kind(slug)
    form = section_form(kind)()

    def save(row: Issue) -> Response:
        section = service.add_section(row, form.said(), by_id=staff_id(), section_id=form.new_id)
        flash(f"{kind.name} added.", "success")
        return redirect(url_for(".compose", number=number, section=section.public_id))

    return _saved(number, {"add": slug}, form, save)


@bp.post("/<int:number>/sections/<section_id>")
@needs(Permission.COMPOSE)
def save_section(number: int, section_id: str) -> Answer:
    """Save a section; a conflict shows both texts and keeps both, and so does a section that is gone."""
    try:
        section = service.section_of(issue_or_404(number), section_id)
    except rules.Refused as error:
        form = section_form(_kind(request.form.get("of_kind", "")))()
        return _offered_as_new(number, form, f"{error} {_REMOVED}")
    words_elsewhere = service.words_stand_elsewhere(section)
    form = section_form(kinds.kind_of(section.kind), words_elsewhere=words_elsewhere)()

    def save(row: Issue) -> Response:
        version = _version(form.version.data)
        service.save_section(row, section_id, form.said(), base_version=version, by_id=staff_id())
        flash("Saved.", "success")
        return redirect(url_for(".compose", number=number, section=section_id))

    return _saved(number, {"section": section_id}, form, save)


def _saved(
    number: int, chosen: Mapping[str, str], form: HeadForm | SectionForm, save: Callable[[Issue], Response]
) -> Answer:
    """Save what a form says and go on; or the form again, with all that was typed and what was wrong."""
    issue_or_404(number)
    if "take" in request.form:
        return _composer(_view(number, chosen, form, conflict=True), conflict=True), 409
    if not form.validate_on_submit():
        return _composer(_view(number, chosen, form)), 422
    try:
        with unit_of_work():
            answer = save(issue_or_404(number))
            _forget_draft(number)
            return answer
    except service.Conflict:
        return _composer(_view(number, chosen, form, conflict=True), conflict=True), 409
    except service.AlreadyAdded:
        assert isinstance(form, SectionForm)
        return _offered_as_new(number, form, _ADDED_BEFORE)
    except (rules.Refused, StoryRefusal) as error:
        form.form_errors.append(str(error))
        return _composer(_view(number, chosen, form)), 422


def _forget_draft(number: int) -> None:
    """What this page had typed is saved."""
    subject, key = request.form.get(unsaved.SUBJECT_FIELD, ""), request.form.get(unsaved.KEY_FIELD, "")
    staff = staff_id()
    if staff is not None and subject.startswith(f"issue:{number}:"):
        accounts.forget_draft(staff, subject, key=key)


def _offered_as_new(number: int, form: SectionForm, sentence: str) -> Answer:
    """The form once more as one that adds a section, with all that was typed."""
    form.validate()
    form.form_errors.append(sentence)
    return _composer(_view(number, {"add": form.kind.slug}, form, conflict=True)), 409


def _view(
    number: int, chosen: Mapping[str, str], form: HeadForm | SectionForm, *, conflict: bool = False
) -> Composer:
    row = issue_or_404(number)
    chosen = {**chosen, "preview": preview_mode()}
    if isinstance(form, HeadForm):
        return view_of(row, chosen, head_form=form, conflict=conflict)
    return view_of(row, chosen, section_form=form, conflict=conflict)


def page_with(row: Issue, asked: Mapping[str, str], form: HeadForm | SectionForm) -> str:
    """The composer with a form as it was typed, neither judged nor saved."""
    chosen = {name: asked[name] for name in ("section", "add") if name in asked}
    is_there = any(section.public_id == chosen.get("section") for section in row.sections)
    if isinstance(form, SectionForm) and not is_there:
        chosen = {"add": form.kind.slug}
    return _composer(_view(row.number, chosen, form))


def _composer(view: Composer, *, conflict: bool = False) -> str:
    return render_template(
        "issues/desk/composer.html",
        view=view,
        offers=pieces.offers(view.section_form) if view.section_form else None,
        is_publisher=may(Permission.PUBLISH),
        conflict=conflict,
    )


def _kind(slug: str) -> Kind:
    return kinds.by_slug.get(slug) or abort(404, "There is no such kind of section.")


def _version(text: str | None) -> int:
    """The version that a form started from; anything that is no number conflicts rather than overwrites."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else -1
