"""Doors to the pieces of the library: the list, a piece with its versions, and the editor that writes ahead.

A piece belongs to no issue here: what belongs to one (an introduction, a name in the contents) is said in its
composer. An issue keeps the version that it was built with until somebody takes the newer one there.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from newsroom.accounts import service as accounts
from newsroom.accounts.guards import Permission, needs
from newsroom.accounts.queries import all_staff
from newsroom.accounts.queries import drafts as drafts_of
from newsroom.issues import kinds, pieces, queries, resolving
from newsroom.issues import seen as modes
from newsroom.issues.desk.blueprint import staff_id
from newsroom.issues.document import Section
from newsroom.issues.drafting import draft_of
from newsroom.issues.forms import SectionForm, section_form
from newsroom.issues.kinds import Kind
from newsroom.issues.resolving import Clash
from newsroom.library import queries as library
from newsroom.library import service
from newsroom.library.queries import PieceVersion
from newsroom.platform.db import new_public_id, unit_of_work
from newsroom.platform.text import clean_line
from newsroom.platform.web import as_frame, as_letter, unsaved
from newsroom.platform.web.room import make_room

bp = Blueprint("pieces_desk", "newsroom.issues.desk", url_prefix="/desk/library")

Answer = AnyResponse | str | tuple[str, int]

make_room(bp, "new", "edit", "preview")

_MOST_PAGES = 10_000
_MOST_VERSIONS = 1_000_000
_LONGEST_SEARCH = 200
_NO_PIECE = "There is no such piece in the library."
_MADE_BEFORE = (
    "This form has made a piece already. Press the button again to make another one of what stands here."
)


@bp.get("")
@needs(Permission.COMPOSE)
def index() -> str:
    """All pieces, newest first; what is searched for stands in the address, so that it can be shared."""
    kind = request.args.get("kind", "")
    kind = kind if kind in pieces.names_of_library() else ""
    shown = request.args.get("show", "")
    shown = shown if shown in pieces.SHOWN else ""
    words = clean_line(request.args.get("words", ""))[:_LONGEST_SEARCH]
    number = min(max(request.args.get("page", 1, type=int), 1), _MOST_PAGES)
    page = pieces.on_shelf(kind, words, shown, number)
    asked = (("kind", kind), ("words", words), ("show", shown))
    return render_template(
        "issues/desk/pieces/index.html",
        page=page,
        places=queries.places_of([piece.public_id for piece in page.items]),
        kinds=pieces.of_library(),
        kind=kind,
        words=words,
        shown=shown,
        all_shown=pieces.SHOWN,
        filters={name: value for name, value in asked if value},
        left_over=_left_over(),
    )


def _left_over() -> list[dict[str, object]]:
    """What whoever is signed in has typed in forms of pieces and not saved, the newest first."""
    staff = staff_id()
    drafts = drafts_of(staff, "piece:") if staff is not None else []
    found = ((draft, *_what_was_typed(draft.subject)) for draft in drafts)
    return [
        {"subject": draft.subject, "typed_at": draft.typed_at, "title": title, "address": address}
        for draft, title, address in found
    ]


def _what_was_typed(subject: str) -> tuple[str, str]:
    """What a draft of a piece is called, and the page that takes it up; no page for what is gone."""
    _of, name, *rest = subject.split(":")
    kind = kinds.by_slug.get(rest[0]) if name == "new" and rest else None
    if kind is not None:
        return f"New {kind.name.lower()}", url_for(".new", slug=kind.slug, draft=1)
    stored = library.piece(name)
    if stored is None:
        return "A piece", ""
    return stored.title or stored.kind, url_for(".edit", public_id=name, draft=1)


@bp.get("/pieces/<public_id>")
@needs(Permission.COMPOSE)
def show(public_id: str) -> str:
    """One piece: its newest version or the one asked for, all versions, two of them compared."""
    page = pieces.piece_page(public_id, request.args)
    if page is None:
        abort(404, _NO_PIECE if library.piece(public_id) is None else "This piece has no such version.")
    return render_template("issues/desk/pieces/show.html", page=page, piece=page.piece, **_around())


@bp.get("/pieces/<public_id>/seen")
@needs(Permission.COMPOSE)
def seen(public_id: str) -> Response:
    """A stored version as its readers meet it, in the mode asked for, for the frame beside it."""
    asked = request.args.get("version", type=int)
    newest = _piece(public_id)
    piece = library.piece(newest.public_id, asked) if abs(asked or 1) < _MOST_VERSIONS else None
    return _framed(pieces.stored_section(piece or abort(404, _NO_PIECE)))


@bp.route("/pieces/preview/<slug>", methods=["GET", "POST"])
@needs(Permission.COMPOSE)
def preview(slug: str) -> Response:
    """What stands in a form, right or wrong, as its readers would meet it; nothing is saved or refused."""
    form = section_form(_kind(slug), piece_alone=True)()
    return _framed(pieces.typed_section(form))


def _framed(section: Section) -> Response:
    """The answer of the mode that is asked for, fit for the frame; on the web for what is none."""
    mode = request.values.get("preview", "")
    if mode in (modes.DESKTOP, modes.PHONE, modes.DARK):
        return as_letter(Response(pieces.letter(section, mode)), readable=True)
    if mode == modes.TEXT:
        page = render_template("issues/desk/preview/text.html", text=pieces.plain_text(section))
        return as_frame(Response(page))
    return as_frame(
        Response(render_template("issues/desk/pieces/web.html", setting=pieces.web_page(section)))
    )


# Writing


@bp.route("/pieces/new/<slug>", methods=["GET", "POST"])
@needs(Permission.COMPOSE)
def new(slug: str) -> Answer:
    """Write a piece that no issue holds yet. A form that is sent twice makes one piece."""
    kind = _kind(slug)
    if request.method != "POST":
        return _editor(kind, pieces.new_form(kind, request.args.get("series", "")))
    form = section_form(kind, piece_alone=True)()
    if not form.validate_on_submit():
        return _editor(kind, form, typed=True), 422
    said = form.said()
    try:
        with unit_of_work():
            made = service.make_piece(
                form.new_id or new_public_id(),
                kind=kind.name,
                title=said.title,
                body=said.body,
                fields=_given(said),
                actor_id=staff_id(),
            )
            _forget_draft()
    except service.AlreadyMade:
        form.form_errors.append(_MADE_BEFORE)
        form.token.data = new_public_id()
        return _editor(kind, form, typed=True), 409
    flash(f"{kind.name} saved. It lies on the shelf of every issue that is being prepared.", "success")
    return redirect(url_for(".show", public_id=made.public_id), 303)


@bp.route("/pieces/<public_id>/edit", methods=["GET", "POST"])
@needs(Permission.COMPOSE)
def edit(public_id: str) -> Answer:
    """Write a new version of a piece; a conflict shows both texts and keeps both."""
    stored = _piece(public_id)
    kind = kinds.kind_of(stored.kind)
    if request.method != "POST":
        return _editor(kind, pieces.filled_form(stored), stored)
    form = section_form(kind, piece_alone=True)()
    if "take" in request.form:
        return _conflict(kind, form, stored), 409
    if not form.validate_on_submit():
        return _editor(kind, form, stored, typed=True), 422
    said = form.said()
    try:
        with unit_of_work():
            saved = service.revise_piece(
                public_id,
                base_version=form.base_version,
                title=said.title,
                body=said.body,
                fields=_given(said) | pieces.kept_aside(stored, kind),
                actor_id=staff_id(),
            )
            _forget_draft()
    except service.PieceConflict:
        return _conflict(kind, form, _piece(public_id)), 409
    flash(_saved_as(saved), "success")
    return redirect(url_for(".show", public_id=public_id), 303)


def _given(said: Section) -> dict[str, str]:
    return {name: value for name, value in said.fields.items() if value}


def _saved_as(saved: PieceVersion) -> str:
    return (
        f"Version {saved.version} is the newest now. An issue that holds an older one keeps it until "
        "somebody takes the newer one there."
    )


def _conflict(kind: Kind, form: SectionForm, stored: PieceVersion) -> str:
    """Both texts, and a form whose next save is a decision; what was typed stays in it."""
    theirs = pieces.filled_form(stored)
    resolving.take(form, theirs, request.form, request.form.get("take", ""))
    form.version.data = theirs.version.data
    return _editor(kind, form, stored, typed=True, clashes=resolving.clashes(theirs, form, request.form))


def _editor(
    kind: Kind,
    form: SectionForm,
    stored: PieceVersion | None = None,
    *,
    typed: bool = False,
    clashes: tuple[Clash, ...] | None = None,
) -> str:
    """The editor's page. A form that was not `typed` just now gives way to a draft that somebody takes up."""
    subject = f"piece:{stored.public_id}" if stored else f"piece:new:{kind.slug}"
    draft = draft_of(subject, form, lambda fields: type(form)(formdata=fields))
    if draft is not None and draft.is_taken_up and not typed:
        form = type(form)(formdata=draft.typed)
        form.version.data = draft.version
    mode = request.values.get("preview", "")
    return render_template(
        "issues/desk/pieces/edit.html",
        kind=kind,
        form=form,
        piece=stored,
        view={"clashes": clashes or ()},
        is_conflict=clashes is not None,
        draft=draft,
        offers=pieces.offers(form),
        modes=pieces.MODES,
        mode=mode if mode in pieces.MODES else modes.WEB,
    )


