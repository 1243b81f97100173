"""Reads of pieces: the newest version, a pinned one, lists of them, and where words stand in the library."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, Select, SQLColumnExpression, Text, cast, func, or_, select, tuple_
from sqlalchemy.orm import joinedload

from newsroom.library.models import Author, AuthorRevision, Piece, PieceRevision, Series, SeriesRevision
from newsroom.library.things import DOWNLOAD, TESTIMONIAL
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
    created_by_id: int | None = None
    retired_at: datetime | None = None


@dataclass(frozen=True)
class ShelfCard:
    """A piece as a shelf shows it, at its newest version and without its words."""

    public_id: str
    kind: str
    title: str
    fields: Mapping[str, str]
    series_slug: str
    created_at: datetime


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


def newest_pieces(
    kind: str = "",
    words: str = "",
    page: int = 1,
    per_page: int = 30,
    *,
    kinds: Collection[str] = (),
    retired: bool | None = None,
    none_of: Select[Any] | None = None,
) -> Pagination:
    """A page of newest versions, newest piece first, of one kind or with words in the title if given.

    `kinds` are the kinds that are asked for at all, `retired` says whether what was taken off the shelf is
    (None for both), and none of the pieces whose ids `none_of` gives is there.
    """
    query = _newest(kinds).order_by(Piece.id.desc())
    if kind:
        query = query.where(Piece.kind == kind)
    if words:
        query = query.where(PieceRevision.title.icontains(words, autoescape=True))
    if retired is not None:
        query = query.where(Piece.retired_at.is_not(None) if retired else Piece.retired_at.is_(None))
    if none_of is not None:
        query = query.where(Piece.public_id.not_in(none_of))
    found = db.paginate(query, page=min(page, LAST_PAGE), per_page=per_page, error_out=False)
    found.items = [_as_value(row) for row in found.items]
    return found


def on_shelf(kinds: Collection[str], limit: int = 30) -> list[ShelfCard]:
    """The newest pieces of these kinds that may be offered to an issue; nothing that was retired."""
    query = (
        select(
            Piece.public_id,
            Piece.kind,
            PieceRevision.title,
            PieceRevision.fields,
            func.coalesce(Series.slug, ""),
            Piece.created_at,
        )
        .join(PieceRevision, (PieceRevision.piece_id == Piece.id) & (PieceRevision.version == Piece.version))
        .outerjoin(Series, Series.id == PieceRevision.series_id)
        .where(Piece.kind.in_(kinds), Piece.retired_at.is_(None))
        .order_by(Piece.id.desc())
        .limit(limit)
    )
    return [ShelfCard(*row) for row in db.session.execute(query)]


def parts_of_series(slug: str) -> list[PieceVersion]:
    """The pieces whose newest version belongs to the series, oldest first; none that was retired."""
    query = _newest(()).where(Piece.retired_at.is_(None)).join(PieceRevision.series)
    return [
        _as_value(row)
        for row in db.session.execute(query.where(Series.slug == slug).order_by(Piece.id)).scalars()
    ]


def parts_taken() -> dict[str, list[str]]:
    """What stands in `part` of the pieces of each series, by the series' name; none of them retired."""
    query = _newest(()).where(Piece.retired_at.is_(None), PieceRevision.series_id.is_not(None))
    taken: dict[str, list[str]] = {}
    for row in db.session.execute(query).scalars():
        assert row.series is not None
        taken.setdefault(row.series.name, []).append(row.fields.get("part", ""))
    return taken


def pieces_by(author_slug: str) -> list[PieceVersion]:
    """The pieces whose newest version names the author, newest first."""
    query = _newest(()).join(PieceRevision.author).where(Author.slug == author_slug)
    return [_as_value(row) for row in db.session.execute(query.order_by(Piece.id.desc())).scalars()]


def newest_of(kind: str) -> list[PieceVersion]:
    """The newest versions of all pieces of a kind, newest piece first."""
    rows = db.session.execute(_newest((kind,)).order_by(Piece.id.desc())).scalars()
    return [_as_value(row) for row in rows]


def _newest(kinds: Collection[str]) -> Select[PieceRevision]:
    query = _versions().where(PieceRevision.version == Piece.version)
    return query.where(Piece.kind.in_(kinds)) if kinds else query


def revisions(public_id: str) -> list[PieceVersion]:
    """All versions of a piece, newest first."""
    query = _versions().where(Piece.public_id == public_id).order_by(PieceRevision.version.desc())
    return [_as_value(row) for row in db.session.execute(query).scalars()]


def kinds_in_use() -> list[str]:
    """The kinds of which there is a piece, by name."""
    return list(db.session.execute(select(Piece.kind).distinct().order_by(Piece.kind)).scalars())


def places_with(words: str) -> list[tuple[str, str]]:
    """The pieces, at any version, authors and series that hold these words: name and desk address."""

    def holds(column: SQLColumnExpression[str]) -> ColumnElement[bool]:
        return column.contains(words, autoescape=True)

    held = or_(holds(PieceRevision.body), holds(cast(PieceRevision.fields, Text)))
    query = select(Piece.public_id, Piece.kind, PieceRevision.title).join(PieceRevision.piece).where(held)
    pieces = {row.public_id: row for row in db.session.execute(query.order_by(PieceRevision.version))}
    about = or_(holds(Author.bio), Author.picture == words, Author.id.in_(_authors_once_with(words)))
    authors = db.session.scalars(select(Author).where(about).order_by(Author.name))
    told = or_(holds(Series.description), Series.id.in_(_series_once_with(words)))
    all_series = db.session.scalars(select(Series).where(told).order_by(Series.name))
    return [
        *((f"{row.kind} “{row.title}”", _desk_address(row.kind, row.public_id)) for row in pieces.values()),
        *((f"Author “{row.name}”", f"/desk/library/authors/{row.slug}") for row in authors),
        *((f"Series “{row.name}”", f"/desk/library/series/{row.slug}") for row in all_series),
    ]


_ROOMS = {TESTIMONIAL: "testimonials", DOWNLOAD: "downloads"}


def _desk_address(kind: str, public_id: str) -> str:
    """Where a piece is written at the desk."""
    return f"/desk/library/{_ROOMS.get(kind, 'pieces')}/{public_id}"


def _authors_once_with(words: str) -> Select[int]:
    """The authors of whom a version holds these words: it can be restored."""
    held = AuthorRevision.bio.contains(words, autoescape=True)
    return select(AuthorRevision.author_id).where(or_(held, AuthorRevision.picture == words))


def _series_once_with(words: str) -> Select[int]:
    held = SeriesRevision.description.contains(words, autoescape=True)
    return select(SeriesRevision.series_id).where(held)


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
        # Whoever was removed has no page: the name stays in print, and leads nowhere.
        author_slug=row.author.slug if row.author and row.author.removed_at is None else "",
        series_slug=row.series.slug if row.series else "",
        created_at=row.created_at,
        created_by_id=row.created_by_id,
        retired_at=row.piece.retired_at,
    )
