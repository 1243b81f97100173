"""Reads of issues as rows: by number, by state, what comes next, who approved."""

from __future__ import annotations

from datetime import date, datetime

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, Select, SQLColumnExpression, Text, cast, func, or_, select
from sqlalchemy.orm import selectinload

from newsroom.issues import rules
from newsroom.issues.models import Approval, Issue, PublishedPiece, Section, Waiver
from newsroom.platform import clock
from newsroom.platform.db import db
from newsroom.publication.queries import publication

# Nobody turns so many pages; beyond, the offset would not fit the database's integers.
LAST_PAGE = 1_000_000


def issue(number: int) -> Issue | None:
    """The issue with that number, its sections loaded; None where there is none."""
    if not may_be_a_number(number):
        return None
    query = select(Issue).where(Issue.number == number).options(selectinload(Issue.sections))
    return db.session.execute(query).scalar_one_or_none()


def issue_by_id(issue_id: int) -> Issue | None:
    """The issue that a job is about; None where there is none."""
    return db.session.get(Issue, issue_id)


def head(row: Issue) -> rules.Head:
    """What stands at the head of an issue now."""
    return rules.Head(row.issue_on, row.subject, row.preheader)


def may_be_a_number(number: int) -> bool:
    """Whether an issue could have that number; beyond, a database would refuse to look for it."""
    return 0 < number <= rules.LARGEST_NUMBER


def all_issues(page: int = 1, per_page: int = 30) -> Pagination:
    """A page of issues in every state, highest number first."""
    query = select(Issue).order_by(Issue.number.desc())
    return db.paginate(query, page=min(page, LAST_PAGE), per_page=per_page, error_out=False)


def every_issue() -> list[Issue]:
    """All issues in every state, highest number first."""
    return list(db.session.execute(select(Issue).order_by(Issue.number.desc())).scalars())


def unsent_issues() -> list[Issue]:
    """Issues that are being prepared, approved or going out, lowest number first."""
    states = (rules.DRAFTING, rules.IN_REVIEW, rules.APPROVED, rules.SCHEDULED, rules.GOING_OUT)
    query = select(Issue).where(Issue.state.in_(states)).order_by(Issue.number)
    return list(db.session.execute(query).scalars())


def holder_of(piece_id: str) -> Section | None:
    """The section of the newest issue that holds this piece or story; what was given up holds nothing."""
    query = (
        select(Section)
        .join(Section.issue)
        .where(Section.piece_id == piece_id, Issue.state != rules.CANCELLED)
        .order_by(Issue.number.desc())
        .limit(1)
    )
    return db.session.scalars(query).one_or_none()


def sent_issues(limit: int | None = None) -> list[Issue]:
    """All sent issues, highest number first, or so many of them."""
    query = _sent().order_by(Issue.number.desc()).limit(limit)
    return list(db.session.execute(query).scalars())


def sent_neighbours(number: int) -> tuple[Issue | None, Issue | None]:
    """The sent issues before and after a number."""
    before = _sent().where(Issue.number < number).order_by(Issue.number.desc()).limit(1)
    after = _sent().where(Issue.number > number).order_by(Issue.number).limit(1)
    return db.session.scalars(before).one_or_none(), db.session.scalars(after).one_or_none()


def _sent() -> Select[Issue]:
    return select(Issue).where(Issue.state == rules.SENT)


def sent_numbers() -> frozenset[int]:
    """The numbers of all sent issues."""
    return frozenset(db.session.execute(select(Issue.number).where(Issue.state == rules.SENT)).scalars())


def known_numbers() -> frozenset[int]:
    """The numbers of all issues there are, in whatever state."""
    return frozenset(db.session.execute(select(Issue.number)).scalars())


def sent_count() -> int:
    """How many issues were sent."""
    query = select(func.count()).select_from(Issue).where(Issue.state == rules.SENT)
    return db.session.execute(query).scalar_one()


def first_sent_at() -> datetime | None:
    """When the first issue went out; None before it did."""
    return db.session.scalar(select(func.min(Issue.sent_at)).where(Issue.state == rules.SENT))


def next_number_and_date() -> tuple[int, date]:
    """What the cadence says the next issue is called and when it is due."""
    settings = publication()
    last = db.session.execute(
        select(Issue.number, Issue.issue_on).order_by(Issue.number.desc()).limit(1)
    ).first()
    previous = (last[0], last[1]) if last else None
    return rules.next_issue(previous, settings.cadence_days, clock.today(settings.time_zone))


def live_approval(row: Issue, content_hash: str) -> Approval | None:
    """The newest approval that is not void and was given to exactly this content."""
    query = (
        select(Approval)
        .where(Approval.issue_id == row.id, Approval.voided_at.is_(None))
        .where(Approval.content_hash == content_hash)
        .order_by(Approval.id.desc())
        .limit(1)
    )
    return db.session.execute(query).scalar_one_or_none()


def approvals(row: Issue) -> list[Approval]:
    """Every approval that was ever given to the issue, the newest first, void or not."""
    query = select(Approval).where(Approval.issue_id == row.id).order_by(Approval.id.desc())
    return list(db.session.scalars(query))


def waivers(row: Issue) -> dict[str, Waiver]:
    """The warnings of the issue that a publisher let pass, by the marks of their findings."""
    query = select(Waiver).where(Waiver.issue_id == row.id).order_by(Waiver.id)
    return {waiver.finding: waiver for waiver in db.session.execute(query).scalars()}


def places_with(words: str) -> list[tuple[str, str]]:
    """The issues that hold these words in a section of their own, or printed them: name and desk address."""

    def holds(column: SQLColumnExpression[str]) -> ColumnElement[bool]:
        return column.contains(words, autoescape=True)

    written = or_(holds(Section.body), holds(cast(Section.fields, Text)))
    printed = holds(cast(PublishedPiece.section, Text))
    numbers = {
        *db.session.scalars(select(Issue.number).join(Issue.sections).where(written)),
        *db.session.scalars(select(Issue.number).join(PublishedPiece.issue).where(printed)),
    }
    return [(f"Issue {number}", f"/desk/issues/{number}") for number in sorted(numbers)]
