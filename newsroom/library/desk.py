"""The desk's doors to the library: every piece with its versions, the authors and the series.

A piece is written in the composer of the issue that prints it, where its kind says which fields it has; here
it is read. What is said about an author or a series is written here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from newsroom.accounts.guards import Permission, needs
from newsroom.library import queries, service
from newsroom.library.forms import DescriptionForm
from newsroom.platform.db import unit_of_work
from newsroom.platform.markup import Dialect, to_html
from newsroom.platform.text import clean_line, word_count

bp = Blueprint("library_desk", __name__, url_prefix="/desk/library")

_MOST_PAGES = 10_000
_LONGEST_SEARCH = 200


@bp.get("")
@needs(Permission.COMPOSE)
def index() -> str:
    """All pieces, newest first; kind and words stand in the address, so that a search can be shared."""
    kinds = queries.kinds_in_use()
    kind = request.args.get("kind", "")
    kind = kind if kind in kinds else ""
    words = clean_line(request.args.get("words", ""))[:_LONGEST_SEARCH]
    number = min(max(request.args.get("page", 1, type=int), 1), _MOST_PAGES)
    return render_template(
        "library/desk/index.html",
        page=queries.newest_pieces(kind, words, number),
        kinds=kinds,
        kind=kind,
        words=words,
        filters={name: value for name, value in (("kind", kind), ("words", words)) if value},
    )


@bp.get("/pieces/<public_id>")
@needs(Permission.COMPOSE)
def piece(public_id: str) -> str:
    """One piece: its newest version or the one asked for, rendered, and all versions."""
    versions = queries.revisions(public_id) if public_id.isalnum() else []
    if not versions:
        abort(404, "There is no such piece in the library.")
    asked = request.args.get("version", versions[0].version, type=int)
    shown = next((each for each in versions if each.version == asked), None)
    if shown is None:
        abort(404, "This piece has no such version.")
    return render_template(
        "library/desk/piece.html",
        piece=shown,
        versions=versions,
        title=to_html(shown.title, Dialect.LINE),
        body=to_html(shown.body, Dialect.ARTICLE),
        word_count=word_count(shown.body),
    )


@bp.get("/authors")
@needs(Permission.COMPOSE)
def authors() -> str:
    """Everybody who is named as an author."""
    subjects = [_Subject(card.slug, card.name, card.bio, "author") for card in queries.authors()]
    return render_template("library/desk/subjects.html", title="Authors", subjects=subjects)


@bp.get("/series")
@needs(Permission.COMPOSE)
def all_series() -> str:
    """Every series."""
    subjects = [_Subject(card.slug, card.name, card.description, "series") for card in queries.all_series()]
    return render_template("library/desk/subjects.html", title="Series", subjects=subjects)


@bp.route("/authors/<slug>", methods=["GET", "POST"])
@needs(Permission.COMPOSE)
def author(slug: str) -> ResponseReturnValue:
    """What an author's page says about them."""
    card = queries.author(slug) if _is_slug(slug) else None
    if card is None:
        abort(404, "There is no such author.")
    return _described(_Subject(card.slug, card.name, card.bio, "author"), service.describe_author)


@bp.route("/series/<slug>", methods=["GET", "POST"])
@needs(Permission.COMPOSE)
def series(slug: str) -> ResponseReturnValue:
    """What stands at the head of a series' page."""
    card = queries.series(slug) if _is_slug(slug) else None
    if card is None:
        abort(404, "There is no such series.")
    return _described(_Subject(card.slug, card.name, card.description, "series"), service.describe_series)


@dataclass(frozen=True)
class _Subject:
    """An author or a series: whatever has a page and a few words on it."""

    slug: str
    name: str
    words: str
    kind: str

    @property
    def path(self) -> str:
        """Where readers meet it once something of it is published."""
        return f"/authors/{self.slug}" if self.kind == "author" else f"/series/{self.slug}"


def _described(subject: _Subject, describe: Callable[..., None]) -> ResponseReturnValue:
    if request.method != "POST":
        form = DescriptionForm(formdata=None, words=subject.words, base=subject.words)
        return _subject_page(subject, form)
    form = DescriptionForm()
    if not form.validate_on_submit():
        return _subject_page(subject, form), 422
    try:
        with unit_of_work():
            describe(subject.slug, form.words.data, base=_base(form, subject))
    except service.DescriptionConflict as conflict:
        # What was typed stays in the form, and saving it once more is a decision.
        form.base.data = conflict.theirs
        return _subject_page(subject, form, theirs=conflict.theirs), 409
    flash("Saved.", "success")
    return redirect(url_for(f".{subject.kind}", slug=subject.slug), 303)


def _base(form: DescriptionForm, subject: _Subject) -> str:
    """The words that the editor started from, as they are stored: a form tidies what passes through it."""
    unchanged = DescriptionForm(formdata=None, base=subject.words)
    return subject.words if form.base.data == unchanged.base.data else form.base.data or ""


def _subject_page(subject: _Subject, form: DescriptionForm, theirs: str | None = None) -> str:
    return render_template("library/desk/subject.html", subject=subject, form=form, theirs=theirs)


def _is_slug(typed: str) -> bool:
    return typed.isascii() and typed.replace("-", "").isalnum()
