"""Whom and what a name in a piece means: the author or the series of that name, made where there is none."""

from __future__ import annotations

from sqlalchemy import select

from newsroom.library.models import Author, AuthorRevision, Piece, Series, SeriesRevision
from newsroom.platform import clock
from newsroom.platform.db import db
from newsroom.platform.text import slugify


def author_called(name: str) -> Author:
    """The author of that name, or whoever was called so before a change of name; made where there is nobody.

    A removed author is found as well: they are nobody else, and have no page until they are put back.
    """
    found = existing_author(name)
    if found is None:
        found = Author(name=name, slug=free_slug(Author, name), created_at=clock.now())
        db.session.add(found)
    return found


def existing_author(name: str) -> Author | None:
    """The author of that name now, or else whoever had it last."""
    author = db.session.execute(select(Author).where(Author.name == name)).scalar_one_or_none()
    if author is not None:
        return author
    once = select(Author).join(AuthorRevision, AuthorRevision.author_id == Author.id)
    once = once.where(AuthorRevision.name == name).order_by(AuthorRevision.id.desc()).limit(1)
    return db.session.scalars(once).one_or_none()


def series_called(name: str) -> Series:
    """The series of that name, or the one that was called so; made where there is none."""
    found = existing_series(name)
    if found is None:
        found = Series(name=name, slug=free_slug(Series, name), stages=[], created_at=clock.now())
        db.session.add(found)
    return found


def existing_series(name: str) -> Series | None:
    """The series of that name now, or else the one that had it last."""
    series = db.session.execute(select(Series).where(Series.name == name)).scalar_one_or_none()
    if series is not None:
        return series
    once = select(Series).join(SeriesRevision, SeriesRevision.series_id == Series.id)
    once = once.where(SeriesRevision.name == name).order_by(SeriesRevision.id.desc()).limit(1)
    return db.session.scalars(once).one_or_none()


def free_slug(table: type[Piece] | type[Author] | type[Series], words: str) -> str:
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
