"""Reads of what is published: frozen records and published pieces, and nothing newer than them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from newsroom.issues import kinds, rules
from newsroom.issues.document import Section
from newsroom.issues.models import FrozenIssue, Issue, IssueCorrection, PublishedPiece
from newsroom.issues.queries.rows import LAST_PAGE, issue, may_be_a_number
from newsroom.platform import clock
from newsroom.platform.db import db
from newsroom.publication.queries import publication


@dataclass(frozen=True)
class Published:
    """A section of a sent issue, as the archive shows it: frozen words, no newer ones."""

    issue_number: int
    issue_on: date
    position: int
    kind: str
    piece_id: str
    slug: str
    title: str
    author_slug: str
    series_slug: str
    part: int | None
    section: Section
    published_at: datetime
    withdrawn_at: datetime | None
    withdrawn_because: str = ""

    @property
    def is_story(self) -> bool:
        """Whether it prints what a reader told; its author may take it back at any time."""
        return kinds.kind_of(self.kind).source == "story"

    @property
    def path(self) -> str:
        """The site-relative address of the piece's own page, or its place in the issue where it has none."""
        kind = kinds.kind_of(self.kind)
        if kind.source == "story":
            return f"/stories/{self.piece_id}-{self.slug}"
        if self.kind == "Article":
            return f"/articles/{self.slug}"
        return f"/issues/{self.issue_number}#{self.piece_id}"


def newest_published_issues(limit: int) -> list[tuple[Issue, FrozenIssue]]:
    """The newest sent issues with their frozen records, in one read."""
    query = (
        select(Issue, FrozenIssue)
        .join(FrozenIssue, FrozenIssue.issue_id == Issue.id)
        .where(Issue.state == rules.SENT)
        .order_by(Issue.number.desc())
        .limit(limit)
    )
    return [(row, record) for row, record in db.session.execute(query)]


def frozen(number: int) -> FrozenIssue | None:
    """What sending froze of an issue; None where it was not sent or is not known."""
    if not may_be_a_number(number):
        return None
    query = select(FrozenIssue).join(Issue, Issue.id == FrozenIssue.issue_id).where(Issue.number == number)
    return db.session.execute(query).scalar_one_or_none()


def published_issue(number: int) -> tuple[Issue, FrozenIssue] | None:
    """A sent issue with its frozen record; None for any other number."""
    row = issue(number)
    record = frozen(number) if row and row.state == rules.SENT else None
    return (row, record) if row and record else None


def published(
    *,
    kind_names: tuple[str, ...] = (),
    author_slug: str = "",
    series_slug: str = "",
    limit: int | None = None,
) -> list[Published]:
    """Published pieces that were not withdrawn, newest issue first."""
    query = _published().where(PublishedPiece.withdrawn_at.is_(None))
    if kind_names:
        query = query.where(PublishedPiece.kind.in_(kind_names))
    if author_slug:
        query = query.where(PublishedPiece.author_slug == author_slug)
    if series_slug:
        query = query.where(PublishedPiece.series_slug == series_slug)
    return [as_published(row) for row in db.session.execute(query.limit(limit)).scalars()]


def published_page(kind_names: tuple[str, ...], page: int, per_page: int) -> Pagination:
    """A page of `published` of some kinds, each piece once, at its newest printing."""
    newest = select(func.max(PublishedPiece.id)).group_by(PublishedPiece.piece_id)
    query = _published().where(
        PublishedPiece.withdrawn_at.is_(None),
        PublishedPiece.kind.in_(kind_names),
        PublishedPiece.id.in_(newest),
    )
    found = db.paginate(query, page=min(page, LAST_PAGE), per_page=per_page, error_out=False)
    found.items = [as_published(row) for row in found.items]
    return found


def published_counts() -> dict[str, int]:
    """How many pieces of each kind are published and not withdrawn; a kind without any is not there."""
    query = (
        select(PublishedPiece.kind, func.count(PublishedPiece.piece_id.distinct()))
        .where(PublishedPiece.withdrawn_at.is_(None))
        .group_by(PublishedPiece.kind)
    )
    return {key: value for key, value in db.session.execute(query)}  # noqa: C416 - rows become pairs.


def issues_that_printed(public_id: str) -> list[int]:
    """The numbers of the published issues that hold a piece."""
    query = select(Issue.number).join(PublishedPiece, PublishedPiece.issue_id == Issue.id)
    return list(db.session.execute(query.where(PublishedPiece.piece_id == public_id)).scalars())


def withdrawn_titles(number: int) -> list[str]:
    """What of a published issue was taken back since, by its title, as far as that is still known."""
    query = select(PublishedPiece.title).join(PublishedPiece.issue)
    withdrawn = query.where(Issue.number == number, PublishedPiece.withdrawn_at.is_not(None))
    titles = db.session.execute(withdrawn.order_by(PublishedPiece.position)).scalars()
    return [title or "a story that was destroyed" for title in titles]


