"""Every read of the library; nothing here writes or decides what is public."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, Select, SQLColumnExpression, Text, cast, or_, select, tuple_
from sqlalchemy.orm import joinedload

from newsroom.library.models import Author, Piece, PieceRevision, Series
from newsroom.platform.db import db

# Nobody turns so many pages; beyond, the offset would not fit the database's integers.
LAST_PAGE = 1_000_000


@dataclass(frozen=True)
class PieceVersion:
    """One version of a piece as other floors see it."""

    public_id: str
    version: int
    newest_version: int
    kind: str
    slug: str
    title: str
    body: str
    fields: Mapping[str, str]
    author_slug: str
    series_slug: str
    created_at: datetime


@dataclass(frozen=True)
class AuthorCard:
    """An author as their page shows them."""

    slug: str
    name: str
    bio: str


@dataclass(frozen=True)
class SeriesCard:
    """A series as its page shows it."""

    slug: str
    name: str
    description: str


def piece(public_id: str, version: int | None = None) -> PieceVersion | None:
    """That version of a piece, or its newest; None where there is none."""
    query = _versions().where(Piece.public_id == public_id)
    query = query.where(PieceRevision.version == (Piece.version if version is None else version))
    row = db.session.execute(query).scalar_one_or_none()
    return _as_value(row) if row else None


def pinned(pairs: Iterable[tuple[str, int]]) -> dict[tuple[str, int], PieceVersion]:
    """The pinned versions of several pieces in one read, keyed by (public id, version)."""
    wanted = list(set(pairs))
    if not wanted:
        return {}
    key = tuple_(Piece.public_id, PieceRevision.version)
    rows = db.session.execute(_versions().where(key.in_(wanted))).scalars()
    return {(value.public_id, value.version): value for value in map(_as_value, rows)}


def newest_versions(public_ids: Collection[str]) -> dict[str, int]:
    """The number of the newest version of each of these pieces; what is no piece is not there."""
    if not public_ids:
        return {}
    query = select(Piece.public_id, Piece.version).where(Piece.public_id.in_(public_ids))
    return {key: value for key, value in db.session.execute(query)}  # noqa: C416 - rows become pairs.


def newest_pieces(kind: str = "", words: str = "", page: int = 1, per_page: int = 30) -> Pagination:
    """A page of newest versions, newest piece first, of one kind or with words in the title if given."""
    query = _versions().where(PieceRevision.version == Piece.version).order_by(Piece.id.desc())
    if kind:
        query = query.where(Piece.kind == kind)
    if words:
        query = query.where(PieceRevision.title.icontains(words, autoescape=True))
    found = db.paginate(query, page=min(page, LAST_PAGE), per_page=per_page, error_out=False)
    found.items = [_as_value(row) for row in found.items]
    return found


def revisions(public_id: str) -> list[PieceVersion]:
    """All versions of a piece, newest first."""
    query = _versions().where(Piece.public_id == public_id).order_by(PieceRevision.version.desc())
    return [_as_value(row) for row in db.session.execute(query).scalars()]


def kinds_in_use() -> list[str]:
    """The kinds of which there is a piece, by name."""
    return list(db.session.execute(select(Piece.kind).distinct().order_by(Piece.kind)).scalars())


def author(slug: str) -> AuthorCard | None:
    """The author with that slug."""
    row = db.session.execute(select(Author).where(Author.slug == slug)).scalar_one_or_none()
    return AuthorCard(row.slug, row.name, row.bio) if row else None


def authors() -> list[AuthorCard]:
    """All authors by name."""
    rows = db.session.execute(select(Author).order_by(Author.name)).scalars()
    return [AuthorCard(row.slug, row.name, row.bio) for row in rows]


def series(slug: str) -> SeriesCard | None:
    """The series with that slug."""
    row = db.session.execute(select(Series).where(Series.slug == slug)).scalar_one_or_none()
    return SeriesCard(row.slug, row.name, row.description) if row else None


def all_series() -> list[SeriesCard]:
    """All series by name."""
    rows = db.session.execute(select(Series).order_by(Series.name)).scalars()
    return [SeriesCard(row.slug, row.name, row.description) for row in rows]


def places_with(words: str) -> list[tuple[str, str]]:
    """The pieces, at any version, authors and series that hold these words: name and desk address."""

    def holds(column: SQLColumnExpression[str]) -> ColumnElement[bool]:
        return column.contains(words, autoescape=True)

    held = or_(holds(PieceRevision.body), holds(cast(PieceRevision.fields, Text)))
    query = select(Piece.public_id, Piece.kind, PieceRevision.title).join(PieceRevision.piece).where(held)
    pieces = {row.public_id: row for row in db.session.execute(query.order_by(PieceRevision.version))}
    authors = db.session.scalars(select(Author).where(holds(Author.bio)).order_by(Author.name))
    all_series = db.session.scalars(select(Series).where(holds(Series.description)).order_by(Series.name))
    return [
        *((f"{row.kind} “{row.title}”", f"/desk/library/pieces/{row.public_id}") for row in pieces.values()),
        *((f"Author “{row.name}”", f"/desk/library/authors/{row.slug}") for row in authors),
        *((f"Series “{row.name}”", f"/desk/library/series/{row.slug}") for row in all_series),
    ]


def _versions() -> Select[PieceRevision]:
    return (
        select(PieceRevision)
        .join(PieceRevision.piece)
        .options(
            joinedload(PieceRevision.piece),
            joinedload(PieceRevision.author),
            joinedload(PieceRevision.series),
        )
    )


def _as_value(row: PieceRevision) -> PieceVersion:
    return PieceVersion(
        public_id=row.piece.public_id,
        version=row.version,
        newest_version=row.piece.version,
        kind=row.piece.kind,
        slug=row.piece.slug,
        title=row.title,
        body=row.body,
        fields=dict(row.fields),
        author_slug=row.author.slug if row.author else "",
        series_slug=row.series.slug if row.series else "",
        created_at=row.created_at,
    )
