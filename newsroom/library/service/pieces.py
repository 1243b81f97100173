"""Writes to pieces: making, revising, restoring, taking off the shelf. It knows no kind's keys."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from newsroom.accounts.service import audit
from newsroom.library import queries
from newsroom.library.models import Author, Piece, PieceRevision, Series
from newsroom.library.queries import PieceVersion
from newsroom.library.service.naming import author_called, free_slug, series_called
from newsroom.platform import clock
from newsroom.platform.db import db
from newsroom.platform.db import new_public_id as make_public_id


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


class PieceConflict(Exception):
    """Somebody saved the piece meanwhile; nothing was written."""


class AlreadyMade(Exception):
    """The form that was sent has made a piece before, with other words; nothing was written."""


def make_piece(
    public_id: str, *, kind: str, title: str, body: str, fields: Mapping[str, str], actor_id: int | None
) -> PieceVersion:
    """Make a piece whose id was chosen when its form was opened, so that a form sent twice makes one.

    Raises AlreadyMade where that form has made something else before.
    """
    said = (kind, title, body, dict(fields))
    # The second try is for whoever was slower than a colleague by less than this unit of work takes.
    for _ in range(2):
        first = queries.piece(public_id, 1)
        if first is not None:
            if (first.kind, first.title, first.body, dict(first.fields)) != said:
                raise AlreadyMade
            return first
        try:
            with db.session.begin_nested():
                return save_piece(
                    kind=kind,
                    title=title,
                    body=body,
                    fields=fields,
                    actor_id=actor_id,
                    new_public_id=public_id,
                )
        except IntegrityError:
            continue
    raise AlreadyMade


def revise_piece(
    public_id: str,
    *,
    base_version: int,
    title: str,
    body: str,
    fields: Mapping[str, str],
    actor_id: int | None,
) -> PieceVersion:
    """Save a piece as a new version; the words that are stored already make none.

    `base_version` is the one that the editor started from: raises PieceConflict when there is a newer one.
    Raises UnknownPiece for what is no piece.
    """
    newest = _newest_held(public_id)
    is_new = (newest.title, newest.body, dict(newest.fields)) != (title, body, dict(fields))
    if is_new and newest.version != base_version:
        raise PieceConflict
    return save_piece(
        kind=newest.kind, title=title, body=body, fields=fields, actor_id=actor_id, public_id=public_id
    )


def restore_piece(public_id: str, version: int, *, actor_id: int | None) -> PieceVersion:
    """Make an earlier version the newest one again, as a version of its own. Raises UnknownPiece."""
    _newest_held(public_id)
    old = queries.piece(public_id, version)
    if old is None:
        raise UnknownPiece(public_id)
    return save_piece(
        kind=old.kind,
        title=old.title,
        body=old.body,
        fields=old.fields,
        actor_id=actor_id,
        public_id=public_id,
    )


def retire_piece(public_id: str) -> None:
    """Take a piece off the shelf: no composer offers it any more, and where it stands it stays."""
    piece = _held(public_id)
    if piece.retired_at is None:
        piece.retired_at = clock.now()
        audit("retired", f"piece {public_id}")


def put_piece_back(public_id: str) -> None:
    """Put a retired piece on the shelf again."""
    piece = _held(public_id)
    if piece.retired_at is not None:
        piece.retired_at = None
        audit("put back", f"piece {public_id}")


def _held(public_id: str) -> Piece:
    """The piece's row, ours until the unit of work ends. Raises UnknownPiece."""
    query = select(Piece).where(Piece.public_id == public_id).with_for_update()
    piece = db.session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
    if piece is None:
        raise UnknownPiece(public_id)
    return piece


def _newest_held(public_id: str) -> PieceVersion:
    _held(public_id)
    newest = queries.piece(public_id)
    assert newest is not None
    return newest


def _new_piece(kind: str, title: str, public_id: str) -> Piece:
    slug = free_slug(Piece, title)
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
    return author_called(name) if name else None


def _series(name: str) -> Series | None:
    return series_called(name) if name else None
