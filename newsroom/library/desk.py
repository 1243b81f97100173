"""The desk's doors to authors and series: what is said about them, version by version, and their parts.

Pieces are written on the floor of issues, which knows the kinds and what each of them asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from newsroom.accounts.guards import Permission, current_staff, needs
from newsroom.accounts.queries import all_staff
from newsroom.library import queries, rules, service
from newsroom.library.events import Place, places_of
from newsroom.library.forms import AuthorForm, SeriesForm
from newsroom.library.queries import AuthorCard, PieceVersion, SeriesCard, WordsVersion
from newsroom.library.rules import AuthorWords, SeriesWords
from newsroom.pictures import queries as pictures
from newsroom.platform.db import unit_of_work
from newsroom.platform.differences import Paragraph, compared
from newsroom.platform.markup import Dialect, to_html

bp = Blueprint("library_desk", __name__, url_prefix="/desk/library")

_NO_AUTHOR = "There is no such author."
_NO_SERIES = "There is no such series."
_NO_PICTURE = (
    "There is no uploaded picture at this address. Upload it first, or copy the line of another one."
)


@bp.get("/authors")
@needs(Permission.COMPOSE)
def authors() -> str:
    """Everybody who is named as an author, and who was removed."""
    return render_template(
        "library/desk/authors.html", authors=queries.authors(), removed=queries.removed_authors()
    )


@bp.get("/series")
@needs(Permission.COMPOSE)
def all_series() -> str:
    """Every series, and what its next part would be."""
    taken = queries.parts_taken()
    rows = [(card, rules.numbering(taken.get(card.name, ()))) for card in queries.all_series()]
    return render_template("library/desk/all_series.html", rows=rows)


@bp.route("/new-author", methods=["GET", "POST"])
@needs(Permission.COMPOSE)
def new_author() -> ResponseReturnValue:
    """Make an author before their first article."""
    if request.method != "POST":
        return _author_page(None, AuthorForm(formdata=None))
    form = AuthorForm()
    if not _is_right(form):
        return _author_page(None, form), 422
    if "preview" in request.form:
        return _author_page(None, form)
    try:
        with unit_of_work():
            slug = service.add_author(form.said(), actor_id=_staff_id())
    except service.NameTaken as error:
        form.name.errors = [*form.name.errors, str(error)]
        return _author_page(None, form), 422
    flash("Added. Any article may name them now.", "success")
    return redirect(url_for(".author", slug=slug), 303)


@bp.route("/authors/<slug>", methods=["GET", "POST"])
@needs(Permission.COMPOSE)
def author(slug: str) -> ResponseReturnValue:
    """What is said about an author."""
    card = _author_or_404(slug)
    if request.method != "POST":
        data = {
            "name": card.name,
            "words": card.bio,
            "picture": card.picture,
            "version": card.version,
        }
        return _author_page(card, AuthorForm(formdata=None, data=data))
    form = AuthorForm()
    if not _is_right(form):
        return _author_page(card, form), 422

    def save() -> None:
        service.save_author(slug, form.said(), base_version=form.base_version, actor_id=_staff_id())

    return _saved(form, save, lambda **more: _author_page(card, form, **more), url_for(".author", slug=slug))


@bp.route("/series/<slug>", methods=["GET", "POST"])
@needs(Permission.COMPOSE)
def series(slug: str) -> ResponseReturnValue:
    """What is said about a series, its stages, and the parts that there are."""
    card = _series_or_404(slug)
    if request.method != "POST":
        data = {
            "name": card.name,
            "words": card.description,
            "stages": "\n".join(card.stages),
            "version": card.version,
        }
        return _series_page(card, SeriesForm(formdata=None, data=data))
    form = SeriesForm()
    if not form.validate_on_submit():
        return _series_page(card, form), 422

    def save() -> None:
        service.save_series(slug, form.said(), base_version=form.base_version, actor_id=_staff_id())

    return _saved(form, save, lambda **more: _series_page(card, form, **more), url_for(".series", slug=slug))


def _saved(
    form: AuthorForm | SeriesForm, save: Callable[[], None], page: Callable[..., str], back: str
) -> ResponseReturnValue:
    """Save what a form says and go on; or the form again, with all that was typed and what was wrong."""
    if "preview" in request.form:
        return page()
    try:
        with unit_of_work():
            save()
    except service.WordsConflict as conflict:
        # What was typed stays in the form, and saving it once more is a decision.
        form.version.data = str(conflict.version)
        return page(theirs=conflict.theirs), 409
    except service.NameTaken as error:
        form.name.errors = [*form.name.errors, str(error)]
        return page(), 422
    flash("Saved.", "success")
    return redirect(back, 303)


@bp.post("/words")
@needs(Permission.COMPOSE)
def preview_words() -> str:
    """The words of a form as readers will see them, while somebody types."""
    return str(to_html(AuthorForm().words.data or "", Dialect.ARTICLE))


@bp.post("/authors/<slug>/restore/<int:version>")
@needs(Permission.COMPOSE)
def restore_author(slug: str, version: int) -> ResponseReturnValue:
    """Say about an author what an earlier version said, as a new version."""
    old = _version_or_404(queries.author_versions(slug), version)
    return _restored(
        lambda: service.save_author(slug, old, actor_id=_staff_id()), version, url_for(".author", slug=slug)
    )


@bp.post("/series/<slug>/restore/<int:version>")
@needs(Permission.COMPOSE)
def restore_series(slug: str, version: int) -> ResponseReturnValue:
    """Say about a series what an earlier version said, as a new version."""
    old = _version_or_404(queries.series_versions(slug), version)
    return _restored(
        lambda: service.save_series(slug, old, actor_id=_staff_id()), version, url_for(".series", slug=slug)
    )


def _restored(save: Callable[[], int], version: int, back: str) -> ResponseReturnValue:
    try:
        with unit_of_work():
            number = save()
        flash(f"What version {version} said is in use again, as version {number}.", "success")
    except service.NameTaken as error:
        flash(str(error), "error")
    return redirect(back, 303)


@bp.post("/authors/<slug>/remove")
@needs(Permission.COMPOSE)
def remove_author(slug: str) -> ResponseReturnValue:
    """Take an author's page away; what was printed keeps their name."""
    card = _author_or_404(slug)
    with unit_of_work():
        changed = service.remove_author(slug)
    flash(f"{card.name} was removed. Pieces keep the name, and it leads nowhere.", "success")
    _say_what_changed(changed)
    return redirect(url_for(".author", slug=slug), 303)


