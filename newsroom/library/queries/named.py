"""Reads of authors and series: who and what pieces name, with every version of what is said about them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy import or_, select

from newsroom.library.models import Author, AuthorRevision, Series, SeriesRevision
from newsroom.library.rules import AuthorWords, SeriesWords
from newsroom.platform.db import db

Words = TypeVar("Words")


@dataclass(frozen=True)
class AuthorCard:
    """An author as their page shows them; one who was removed has no page."""

    slug: str
    name: str
    bio: str
    picture: str = ""
    version: int = 0
    is_removed: bool = False

    @property
    def words(self) -> AuthorWords:
        """What is said about them, as a version keeps it."""
        return AuthorWords(self.name, self.bio, self.picture)


@dataclass(frozen=True)
class SeriesCard:
    """A series as its page shows it."""

    slug: str
    name: str
    description: str
    stages: tuple[str, ...] = ()
    version: int = 0

    @property
    def words(self) -> SeriesWords:
        """What is said about it, as a version keeps it."""
        return SeriesWords(self.name, self.description, self.stages)


@dataclass(frozen=True)
class WordsVersion(Generic[Words]):
    """One version of what is said about an author, a series or a thing, and who wrote it when."""

    version: int
    words: Words
    created_at: datetime
    created_by_id: int | None


def author(slug: str) -> AuthorCard | None:
    """The author with that slug; None for one who was removed."""
    card = known_author(slug)
    return None if card is None or card.is_removed else card


def known_author(slug: str) -> AuthorCard | None:
    """The author with that slug, removed or not."""
    row = db.session.execute(select(Author).where(Author.slug == slug)).scalar_one_or_none()
    return _author(row) if row else None


def authors() -> list[AuthorCard]:
    """All authors by name, without those who were removed."""
    rows = db.session.scalars(select(Author).where(Author.removed_at.is_(None)).order_by(Author.name))
    return [_author(row) for row in rows]


def removed_authors() -> list[AuthorCard]:
    """The authors who were removed, by name."""
    rows = db.session.scalars(select(Author).where(Author.removed_at.is_not(None)).order_by(Author.name))
    return [_author(row) for row in rows]


def removed_among(names: Collection[str]) -> frozenset[str]:
    """Which of these names, as they were ever printed, belong to authors who were removed."""
    query = (
        select(Author.name, AuthorRevision.name)
        .outerjoin(AuthorRevision, AuthorRevision.author_id == Author.id)
        .where(Author.removed_at.is_not(None))
        .where(or_(Author.name.in_(names), AuthorRevision.name.in_(names)))
    )
    found = {name for pair in db.session.execute(query) for name in pair} if names else set()
    kept = set(db.session.scalars(select(Author.name).where(Author.removed_at.is_(None)))) if found else set()
    return frozenset((found & set(names)) - kept)


def author_versions(slug: str) -> list[WordsVersion[AuthorWords]]:
    """All versions of what is said about an author, newest first."""
    query = select(AuthorRevision).join(Author, Author.id == AuthorRevision.author_id)
    rows = db.session.scalars(query.where(Author.slug == slug).order_by(AuthorRevision.version.desc()))
    return [
        WordsVersion(
            row.version, AuthorWords(row.name, row.bio, row.picture), row.created_at, row.created_by_id
        )
        for row in rows
    ]


def series(slug: str) -> SeriesCard | None:
    """The series with that slug."""
    row = db.session.execute(select(Series).where(Series.slug == slug)).scalar_one_or_none()
    return _series(row) if row else None


def all_series() -> list[SeriesCard]:
    """All series by name."""
    rows = db.session.execute(select(Series).order_by(Series.name)).scalars()
    return [_series(row) for row in rows]


def series_versions(slug: str) -> list[WordsVersion[SeriesWords]]:
    """All versions of what is said about a series, newest first."""
    query = select(SeriesRevision).join(Series, Series.id == SeriesRevision.series_id)
    rows = db.session.scalars(query.where(Series.slug == slug).order_by(SeriesRevision.version.desc()))
    return [
        WordsVersion(
            row.version,
            SeriesWords(row.name, row.description, tuple(row.stages)),
            row.created_at,
            row.created_by_id,
        )
        for row in rows
    ]


def _author(row: Author) -> AuthorCard:
    removed = row.removed_at is not None
    return AuthorCard(row.slug, row.name, row.bio, row.picture, row.version, removed)


def _series(row: Series) -> SeriesCard:
    return SeriesCard(row.slug, row.name, row.description, tuple(row.stages or ()), row.version)
