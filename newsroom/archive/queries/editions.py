"""Sent issues: the front page, the list of all, and the web edition of one as it may be read today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Protocol

from markupsafe import Markup

from newsroom.archive.queries.printed import VERDICTS, Teaser, corrections_of, teaser
from newsroom.issues import queries as issues
from newsroom.issues import render
from newsroom.issues.queries import Published, Withdrawal

FRONT_PAGE_ISSUES = 12


@dataclass(frozen=True)
class IssueRow:
    """A sent issue in a list."""

    number: int
    issue_on: date
    subject: str
    preheader: str
    corrected: bool = False


@dataclass(frozen=True)
class IssuePage:
    """The web edition of an issue and what stands around it."""

    issue: IssueRow
    fragment: Markup
    text: str
    previous: IssueRow | None
    following: IssueRow | None
    corrections: tuple[Published, ...]
    sent_at: datetime


@dataclass(frozen=True)
class Year:
    """The issues of a year, newest first."""

    year: int
    issues: tuple[IssueRow, ...]

    @property
    def issue_count(self) -> int:
        """How many there were."""
        return len(self.issues)


@dataclass(frozen=True)
class FrontPage:
    """The newest issue with its contents and its column, and the issues before it."""

    newest: IssueRow | None
    contents: tuple[render.ContentsRow, ...]
    column: tuple[Teaser, ...]
    back_issues: tuple[Year, ...]
    sent_count: int


def front_page() -> FrontPage:
    """What the front page shows; hardly anything before the first issue is sent."""
    rows = issues.sent_issues(limit=FRONT_PAGE_ISSUES + 1)
    found = issues.published_issue(rows[0].number) if rows else None
    if found is None:
        return FrontPage(None, (), (), (), 0)
    newest = _row(found[0])
    column = [teaser(piece) for piece in issues.published(kind_names=tuple(VERDICTS), limit=6)]
    own = [each for each in column if each.piece.issue_number == newest.number]
    return FrontPage(
        newest=newest,
        contents=render.contents(issues.frozen_document(found[1])),
        column=tuple(own or column[:2]),
        back_issues=by_year(map(_row, rows[1:])),
        sent_count=issues.sent_count(),
    )


def sent_issues() -> tuple[Year, ...]:
    """Every sent issue, by year, newest first."""
    return by_year(map(_row, issues.sent_issues()))


def by_year(rows: Iterable[IssueRow]) -> tuple[Year, ...]:
    """Issues that come newest first, in their years."""
    return tuple(Year(year, tuple(group)) for year, group in groupby(rows, key=lambda row: row.issue_on.year))


def issue_page(number: int) -> IssuePage | None:
    """A sent issue as it may be read today; None for any other number."""
    found = issues.published_issue(number)
    if found is None or found[0].sent_at is None:
        return None
    row, record = found
    fragment, text = as_it_reads_now(record, issues.withdrawals().values())
    corrections = [given.correction for given in issues.corrections_in([number])]
    before, after = issues.sent_neighbours(number)
    return IssuePage(
        issue=_row(row),
        fragment=render.corrected_web(fragment, corrections),
        text=render.corrected_text(text, corrections),
        previous=_row(before) if before else None,
        following=_row(after) if after else None,
        corrections=corrections_of(number),
        sent_at=row.sent_at or record.frozen_at,
    )


def as_it_reads_now(record: Any, gone: Iterable[Withdrawal]) -> tuple[str, str]:
    """The frozen web page and text edition; set anew only where they hold what was withdrawn since."""
    if not any(one.is_in(record.web_fragment) for one in gone):
        return record.web_fragment, record.text_edition
    whole = issues.frozen_document(record)
    return render.web_fragment(whole, ""), render.text_edition(whole, issues.base_url())


class Sent(Protocol):
    """An issue as the floor of issues gives it; its tables are not for this one."""

    number: Any
    issue_on: Any
    subject: Any
    preheader: Any
    sent_at: Any
    corrected: Any


def _row(row: Sent) -> IssueRow:
    return IssueRow(row.number, row.issue_on, row.subject, row.preheader, row.corrected)
