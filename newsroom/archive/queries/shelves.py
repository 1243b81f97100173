"""The shelves: stories by verdict, their lessons, authors, series, and the lists of one kind of piece."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_sqlalchemy.pagination import Pagination
from markupsafe import Markup

from newsroom.archive import agenda, lessons
from newsroom.archive.queries.changes import today
from newsroom.archive.queries.printed import (
    ARTICLE,
    CORRECTIONS,
    VERDICTS,
    SetPiece,
    Teaser,
    once,
    parts_of,
    set_pieces,
    teaser,
)
from newsroom.issues import queries as issues
from newsroom.issues.queries import Published
from newsroom.library import queries as library
from newsroom.library.queries import AuthorCard, SeriesCard
from newsroom.library.rules import by_stage
from newsroom.platform.markup import Dialect, to_html
from newsroom.stories.rules import BEHAVIOURS

PER_PAGE = 20


class Listed(Pagination):
    """A page of rows that were read already, for a list that comes from more than one table."""

    def _query_items(self) -> list[Any]:
        rows: list[Any] = self._query_args["rows"]
        return rows[self._query_offset : self._query_offset + self.per_page]

    def _query_count(self) -> int:
        return len(self._query_args["rows"])


@dataclass(frozen=True)
class Gone:
    """What is not on the web any more: its part in the series, and the words of its tombstone."""

    part: int | None
    words: str

    @classmethod
    def of(cls, piece: Published) -> Gone:
        """What a list says of a withdrawn piece, without its title."""
        assert piece.withdrawn_at is not None
        return cls(piece.part, issues.tombstone_words(piece.withdrawn_at, piece.withdrawn_because))


@dataclass(frozen=True)
class Shelf:
    """An author or a series, and their published articles."""

    slug: str
    name: str
    words: Markup
    pieces: tuple[Published, ...]


def stories(verdict: str, page: int) -> Pagination:
    """A page of teasers of stories, newest first, of one verdict when it is named."""
    kinds = tuple(kind for kind, its in VERDICTS.items() if verdict in ("", its))
    return _teasers(kinds, page)


@dataclass(frozen=True)
class SaidByReader:
    """What somebody said about the publication, as its page shows it."""

    html: Markup
    who: str
    role: str


def said_by_readers() -> list[SaidByReader]:
    """What readers said and allowed us to print, in its order."""
    return [
        SaidByReader(to_html(each.said.words, Dialect.STORY), each.said.who, each.said.role)
        for each in library.public_testimonials()
    ]


def story_counts() -> dict[str, int]:
    """How many stories of each verdict are published."""
    counted = issues.published_counts()
    return {verdict: counted.get(kind, 0) for kind, verdict in VERDICTS.items()}


def chapters() -> tuple[lessons.Chapter, ...]:
    """The takeaways of all published stories, by behaviour."""
    sources = [
        lessons.Source(piece.path, piece.title, VERDICTS[piece.kind], piece.section.note)
        for piece in issues.published(kind_names=tuple(VERDICTS))
    ]
    return lessons.chapters(sources, BEHAVIOURS)


def authors() -> list[Shelf]:
    """Everybody who wrote a published article, by name."""
    return _shelves(
        ((card.slug, card.name, card.bio) for card in library.authors()), lambda piece: piece.author_slug
    )


def all_series() -> list[Shelf]:
    """Every series of which something is published, by name."""
    return _shelves(
        ((card.slug, card.name, card.description) for card in library.all_series()),
        lambda piece: piece.series_slug,
    )


def _shelves(cards: Iterable[tuple[str, str, str]], shelf_of: Callable[[Published], str]) -> list[Shelf]:
    held: dict[str, list[Published]] = {}
    for piece in once(issues.published(kind_names=ARTICLE)):
        held.setdefault(shelf_of(piece), []).append(piece)
    return [
        Shelf(slug, name, to_html(words, Dialect.ARTICLE), tuple(held[slug]))
        for slug, name, words in cards
        if slug in held
    ]


def author(slug: str) -> tuple[AuthorCard, list[Teaser]] | None:
    """An author with their published articles, newest first; None for who has none."""
    card = library.author(slug)
    pieces = once(issues.published(kind_names=ARTICLE, author_slug=slug)) if card else []
    return (card, [teaser(piece) for piece in pieces]) if card and pieces else None


def was_removed(slug: str) -> bool:
    """Whether somebody of whom articles are published had a page at that address, and has none any more."""
    card = library.known_author(slug)
    return bool(card and card.is_removed and issues.published(kind_names=ARTICLE, author_slug=slug, limit=1))


def author_subjects() -> list[str]:
    """What the log calls the authors, removed ones too: the list of them changes when one goes."""
    return [f"author:{card.slug}" for card in (*library.authors(), *library.removed_authors())]


Stage = tuple[str, tuple[Teaser, ...]]


def series(slug: str) -> tuple[SeriesCard, tuple[Stage, ...], list[Gone]] | None:
    """A series with its published parts under its stages, and those taken out; None without any.

    Parts under no stage of the series come last, under no name.
    """
    card = library.series(slug)
    pieces = parts_of(slug) if card else []
    if card is None or not pieces:
        return None
    here = {piece.piece_id for piece in pieces}
    gone = [Gone.of(piece) for piece in issues.taken_out_of_series(slug) if piece.piece_id not in here]
    stages = by_stage(
        map(teaser, pieces),
        card.stages,
        lambda one: one.piece.section.value("stage"),
        lambda one: one.piece.part,
    )
    return card, stages, gone


def said_of_corrections(page: int) -> Pagination:
    """A page of everything that was corrected, the newest first: with a date, or by a section of an issue."""
    printed = issues.published(kind_names=CORRECTIONS)
    dated = [(given.at, given) for given in issues.corrections()]
    all_of_it = sorted([*dated, *((piece.published_at, piece) for piece in printed)], key=_at, reverse=True)
    found = Listed(page=page, per_page=PER_PAGE, error_out=False, rows=[each for _at, each in all_of_it])
    sections = [row for row in found.items if isinstance(row, Published)]
    setting = {row.piece_id: whole for row, whole in zip(sections, set_pieces(sections), strict=True)}
    found.items = [setting[row.piece_id] if isinstance(row, Published) else row for row in found.items]
    return found


def _at(told: tuple[datetime, Any]) -> datetime:
    return told[0]


def pieces(kind_names: tuple[str, ...], page: int) -> Pagination:
    """A page of pieces of some kinds, rendered, newest first."""
    found = issues.published_page(kind_names, page, PER_PAGE)
    found.items = set_pieces(found.items)
    return found


def dated(kind_names: tuple[str, ...]) -> tuple[list[SetPiece], list[SetPiece]]:
    """Pieces with a `when`: what is to come, the next one first, and what is past, the latest first."""
    found = once(issues.published(kind_names=kind_names))
    coming, past = agenda.parted(found, lambda piece: piece.section.value("when"), today())
    return set_pieces(coming), set_pieces(past)


def _teasers(kind_names: tuple[str, ...], page: int) -> Pagination:
    found = issues.published_page(kind_names, page, PER_PAGE)
    found.items = [teaser(piece) for piece in found.items]
    return found
