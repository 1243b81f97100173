"""What the desk's first page says, gathered from all floors. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from newsroom.delivery import queries as deliveries
from newsroom.delivery.queries import Plan, Status
from newsroom.issues import queries as issues
from newsroom.issues.events import notices_sought
from newsroom.office import rules
from newsroom.office.rules import DueIssue, Question
from newsroom.platform import clock
from newsroom.publication.queries import publication
from newsroom.stories import queries as stories
from newsroom.stories.rules import DESK_WORDS, State, age


@dataclass(frozen=True)
class WaitingRow:
    """How many stories are in a state, and how long the longest-waiting one has been there."""

    state: str
    label: str
    count: int
    oldest: str


@dataclass(frozen=True)
class LastIssue:
    """The newest sent issue and what became of its letters; no status where none were sent by us."""

    number: int
    subject: str
    sent_on: date
    status: Status | None


@dataclass(frozen=True)
class Due:
    """Everything on the desk's first page that concerns the publication."""

    issues: tuple[DueIssue, ...]
    next_number: int
    next_on: date
    waiting: tuple[WaitingRow, ...]
    new_story_count: int
    runway: str
    running: tuple[Status, ...]
    plans: tuple[Plan, ...]
    questions: tuple[Question, ...]
    last: LastIssue | None


def due() -> Due:
    """What is due now."""
    today = clock.today(publication().time_zone)
    waiting = stories.waiting()
    ready = {row.verdict: row.count for row in waiting if row.state == State.READY}
    number, issue_on = issues.next_number_and_date()
    return Due(
        issues=tuple(
            DueIssue(row.number, row.subject, row.issue_on, row.state, (row.issue_on - today).days)
            for row in issues.unsent_issues()
        ),
        next_number=number,
        next_on=issue_on,
        waiting=_rows(waiting),
        new_story_count=sum(row.count for row in waiting if row.state == State.RECEIVED),
        runway=rules.runway(ready.get("up", 0), ready.get("down", 0)),
        running=tuple(
            deliveries.status(row) for row in deliveries.dispatches() if row.state in rules.RUNNING
        ),
        plans=tuple(deliveries.open_plans()),
        questions=tuple(_questions()),
        last=_last_issue(),
    )


def _questions() -> Iterator[Question]:
    """What went wrong with an hour that was set, as delivery tells it of each issue that is to go out."""
    for issue in issues.unsent_issues():
        for _, found in notices_sought.send(number=issue.number, state=issue.state):
            for notice in found:
                if notice.kind == "warning":
                    yield Question(issue.number, _about(issue.number, notice.words), is_asked=notice.asks)


def _about(number: int, words: str) -> str:
    """The words with the issue's number, where they do not say it themselves."""
    return words if words.startswith(f"Issue {number} ") else f"Issue {number}: {words}"


def _rows(waiting: list[stories.Waiting]) -> tuple[WaitingRow, ...]:
    counts: dict[State, int] = {}
    since: dict[State, datetime] = {}
    for row in waiting:
        counts[row.state] = counts.get(row.state, 0) + row.count
        since[row.state] = min(row.since, since.get(row.state, row.since))
    return tuple(
        WaitingRow(state, DESK_WORDS[state], counts[state], age(clock.now() - since[state]))
        for state in rules.PIPELINE
        if state in counts
    )


def _last_issue() -> LastIssue | None:
    rows = issues.sent_issues(limit=1)
    if not rows or rows[0].sent_at is None:
        return None
    row, sent_at = rows[0], rows[0].sent_at
    dispatch = deliveries.dispatch_of(row.number)
    return LastIssue(
        number=row.number,
        subject=row.subject,
        sent_on=sent_at.astimezone(ZoneInfo(publication().time_zone)).date(),
        status=deliveries.status(dispatch) if dispatch else None,
    )