@dataclass(frozen=True)
class Withdrawal:
    """A published piece that is off the web: since when and why, and where it stood."""

    piece_id: str
    kind: str
    slug: str
    at: datetime
    because: str

    @property
    def path(self) -> str:
        """How the address of its own page begins; empty where it had none."""
        if kinds.kind_of(self.kind).source == "story":
            return f"/stories/{self.piece_id}-"
        return f"/articles/{self.slug}" if self.kind == "Article" and self.slug else ""

    def leads_here(self, path: str) -> bool:
        """Whether a link to this path leads to it."""
        if self.path.startswith("/articles/"):
            return path == self.path
        return bool(self.path) and path.startswith(self.path)

    def is_in(self, fragment: str) -> bool:
        """Whether a page holds it, or a link to it."""
        is_linked = self.path.startswith("/articles/") and f'{self.path}"' in fragment
        return self.piece_id in fragment or is_linked


def withdrawals() -> dict[str, Withdrawal]:
    """The published pieces that are off the web, by their public ids."""
    query = select(PublishedPiece).where(PublishedPiece.withdrawn_at.is_not(None)).order_by(PublishedPiece.id)
    rows = db.session.execute(query).scalars()
    return {
        row.piece_id: Withdrawal(row.piece_id, row.kind, row.slug, row.withdrawn_at, row.withdrawn_because)
        for row in rows
        if row.withdrawn_at is not None
    }


def returned() -> dict[str, datetime]:
    """When each piece that was off the web was last put back, by its public id."""
    query = select(PublishedPiece.piece_id, PublishedPiece.returned_at).where(
        PublishedPiece.returned_at.is_not(None)
    )
    return {public_id: at for public_id, at in db.session.execute(query) if at is not None}


def printed_in(number: int) -> list[Published]:
    """Everything that a sent issue printed, in its order, withdrawn or not."""
    query = _published().where(Issue.number == number)
    return [as_published(row) for row in db.session.execute(query).scalars()]


def taken_out_of_series(series_slug: str) -> list[Published]:
    """The parts of a series that are off the web, each once, in their order."""
    query = _published().where(
        PublishedPiece.series_slug == series_slug, PublishedPiece.withdrawn_at.is_not(None)
    )
    newest: dict[str, Published] = {}
    for row in db.session.execute(query).scalars():
        newest.setdefault(row.piece_id, as_published(row))
    return sorted(newest.values(), key=lambda piece: (piece.part or 10**6, piece.issue_number))


def tombstone_words(withdrawn_at: datetime, because: str) -> str:
    """What a page says in place of a piece that is off the web."""
    day = withdrawn_at.astimezone(ZoneInfo(publication().time_zone)).date()
    return rules.tombstone_words(because, clock.long_date(day))


def archive_changed_at() -> datetime | None:
    """When something was last published, withdrawn, put back or corrected; None before the first issue."""
    latest = (
        select(func.max(Issue.sent_at)).where(Issue.state == rules.SENT),
        select(func.max(PublishedPiece.withdrawn_at)),
        select(func.max(PublishedPiece.returned_at)),
        select(func.max(IssueCorrection.at)),
    )
    times = [db.session.scalar(query) for query in latest]
    return max((at for at in times if at is not None), default=None)


def published_article(slug: str) -> Published | None:
    """The newest printing of the article with that slug."""
    query = _published().where(PublishedPiece.kind == "Article", PublishedPiece.slug == slug)
    row = db.session.execute(query.limit(1)).scalar_one_or_none()
    return as_published(row) if row else None


def published_story(public_id: str) -> Published | None:
    """The newest printing of a story, withdrawn or not: a withdrawn one leaves a dated tombstone."""
    query = _published().where(PublishedPiece.piece_id == public_id)
    row = db.session.execute(query.limit(1)).scalar_one_or_none()
    return as_published(row) if row else None


def _published() -> Select[PublishedPiece]:
    return (
        select(PublishedPiece)
        .join(PublishedPiece.issue)
        .options(joinedload(PublishedPiece.issue))
        .order_by(Issue.number.desc(), PublishedPiece.position)
    )


def as_published(row: PublishedPiece) -> Published:
    """The value of a row whose issue is loaded."""
    return Published(
        issue_number=row.issue.number,
        issue_on=row.issue.issue_on,
        position=row.position,
        kind=row.kind,
        piece_id=row.piece_id,
        slug=row.slug,
        title=row.title,
        author_slug=row.author_slug,
        series_slug=row.series_slug,
        part=row.part,
        section=Section(**row.section),
        published_at=row.published_at,
        withdrawn_at=row.withdrawn_at,
        withdrawn_because=row.withdrawn_because,
    )
