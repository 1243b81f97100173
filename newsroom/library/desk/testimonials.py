"""Doors to the testimonials: what readers said about the publication, and that we may print it."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from newsroom.accounts.guards import Permission, needs
from newsroom.library import queries, service
from newsroom.library.desk import editor
from newsroom.library.desk.blueprint import bp, staff_id
from newsroom.library.forms import TestimonialForm
from newsroom.library.queries import Testimonial
from newsroom.library.things import Said
from newsroom.platform.db import new_public_id, unit_of_work
from newsroom.platform.markup import Dialect, to_html
from newsroom.platform.web.unsaved import Unsaved

_NONE = "There is no such testimonial."


@bp.get("/testimonials")
@needs(Permission.COMPOSE)
def testimonials() -> str:
    """All of them, in the order in which readers see them, and those that are held back."""
    return render_template("library/desk/testimonials.html", testimonials=queries.testimonials())


@bp.route("/testimonials/new", methods=["GET", "POST"])
@needs(Permission.COMPOSE)
def new_testimonial() -> ResponseReturnValue:
    """Write down what somebody said."""
    empty = TestimonialForm(formdata=None, token=new_public_id())
    stored, draft = editor.taken_up("testimonial:new", empty)
    if request.method != "POST":
        stored.token.data = stored.new_id or empty.token.data
        return _page(None, stored, draft)
    form = TestimonialForm()
    if not form.validate_on_submit():
        return _page(None, form, draft), 422
    if "preview" in request.form:
        return _page(None, form, draft)
    try:
        with unit_of_work():
            made = service.add_testimonial(form.new_id or new_public_id(), form.said(), actor_id=staff_id())
            editor.forget_draft()
    except service.AlreadyMade:
        form.token.data = new_public_id()
        form.form_errors.append(
            "This form has added a testimonial already. Press the button again to add this one as well."
        )
        return _page(None, form, draft), 409
    flash("Kept. Readers see it." if form.said().is_public else "Kept, and held back.", "success")
    return redirect(url_for(".testimonial", public_id=made.public_id), 303)


@bp.route("/testimonials/<public_id>", methods=["GET", "POST"])
@needs(Permission.COMPOSE)
def testimonial(public_id: str) -> ResponseReturnValue:
    """One testimonial, to be changed; a conflict shows both texts and keeps both."""
    known = _found(public_id)
    filled = TestimonialForm(formdata=None, data=_typed(known))
    stored, draft = editor.taken_up(f"testimonial:{public_id}", filled)
    if request.method != "POST":
        return _page(known, stored, draft)
    form = TestimonialForm()
    if not form.validate_on_submit():
        return _page(known, form, draft), 422

    def save() -> None:
        service.save_testimonial(public_id, form.said(), base_version=form.base_version, actor_id=staff_id())

    def page(theirs: Said | None = None) -> str:
        return _page(known, form, draft, theirs)

    return editor.saved(form, save, page, url_for(".testimonial", public_id=public_id))


@bp.post("/testimonials/preview")
@needs(Permission.COMPOSE)
def preview_testimonial() -> str:
    """How the testimonial that is being typed will stand on its page; nothing is kept."""
    return str(_as_readers_see_it(TestimonialForm()))


@bp.post("/testimonials/<public_id>/restore/<int:version>")
@needs(Permission.COMPOSE)
def restore_testimonial(public_id: str, version: int) -> ResponseReturnValue:
    """Make an earlier version the newest again."""
    known = _found(public_id)
    old = editor.version_or_404(queries.testimonial_versions(public_id), version)

    def save() -> int:
        return service.save_testimonial(public_id, old, base_version=known.version, actor_id=staff_id())

    return editor.restored(save, version, url_for(".testimonial", public_id=public_id))


@bp.post("/testimonials/<public_id>/delete")
@needs(Permission.COMPOSE)
def delete_testimonial(public_id: str) -> ResponseReturnValue:
    """Destroy it with all its versions: whoever said it may take their permission back."""
    known = _found(public_id)
    with unit_of_work():
        service.delete_testimonial(public_id)
    flash(f"What {known.said.who} said is destroyed, with all its versions.", "success")
    return redirect(url_for(".testimonials"), 303)


def _page(
    known: Testimonial | None, form: TestimonialForm, draft: Unsaved | None, theirs: Said | None = None
) -> str:
    versions = queries.testimonial_versions(known.public_id) if known else []
    page = editor.around(form, versions, _fields)
    page["html"] = _as_readers_see_it(form)
    return render_template(
        "library/desk/testimonial.html",
        testimonial=known,
        form=form,
        draft=draft,
        theirs=editor.differing(form, _fields(theirs) if theirs else None),
        **page,
    )


def _as_readers_see_it(form: TestimonialForm) -> Markup:
    words = to_html(form.words.data or "", Dialect.STORY)
    page = render_template(
        "library/said.html", html=words, who=form.who.data or "", role=form.role.data or ""
    )
    return Markup(page)  # noqa: S704 - our own template, which escapes what it is given.


def _typed(known: Testimonial) -> dict[str, object]:
    said = known.said
    return {
        "words": said.words,
        "who": said.who,
        "role": said.role,
        "permission": said.permission,
        "shown": said.is_shown,
        "place": said.place,
        "version": known.version,
    }


def _fields(said: Said) -> dict[str, str]:
    return {
        "Words": said.words,
        "Who said it": said.who,
        "Their town or role": said.role,
        "Permission": said.permission,
        "Show it to readers": "yes" if said.is_shown else "no",
        "Order": str(said.place),
    }


def _found(public_id: str) -> Testimonial:
    return (queries.testimonial(public_id) if public_id.isalnum() else None) or abort(404, _NONE)
