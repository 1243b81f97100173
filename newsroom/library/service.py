"""Every write to the library: pieces, their versions, the authors and series they name.

Verbs join the door's unit of work and never commit. What a kind's keys mean is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from newsroom.accounts.service import audit
from newsroom.library import queries
from newsroom.library.models import Author, Piece, PieceRevision, Series
from newsroom.library.queries import PieceVersion
from newsroom.platform import clock
from newsroom.platform.db import db
from newsroom.platform.db import new_public_id as make_public_id
from newsroom.platform.text import slugify


class UnknownPiece(LookupError):
    """No piece of the library has this public id, or only one of another kind."""

    def __init__(self, public_id: str) -> None:
        super().__init__(f"There is no such piece of this kind: {public_id}.")


def save_piece(
    *,
    kind: str,
    title: str,
    body: str,
    fields: Mapping[str, str],
    actor_id: int | None,
    public_id: str | None = None,
    new_public_id: str = "",
) -> PieceVersion:
    """Make a piece, or a new version of the piece with that public id; unchanged words make no version.

    `new_public_id` is the id that a new piece had elsewhere. Raises UnknownPiece for a public id that is not
    there or belongs to another kind.
    """
    if public_id is None:
        piece = _new_piece(kind, title, new_public_id or make_public_id())
    else:
        piece = _known_piece(public_id, kind)
    if piece.version:
        newest = queries.piece(piece.public_id)
        assert newest is not None
        if (newest.title, newest.body, dict(newest.fields)) == (title, body, dict(fields)):
            return newest
    piece.version += 1
    revision = PieceRevision(
        piece=piece,
        version=piece.version,
        title=title,
        body=body,
        fields=dict(fields),
        author=_author(fields.get("author", "")) if kind == "Article" else None,
        series=_series(fields.get("series", "")) if kind == "Article" else None,
        created_at=clock.now(),
        created_by_id=actor_id,
    )
    db.session.add(revision)
    db.session.flush()
    audit("saved", f"piece {piece.public_id}", f"{kind} “{title}”, version {piece.version}")
    saved = queries.piece(piece.public_id)
    assert saved is not None
    return saved


class DescriptionConflict(Exception):
    """Somebody saved other words meanwhile; `theirs` are those."""

    def __init__(self, theirs: str) -> None:
        self.theirs = theirs
        super().__init__("Other words were saved meanwhile.")


def describe_author(slug: str, bio: str, *, base: str | None = None) -> None:
    """Replace the few words that an author's page says about them; the same words change nothing.

    `base` are the words that an editor started from; others raise DescriptionConflict.
    """
    query = select(Author).where(Author.slug == slug).with_for_update()
    author = db.session.execute(query).scalar_one()
    if _is_new(author.bio, bio, base):
        author.bio = bio
        audit("author.described", f"author:{slug}")


def describe_series(slug: str, description: str, *, base: str | None = None) -> None:
    """Replace the words at the head of a series' page; `base` as for an author."""
    query = select(Series).where(Series.slug == slug).with_for_update()
    series = db.session.execute(query).scalar_one()
    if _is_new(series.description, description, base):
        series.description = description
        audit("series.described", f"series:{slug}")


def _is_new(stored: str, given: str, base: str | None) -> bool:
    if stored == given:
        return False
    if base is not None and base != stored:
        raise DescriptionConflict(stored)
    return True


def _new_piece(kind: str, title: str, public_id: str) -> Piece:
    slug = _free_slug(Piece, title)
    piece = Piece(public_id=public_id, kind=kind, slug=slug, version=0, created_at=clock.now())
    db.session.add(piece)
    return piece


def _known_piece(public_id: str, kind: str) -> Piece:
    query = select(Piece).where(Piece.public_id == public_id, Piece.kind == kind).with_for_update()
    piece = db.session.execute(query).scalar_one_or_none()
    if piece is None:
        raise UnknownPiece(public_id)
    return piece


def _author(name: str) -> Author | None:
    if not name:
        return None
    author = db.session.execute(select(Author).where(Author.name == name)).scalar_one_or_none()
    if author is None:
        author = Author(name=name, slug=_free_slug(Author, name), created_at=clock.now())
        db.session.add(author)
    return author


def _series(name: str) -> Series | None:
    if not name:
        return None
    series = db.session.execute(select(Series).where(Series.name == name)).scalar_one_or_none()
    if series is None:
        series = Series(name=name, slug=_free_slug(Series, name), created_at=clock.now())
        db.session.add(series)
    return series


def _free_slug(table: type[Piece] | type[Author] | type[Series], words: str) -> str:
    """The words as a slug, with the first free number behind it where another row has it already."""
    stem = slugify(words)[:100].strip("-")
    pattern = stem.replace("_", r"\_").replace("%", r"\%") + "%"
    query = select(table.slug).where(table.slug.like(pattern, escape="\\"))
    taken = set(db.session.execute(query).scalars())
    if stem not in taken:
        return stem
    number = 2
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"
