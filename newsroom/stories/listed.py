"""Reads of the publication's list of companies, and of the stories that name one. Nothing here writes.

It shows no word of an original: which stories name a company is looked up in the index, verified where the
texts lie, and told by their titles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from newsroom.platform import search
from newsroom.platform.db import db
from newsroom.stories import queries
from newsroom.stories.models import ListedCompany, Story, StoryGlance
from newsroom.stories.redaction.disguises import Searcher, folded
from newsroom.stories.redaction.suggestions.house import Company

MOST_MENTIONS = 50
# Stories that the index offers for one name; a name that is a common word has more that do not mean it.
_MOST_CANDIDATES = 200
_PER_PAGE = 50


@dataclass(frozen=True)
class Page:
    """A page of the list."""

    items: tuple[ListedCompany, ...]
    page: int
    pages: int
    total: int

    @property
    def has_prev(self) -> bool:
        return self.page > 1

    @property
    def has_next(self) -> bool:
        return self.page < self.pages

    @property
    def prev_num(self) -> int:
        return self.page - 1

    @property
    def next_num(self) -> int:
        return self.page + 1


@dataclass(frozen=True)
class NamedIn:
    """A story that names a company."""

    public_id: str
    title: str
    verdict: str
    state: str
    submitted_at: datetime


@dataclass(frozen=True)
class Mentions:
    """The newest stories that name a company; `is_all` unless there may be more."""

    stories: tuple[NamedIn, ...]
    is_all: bool


def company(number: int) -> ListedCompany | None:
    """A company by its number; None where there is none."""
    return db.session.get(ListedCompany, number) if 0 < number < 2**31 else None


def page(words: str, number: int) -> Page:
    """The companies in whose names, domains, slogans or descriptor the words occur; all without words."""
    rows = db.session.scalars(select(ListedCompany).order_by(ListedCompany.key)).all()
    sought = folded(words)
    found = [row for row in rows if not sought or sought in folded(_said(row))]
    pages = max(1, -(-len(found) // _PER_PAGE))
    shown = min(max(number, 1), pages)
    first = (shown - 1) * _PER_PAGE
    return Page(tuple(found[first : first + _PER_PAGE]), shown, pages, len(found))


def _said(row: ListedCompany) -> str:
    return "\n".join((row.canonical, *row.aliases, *row.domains, *row.slogans, row.descriptor))


def count() -> int:
    """How many companies are listed."""
    return db.session.scalar(select(func.count()).select_from(ListedCompany)) or 0


def as_company(row: ListedCompany) -> Company:
    """A row as the value that the rest of the floor works with."""
    return Company(row.canonical, tuple(row.aliases), tuple(row.domains), tuple(row.slogans), row.descriptor)


def mentions(named: Company) -> Mentions:
    """The stories in whose original, printable text or told company one of its names or domains stands."""
    names = (*named.names, *named.domains)
    ids: dict[int, None] = {}
    for name in names:
        ids |= dict.fromkeys(search.found(queries.FOUND_AS, name, limit=_MOST_CANDIDATES))
    searcher = Searcher(names)
    newest = sorted(ids, reverse=True)
    found: list[NamedIn] = []
    for place in range(0, len(newest), MOST_MENTIONS):
        for row, glance in _stories(newest[place : place + MOST_MENTIONS]):
            if len(found) == MOST_MENTIONS:
                return Mentions(tuple(found), is_all=False)
            if next(searcher.sightings(_words(row)), None) is not None:
                found.append(_named_in(row, glance))
    return Mentions(tuple(found), is_all=len(ids) < _MOST_CANDIDATES)


def _stories(ids: Sequence[int]) -> list[tuple[Story, StoryGlance | None]]:
    query = (
        select(Story, StoryGlance)
        .outerjoin(StoryGlance, StoryGlance.story_id == Story.id)
        .where(Story.id.in_(ids))
        .order_by(Story.id.desc())
        .options(joinedload(Story.original), selectinload(Story.revisions))
    )
    return [(story, glance) for story, glance in db.session.execute(query)]


def _words(row: Story) -> str:
    newest = queries.newest_revision(row)
    title = newest.title if newest else ""
    return "\n".join((row.company, row.original.body, title, queries.text_of(row, newest)))


def _named_in(row: Story, glance: StoryGlance | None) -> NamedIn:
    # Its first words would be words of an original, which nobody sees without being recorded.
    title = (glance.title if glance else "") or f"{row.public_id}, without a title yet"
    return NamedIn(row.public_id, title, row.verdict, row.state, row.submitted_at)