@bp.post("/authors/<slug>/put-back")
@needs(Permission.COMPOSE)
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


# Pages


@dataclass(frozen=True)
class _Compared:
    """Two versions, and what differs between them, field by field."""

    earlier: int
    later: int
    fields: tuple[tuple[str, tuple[Paragraph, ...]], ...]


def _author_page(card: AuthorCard | None, form: AuthorForm, theirs: AuthorWords | None = None) -> str:
    versions = queries.author_versions(card.slug) if card else []
    pieces = queries.pieces_by(card.slug) if card else []
    shown = pictures.at([form.picture.data]) if form.picture.data else {}
    return render_template(
        "library/desk/author.html",
        author=card,
        form=form,
        theirs=_differing(form, theirs and _author_fields(theirs)),
        picture=shown.get(form.picture.data or ""),
        pieces=_placed(pieces),
        **_around(form, versions, _author_fields),
    )


def _series_page(card: SeriesCard, form: SeriesForm, theirs: SeriesWords | None = None) -> str:
    parts = queries.parts_of_series(card.slug)
    return render_template(
        "library/desk/series.html",
        series=card,
        form=form,
        theirs=_differing(form, theirs and _series_fields(theirs)),
        rows=_placed(sorted(parts, key=lambda part: _part_number(part) or 10**6)),
        numbering=rules.numbering(part.fields.get("part", "") for part in parts),
        **_around(form, queries.series_versions(card.slug), _series_fields),
    )


def _part_number(piece: PieceVersion) -> int | None:
    typed = piece.fields.get("part", "")
    return int(typed) if typed.isdecimal() else None


def _placed(pieces: Sequence[PieceVersion]) -> list[tuple[PieceVersion, list[Place]]]:
    places = places_of(piece.public_id for piece in pieces)
    return [(piece, places.get(piece.public_id, [])) for piece in pieces]


def _around(
    form: AuthorForm | SeriesForm, versions: Sequence[WordsVersion[Any]], fields: Any
) -> dict[str, Any]:
    """What stands beside either form: the words as readers see them, the versions, two of them compared."""
    return {
        "html": to_html(form.words.data or "", Dialect.ARTICLE) if form.words.data else Markup(""),
        "versions": versions,
        "names": {staff.id: staff.name for staff in all_staff()},
        "compared": _compared(versions, fields),
    }


def _compared(versions: Sequence[WordsVersion[Any]], fields: Any) -> _Compared | None:
    """The two versions that were asked for, else the newest and the one before."""
    if len(versions) < 2:
        return None
    by_number = {each.version: each.words for each in versions}
    later = request.args.get("to", versions[0].version, type=int)
    later = later if later in by_number else versions[0].version
    earlier = request.args.get("from", later - 1, type=int)
    earlier = earlier if earlier in by_number else versions[-1].version
    was, now = fields(by_number[earlier]), fields(by_number[later])
    differing = [(label, compared(was[label], now[label])) for label in was if was[label] != now[label]]
    return _Compared(earlier, later, tuple(differing))


def _author_fields(words: AuthorWords) -> dict[str, str]:
    return {"Name": words.name, "Words": words.bio, "Picture": words.picture}


def _series_fields(words: SeriesWords) -> dict[str, str]:
    return {"Name": words.name, "Words": words.description, "Stages": "\n".join(words.stages)}


def _differing(
    form: AuthorForm | SeriesForm, stored: dict[str, str] | None
) -> dict[str, tuple[str, str]] | None:
    """What is stored and what was typed, by the label of their field, where they differ."""
    if stored is None:
        return None
    typed = {field.label.text: field.data or "" for field in form if field.label.text in stored}
    return {label: (words, typed[label]) for label, words in stored.items() if words != typed[label]}


def _is_right(form: AuthorForm) -> bool:
    """Whether the form says what can be stored; a picture has to be here."""
    is_right = form.validate_on_submit()
    if is_right and form.picture.data and not pictures.at([form.picture.data]):
        form.picture.errors = [*form.picture.errors, _NO_PICTURE]
        return False
    return bool(is_right)


def _author_or_404(slug: str) -> AuthorCard:
    return (queries.known_author(slug) if _is_slug(slug) else None) or abort(404, _NO_AUTHOR)


def _series_or_404(slug: str) -> SeriesCard:
    return (queries.series(slug) if _is_slug(slug) else None) or abort(404, _NO_SERIES)


def _version_or_404(versions: Sequence[WordsVersion[Any]], version: int) -> Any:
    found = next((each.words for each in versions if each.version == version), None)
    return found or abort(404, "There is no such version.")


def _is_slug(typed: str) -> bool:
    return typed.isascii() and typed.replace("-", "").isalnum()


def _staff_id() -> int | None:
    staff = current_staff()
    return staff.id if staff else None
