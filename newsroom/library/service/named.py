"""Writes to authors and series: what is said about them, version by version; removing an author."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from newsroom.accounts.service import audit
from newsroom.library import queries
from newsroom.library.events import author_removed, author_returned
from newsroom.library.models import Author, AuthorRevision, Series, SeriesRevision
from newsroom.library.rules import AuthorWords, SeriesWords
from newsroom.library.service.naming import existing_author, existing_series, free_slug
from newsroom.platform import clock
from newsroom.platform.db import db


class WordsConflict(Exception):
    """Somebody saved other words meanwhile; `theirs` are those, of version `version`."""

    def __init__(self, theirs: Any, version: int) -> None:
        self.theirs = theirs
        self.version = version
        super().__init__("Other words were saved meanwhile.")


class NameTaken(ValueError):
    """Another author or series is called so, or was; the sentence says what to do."""


class UnknownName(LookupError):
    """There is no author or series at that address."""


def add_author(words: AuthorWords, *, actor_id: int | None) -> str:
    """Make an author before their first article, and give their slug. Sent twice, it makes one.

    Raises NameTaken where somebody is, or was, called so.
    """
    known = existing_author(words.name)
    if known is not None:
        card = queries.known_author(known.slug)
        assert card is not None
        if card.words == words and not card.is_removed:
            return card.slug
        raise NameTaken(_taken_by(card))
    author = Author(name=words.name, slug=free_slug(Author, words.name), version=0, created_at=clock.now())
    try:
        with db.session.begin_nested():
            db.session.add(author)
    except IntegrityError:
        raise NameTaken(f"Somebody has just added {words.name}; look among the authors.") from None
    _write_author(author, words, actor_id)
    audit("author.added", f"author:{author.slug}", words.name)
    return author.slug


def save_author(
    slug: str, words: AuthorWords, *, base_version: int | None = None, actor_id: int | None = None
) -> int:
    """Save what is said about an author as a new version, and give its number; the same words make none.

    Their address stays, whatever they are called. `base_version` is the version that the editor started
    from: another one by now raises WordsConflict. Raises NameTaken, and UnknownName.
    """
    author = _author_held(slug)
    stored = AuthorWords(author.name, author.bio, author.picture)
    if words == stored:
        return author.version
    if base_version is not None and base_version != author.version:
        raise WordsConflict(stored, author.version)
    other = existing_author(words.name) if words.name != stored.name else author
    if other is not None and other.id != author.id:
        card = queries.known_author(other.slug)
        assert card is not None
        raise NameTaken(_taken_by(card))
    if author.version == 0:
        _write_author(author, stored, None)
    _write_author(author, words, actor_id)
    audit("author.described", f"author:{slug}", f"version {author.version}")
    return author.version


def describe_author(slug: str, bio: str) -> None:
    """Replace the few words that an author's page says about them, and nothing else."""
    author = _author_held(slug)
    save_author(slug, AuthorWords(author.name, bio, author.picture))


def _taken_by(card: queries.AuthorCard) -> str:
    if card.is_removed:
        return f"{card.name} was removed; put them back instead, or choose another name."
    return f"There is an author of this name, or who had it once: {card.name}. Choose another one."


def _write_author(author: Author, words: AuthorWords, actor_id: int | None) -> None:
    author.name, author.bio, author.picture = words.name, words.bio, words.picture
    author.version += 1
    db.session.add(
        AuthorRevision(
            author_id=author.id,
            version=author.version,
            name=words.name,
            bio=words.bio,
            picture=words.picture,
            created_at=clock.now(),
            created_by_id=actor_id,
        )
    )
    db.session.flush()


def _author_held(slug: str) -> Author:
    query = select(Author).where(Author.slug == slug).with_for_update()
    author = db.session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
    if author is None:
        raise UnknownName(slug)
    return author


# Removing


def remove_author(slug: str) -> list[str]:
    """Take an author off the shelf: their page is gone, no piece is offered their name, printed names stay.

    Gives the places that this changed, in words. It can be taken back.
    """
    author = _author_held(slug)
    if author.removed_at is not None:
        return []
    author.removed_at = clock.now()
    db.session.flush()
    audit("author.removed", f"author:{slug}", author.name)
    return _answers(author_removed.send(slug=slug, name=author.name))


def put_author_back(slug: str) -> list[str]:
    """Give a removed author their page back, with everything that was said on it."""
    author = _author_held(slug)
    if author.removed_at is None:
        return []
    author.removed_at = None
    db.session.flush()
    audit("author.put_back", f"author:{slug}", author.name)
    return _answers(author_returned.send(slug=slug, name=author.name))


def _answers(heard: Iterable[tuple[object, list[str]]]) -> list[str]:
    return [place for _, places in heard for place in places]


# Series


def save_series(
    slug: str, words: SeriesWords, *, base_version: int | None = None, actor_id: int | None = None
) -> int:
    """Save what is said about a series, and its stages, as a new version; as for an author."""
    series = _series_held(slug)
    stored = SeriesWords(series.name, series.description, tuple(series.stages or ()))
    if words == stored:
        return series.version
    if base_version is not None and base_version != series.version:
        raise WordsConflict(stored, series.version)
    other = existing_series(words.name) if words.name != stored.name else series
    if other is not None and other.id != series.id:
        raise NameTaken(
            f"There is a series of this name, or that had it once: {other.name}. Choose another one."
        )
    if series.version == 0:
        _write_series(series, stored, None)
    _write_series(series, words, actor_id)
    audit("series.described", f"series:{slug}", f"version {series.version}")
    return series.version


def describe_series(slug: str, description: str) -> None:
    """Replace the words at the head of a series' page, and nothing else."""
    card = queries.series(slug)
    if card is None:
        raise UnknownName(slug)
    save_series(slug, replace(card.words, description=description))


def _write_series(series: Series, words: SeriesWords, actor_id: int | None) -> None:
    series.name, series.description, series.stages = words.name, words.description, list(words.stages)
    series.version += 1
    db.session.add(
        SeriesRevision(
            series_id=series.id,
            version=series.version,
            name=words.name,
            description=words.description,
            stages=list(words.stages),
            created_at=clock.now(),
            created_by_id=actor_id,
        )
    )
    db.session.flush()


def _series_held(slug: str) -> Series:
    query = select(Series).where(Series.slug == slug).with_for_update()
    series = db.session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
    if series is None:
        raise UnknownName(slug)
    return series