def _forget_draft() -> None:
    """What this page had typed is saved."""
    subject, key = request.form.get(unsaved.SUBJECT_FIELD, ""), request.form.get(unsaved.KEY_FIELD, "")
    staff = staff_id()
    if staff is not None and subject.startswith("piece:"):
        accounts.forget_draft(staff, subject, key=key)


@bp.post("/pieces/<public_id>/restore/<int:version>")
@needs(Permission.COMPOSE)
def restore(public_id: str, version: int) -> AnyResponse:
    """Make an earlier version the newest one again, as a version of its own."""
    _piece(public_id)
    try:
        with unit_of_work():
            saved = service.restore_piece(public_id, version, actor_id=staff_id())
    except service.UnknownPiece:
        abort(404, "This piece has no such version.")
    flash(f"The words of version {version} are the newest again, as version {saved.version}.", "success")
    return redirect(url_for(".show", public_id=public_id), 303)


@bp.post("/pieces/<public_id>/retire")
@needs(Permission.COMPOSE)
def retire(public_id: str) -> AnyResponse:
    """Take a piece off the shelf; where it stands or was printed it stays."""
    _piece(public_id)
    with unit_of_work():
        service.retire_piece(public_id)
    flash("Retired: no composer offers it any more. Where it stands or was printed it stays.", "success")
    return redirect(url_for(".show", public_id=public_id), 303)


@bp.post("/pieces/<public_id>/put-back")
@needs(Permission.COMPOSE)
def put_back(public_id: str) -> AnyResponse:
    """Put a retired piece on the shelf again."""
    _piece(public_id)
    with unit_of_work():
        service.put_piece_back(public_id)
    flash("It is back on the shelf.", "success")
    return redirect(url_for(".show", public_id=public_id), 303)


def _around() -> dict[str, object]:
    return {"names": {staff.id: staff.name for staff in all_staff()}, "modes": pieces.MODES}


def _kind(slug: str) -> Kind:
    kind = kinds.by_slug.get(slug)
    if kind is None or kind.source != "library":
        abort(404, "There is no such kind of piece in the library.")
    return kind


def _piece(public_id: str) -> PieceVersion:
    found = library.piece(public_id) if public_id.isalnum() else None
    if found is None or found.kind not in pieces.names_of_library():
        abort(404, _NO_PIECE)
    return found
