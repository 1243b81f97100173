"""Doors to the downloads: files that readers can take with them, each at an address that stays."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from newsroom.accounts.guards import Permission, may, needs
from newsroom.library import events, filetypes, queries, service
from newsroom.library.desk import editor
from newsroom.library.desk.blueprint import bp, staff_id
from newsroom.library.folder import NotKept
from newsroom.library.forms import DownloadForm
from newsroom.library.queries import Download
from newsroom.library.things import Offered
from newsroom.pictures.rules import own_name
from newsroom.platform.db import new_public_id, unit_of_work
from newsroom.platform.web import errors
from newsroom.platform.web.room import read_to_the_end
from newsroom.platform.web.unsaved import Unsaved

_NONE = "There is no such download. It may have been deleted."
_CHOOSE = "Choose the file."
_CHOOSE_AGAIN = "Choose the file again: no browser keeps it."
# What a form carries besides its file.
_ROOM_FOR_WORDS = 1024 * 1024

_TAKE_FILES = ("library_desk.new_download", "library_desk.download")


@bp.url_value_preprocessor
def _make_room(endpoint: str | None, _values: object) -> None:
    """Let a file be larger than other forms, for whoever may offer one; before the form is read."""
    if endpoint in _TAKE_FILES and request.method == "POST" and may(Permission.COMPOSE):
        request.max_content_length = filetypes.MOST_BYTES + _ROOM_FOR_WORDS


@bp.errorhandler(413)
def too_large(_problem: RequestEntityTooLarge) -> ResponseReturnValue:
    """The form was never read, so what was typed beside the file is still one page back."""
    size = request.content_length or 0
    if request.endpoint not in _TAKE_FILES or not may(Permission.COMPOSE):
        return errors.page(413)
    read_to_the_end(size)
    form = DownloadForm(formdata=None, token=new_public_id())
    form.file.errors = [f"{filetypes.too_heavy(size)} What you typed is one page back."]
    return _page(None, form, None), 413, {"Cache-Control": "private, no-store"}


@bp.get("/downloads")
@needs(Permission.COMPOSE)
def downloads() -> str:
    """All of them, newest first."""
    return render_template("library/desk/downloads.html", downloads=queries.downloads())


@bp.route("/downloads/new", methods=["GET", "POST"])
@needs(Permission.COMPOSE)
def new_download() -> ResponseReturnValue:
    """Offer a file."""
    empty = DownloadForm(formdata=None, token=new_public_id())
    stored, draft = editor.taken_up("download:new", empty)
    if request.method != "POST":
        stored.token.data = stored.new_id or empty.token.data
        return _page(None, stored, draft)
    form = DownloadForm()
    if "preview" in request.form:
        return _page(None, form, draft)
    is_right = form.validate()
    sent = _sent(form, is_needed=True)
    if not is_right or sent is None:
        return _refused(None, form, draft, sent)
    try:
        with unit_of_work():
            file = service.keep_file(sent.data, sent.type, sent.name, actor_id=staff_id())
            made = service.add_download(
                form.new_id or new_public_id(), form.said(file, sent.name), actor_id=staff_id()
            )
            editor.forget_draft()
    except NotKept as problem:
        form.file.errors = [str(problem)]
        return _page(None, form, draft), 507
    except service.AlreadyMade:
        form.token.data = new_public_id()
        form.form_errors.append(
            "This form has added a download already. Choose the file again to add this one as well."
        )
        return _page(None, form, draft), 409
    flash("Kept. Whoever has its address can take it; an article’s form offers it.", "success")
    return redirect(url_for(".download", public_id=made.public_id), 303)


@bp.route("/downloads/<public_id>", methods=["GET", "POST"])
@needs(Permission.COMPOSE)
def download(public_id: str) -> ResponseReturnValue:
    """One download: its words, or another file at the same address."""
    known = _found(public_id)
    offered = known.offered
    data = {"title": offered.title, "words": offered.words, "version": known.version}
    stored, draft = editor.taken_up(f"download:{public_id}", DownloadForm(formdata=None, data=data))
    if request.method != "POST":
        return _page(known, stored, draft)
    form = DownloadForm()
    if "preview" in request.form:
        return _page(known, form, draft)
    is_right = form.validate()
    sent = _sent(form, is_needed=False)
    if not is_right or form.file.errors:
        return _refused(known, form, draft, sent)

    def save() -> None:
        file, name = offered.file, offered.file_name
        if sent is not None:
            file, name = service.keep_file(sent.data, sent.type, sent.name, actor_id=staff_id()), sent.name
        service.save_download(
            public_id, form.said(file, name), base_version=form.base_version, actor_id=staff_id()
        )

    def page(theirs: Offered | None = None) -> str:
        if sent is not None:
            form.file.errors = [_CHOOSE_AGAIN]
        return _page(known, form, draft, theirs)

    try:
        return editor.saved(form, save, page, url_for(".download", public_id=public_id))
    except NotKept as problem:
        form.file.errors = [str(problem)]
        return _page(known, form, draft), 507


@bp.post("/downloads/preview")
@needs(Permission.COMPOSE)
def preview_download() -> str:
    """How the download that is being typed is offered; nothing is kept."""
    return str(_as_readers_see_it(DownloadForm(), None))


@bp.post("/downloads/<public_id>/restore/<int:version>")
@needs(Permission.COMPOSE)
def restore_download(public_id: str, version: int) -> ResponseReturnValue:
    """Make an earlier version the newest again, with the file it had."""
    known = _found(public_id)
    old = editor.version_or_404(queries.download_versions(public_id), version)

    def save() -> int:
        return service.save_download(public_id, old, base_version=known.version, actor_id=staff_id())

    return editor.restored(save, version, url_for(".download", public_id=public_id))


@bp.post("/downloads/<public_id>/delete")
@needs(Permission.COMPOSE)
def delete_download(public_id: str) -> ResponseReturnValue:
    """Delete a download that nothing leads to."""
    known = _found(public_id)
    try:
        with unit_of_work():
            service.delete_download(public_id)
    except service.StillUsed:
        flash("Something leads to this download; take the link out there first.", "error")
        return redirect(url_for(".download", public_id=public_id), 303)
    flash(f"“{known.offered.title}” is deleted, with every file it had.", "success")
    return redirect(url_for(".downloads"), 303)


@dataclass(frozen=True)
class _Sent:
    """A file that came with a form, and what it was found to be."""

    data: bytes
    type: filetypes.FileType
    name: str


def _sent(form: DownloadForm, *, is_needed: bool) -> _Sent | None:
    """The file that was chosen; None, and a sentence at its field, where there is none or it is not taken."""
    form.file.errors = []
    chosen = form.file.data
    if not isinstance(chosen, FileStorage) or not chosen.filename:
        if is_needed:
            form.file.errors = [_CHOOSE]
        return None
    data = chosen.stream.read(filetypes.MOST_BYTES + 1)
    try:
        found = filetypes.type_of(data, chosen.filename)
    except filetypes.NotTaken as problem:
        form.file.errors = [str(problem)]
        return None
    return _Sent(data, found, own_name(chosen.filename))


def _refused(
    known: Download | None, form: DownloadForm, draft: Unsaved | None, sent: _Sent | None
) -> ResponseReturnValue:
    if sent is not None:
        form.file.errors = [_CHOOSE_AGAIN]
    return _page(known, form, draft), 422


def _page(
    known: Download | None, form: DownloadForm, draft: Unsaved | None, theirs: Offered | None = None
) -> str:
    versions = queries.download_versions(known.public_id) if known else []
    page = editor.around(form, versions, _fields)
    page["html"] = _as_readers_see_it(form, known)
    return render_template(
        "library/desk/download.html",
        download=known,
        form=form,
        draft=draft,
        theirs=editor.differing(form, _typed_fields(theirs) if theirs else None),
        uses=events.uses_of_file(known.address) if known else [],
        **page,
    )


def _as_readers_see_it(form: DownloadForm, known: Download | None) -> Markup:
    page = render_template(
        "library/offered.html", title=form.title.data or "", words=form.words.data or "", download=known
    )
    return Markup(page)  # noqa: S704 - our own template, which escapes what it is given.


def _fields(offered: Offered) -> dict[str, str]:
    return {**_typed_fields(offered), "File": f"{offered.file_name} ({offered.file})"}


def _typed_fields(offered: Offered) -> dict[str, str]:
    """What is typed; no browser keeps a file that was chosen."""
    return {"Title": offered.title, "Description": offered.words}


def _found(public_id: str) -> Download:
    return (queries.download(public_id) if public_id.isalnum() else None) or abort(404, _NONE)
