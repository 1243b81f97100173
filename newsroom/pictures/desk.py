"""The desk's doors to the pictures: upload, list, describe, delete."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from newsroom.accounts.guards import Permission, current_staff, may, needs
from newsroom.pictures import encoding, events, queries, rules, service
from newsroom.pictures.folder import NotKept
from newsroom.pictures.forms import UploadForm, WordsForm, words_of
from newsroom.pictures.queries import PictureCard
from newsroom.platform.db import unit_of_work
from newsroom.platform.text import clean_line
from newsroom.platform.web import errors
from newsroom.platform.web.room import read_to_the_end

bp = Blueprint("pictures_desk", __name__, url_prefix="/desk/pictures")

_MOST_PAGES = 10_000
_LONGEST_SEARCH = 200
# What a form carries besides its file.
_ROOM_FOR_WORDS = 1024 * 1024
_SIGNED_OUT = (
    "Nobody is signed in here any more, so the picture was not read. Sign in in another tab, then go back "
    "and upload it again: your browser still has what you typed."
)
_CHOOSE_AGAIN = "Choose the file again: no browser keeps it."


@bp.url_value_preprocessor
def _make_room(endpoint: str | None, _values: object) -> None:
    """Let a picture be larger than other forms, for whoever may upload one; before the form is read."""
    if endpoint == "pictures_desk.upload" and request.method == "POST" and may(Permission.COMPOSE):
        request.max_content_length = rules.MOST_BYTES + _ROOM_FOR_WORDS


@bp.errorhandler(413)
def _too_large(_problem: RequestEntityTooLarge) -> ResponseReturnValue:
    """The form was never read, so what was typed beside the file is still one page back."""
    size = request.content_length or 0
    if not may(Permission.COMPOSE):
        return errors.page(413, "" if current_staff() else _SIGNED_OUT)
    read_to_the_end(size)
    form = UploadForm(formdata=None)
    form.file.errors = [f"{encoding.too_heavy(size)} What you typed is one page back."]
    return _index(form), 413, {"Cache-Control": "private, no-store"}


@bp.get("")
@needs(Permission.COMPOSE)
def index() -> str:
    """All pictures, newest first; words stand in the address, so that a search can be shared."""
    return _index(UploadForm(formdata=None))


def _index(form: UploadForm) -> str:
    words = clean_line(request.args.get("words", ""))[:_LONGEST_SEARCH]
    number = min(max(request.args.get("page", 1, type=int), 1), _MOST_PAGES)
    return render_template(
        "pictures/desk/index.html", page=queries.newest(words, number), words=words, form=form
    )


@bp.post("")
@needs(Permission.COMPOSE)
def upload() -> ResponseReturnValue:
    """Keep a new picture. One that is here already is shown, with what was typed and not saved."""
    form = UploadForm()
    if not form.validate_on_submit():
        if form.file.data:
            form.file.errors = [*form.file.errors, _CHOOSE_AGAIN]
        return _index(form), 422
    file: FileStorage = form.file.data
    try:
        made = encoding.encoded(file.stream.read())
        with unit_of_work():
            kept, is_new = service.keep(made, file.filename or "", form.words(), actor_id=_staff_id())
    except encoding.NotAPicture as problem:
        form.file.errors = [str(problem)]
        return _index(form), 422
    except NotKept as problem:
        form.file.errors = [str(problem)]
        return _index(form), 507
    if not is_new and form.words() != _said(kept):
        form.version.data = str(kept.version)
        return _page(kept, form, here_already=True)
    flash("Kept. Copy its line into a text." if is_new else "This picture was here already.", "success")
    return redirect(url_for(".show", key=kept.key), 303)


@bp.get("/<key>")
@needs(Permission.COMPOSE)
def show(key: str) -> str:
    """One picture: the line to copy, where it is used, what is said about it."""
    card = _found(key)
    return _page(card, words_of(card))


@bp.post("/<key>")
@needs(Permission.COMPOSE)
def describe(key: str) -> ResponseReturnValue:
    """Say something else about a picture."""
    card = _found(key)
    form = WordsForm()
    if not form.validate_on_submit():
        return _page(card, form), 422
    try:
        with unit_of_work():
            service.describe(key, form.words(), version=form.started_from())
    except service.WordsConflict as conflict:
        # What was typed stays in the form, and saving it once more is a decision.
        form.version.data = str(conflict.theirs.version)
        return _page(conflict.theirs, form, is_conflict=True), 409
    flash(
        "Saved. Issues that are not sent yet take the new description; check and approve them again.",
        "success",
    )
    return redirect(url_for(".show", key=key), 303)


@bp.post("/<key>/delete")
@needs(Permission.COMPOSE)
def delete(key: str) -> ResponseReturnValue:
    """Delete a picture that stands nowhere."""
    card = _found(key)
    try:
        with unit_of_work():
            service.delete(key)
    except service.StillUsed:
        flash("This picture is used; take it out where it stands first.", "error")
        return redirect(url_for(".show", key=key), 303)
    flash(f"“{card.called}” is deleted.", "success")
    return redirect(url_for(".index"), 303)


def _found(key: str) -> PictureCard:
    card = queries.picture(key) if key.isascii() and key.isalnum() else None
    if card is None:
        abort(404, "There is no such picture. It may have been deleted.")
    return card


def _page(
    card: PictureCard, form: WordsForm, *, is_conflict: bool = False, here_already: bool = False
) -> str:
    return render_template(
        "pictures/desk/show.html",
        picture=card,
        form=form,
        uses=events.uses_of(card.address),
        is_conflict=is_conflict,
        here_already=here_already,
    )


def _said(card: PictureCard) -> service.Words:
    return service.Words(card.alt, card.is_decorative, card.caption, card.credit)


def _staff_id() -> int | None:
    staff = current_staff()
    return staff.id if staff else None
