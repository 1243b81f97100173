"""Doors to the authors: who they are, version by version; making one, removing one, putting one back."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from newsroom.accounts.guards import Permission, may, needs
from newsroom.library import queries, service
from newsroom.library.desk import editor
from newsroom.library.desk.blueprint import bp, is_slug, staff_id
from newsroom.library.forms import AuthorForm
from newsroom.library.queries import AuthorCard
from newsroom.library.rules import AuthorWords
from newsroom.pictures import queries as pictures
from newsroom.platform.db import unit_of_work
from newsroom.platform.markup import Dialect, to_html
from newsroom.platform.web.unsaved import Unsaved

_NO_PICTURE = "There is no uploaded picture at this address. Upload it first, or copy the line of one."


@bp.get("/authors")
@needs(Permission.COMPOSE)
def authors() -> str:
    """Everybody who is named as an author, and who was removed."""
    return render_template(
        "library/desk/authors.html", authors=queries.authors(), removed=queries.removed_authors()
    )


@bp.route("/new-author", methods=["GET", "POST"])
@needs(Permission.COMPOSE)
def new_author() -> ResponseReturnValue:
    """Make an author before their first article."""
    if request.method != "POST":
        return _page(None, AuthorForm(formdata=None))
    form = AuthorForm()
    if not _is_right(form):
        return _page(None, form), 422
    if "preview" in request.form:
        return _page(None, form)
    try:
        with unit_of_work():
            slug = service.add_author(form.said(), actor_id=staff_id())
    except service.NameTaken as error:
        form.name.errors = [*form.name.errors, str(error)]
        return _page(None, form), 422
    flash("Added. Any article may name them now.", "success")
    return redirect(url_for(".author", slug=slug), 303)


@bp.route("/authors/<slug>", methods=["GET", "POST"])
@needs(Permission.COMPOSE)
def author(slug: str) -> ResponseReturnValue:
    """What is said about an author."""
    card = _author_or_404(slug)
    data = {"name": card.name, "words": card.bio, "picture": card.picture, "version": card.version}
    subject = f"author:{slug}"
    stored, draft = editor.taken_up(subject, AuthorForm(formdata=None, data=data))
    if request.method != "POST":
        return _page(card, stored, draft)
    form = AuthorForm()
    if not _is_right(form):
        return _page(card, form, draft), 422

    def save() -> None:
        service.save_author(slug, form.said(), base_version=form.base_version, actor_id=staff_id())

    def page(theirs: AuthorWords | None = None) -> str:
        return _page(card, form, draft, theirs)

    return editor.saved(form, save, page, url_for(".author", slug=slug))


@bp.post("/words")
@needs(Permission.COMPOSE)
def preview_words() -> str:
    """The words of a form as readers will see them, while somebody types."""
    return str(to_html(AuthorForm().words.data or "", Dialect.ARTICLE))


@bp.post("/authors/<slug>/restore/<int:version>")
@needs(Permission.COMPOSE)
def restore_author(slug: str, version: int) -> ResponseReturnValue:
    """Say about an author what an earlier version said, as a new version."""
    old = editor.version_or_404(queries.author_versions(slug), version)

    def save() -> int:
        return service.save_author(slug, old, actor_id=staff_id())

    return editor.restored(save, version, url_for(".author", slug=slug))


@bp.post("/authors/<slug>/remove")
@needs(Permission.PUBLISH)
def remove_author(slug: str) -> ResponseReturnValue:
    """Take an author's page away; what was printed keeps their name."""
    card = _author_or_404(slug)
    with unit_of_work():
        changed = service.remove_author(slug)
    flash(f"{card.name} was removed. Pieces keep the name, and it leads nowhere.", "success")
    _say_what_changed(changed)
    return redirect(url_for(".author", slug=slug), 303)


@bp.post("/authors/<slug>/put-back")
@needs(Permission.PUBLISH)
def put_author_back(slug: str) -> ResponseReturnValue:
    """Give a removed author their page back."""
    card = _author_or_404(slug)
    with unit_of_work():
        changed = service.put_author_back(slug)
    flash(f"{card.name} is back, with everything that was said about them.", "success")
    _say_what_changed(changed)
    return redirect(url_for(".author", slug=slug), 303)


def _say_what_changed(places: Sequence[str]) -> None:
    if places:
        flash(" ".join(places), "warning")


def _page(
    card: AuthorCard | None,
    form: AuthorForm,
    draft: Unsaved | None = None,
    theirs: AuthorWords | None = None,
) -> str:
    versions = queries.author_versions(card.slug) if card else []
    shown = pictures.at([form.picture.data]) if form.picture.data and not form.picture.errors else {}
    return render_template(
        "library/desk/author.html",
        author=card,
        form=form,
        draft=draft,
        theirs=editor.differing(form, _fields(theirs) if theirs else None),
        picture=shown.get(form.picture.data or ""),
        is_publisher=may(Permission.PUBLISH),
        pieces=editor.placed(queries.pieces_by(card.slug) if card else []),
        **editor.around(form, versions, _fields),
    )


def _fields(words: AuthorWords) -> dict[str, str]:
    return {"Name": words.name, "Words": words.bio, "Picture": words.picture}


def _is_right(form: AuthorForm) -> bool:
    """Whether the form says what can be stored; a picture has to be here."""
    is_right = form.validate_on_submit()
    if is_right and form.picture.data and not pictures.at([form.picture.data]):
        form.picture.errors = [*form.picture.errors, _NO_PICTURE]
        return False
    return bool(is_right)


def _author_or_404(slug: str) -> AuthorCard:
    return (queries.known_author(slug) if is_slug(slug) else None) or abort(404, "There is no such author.")
