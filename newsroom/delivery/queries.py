"""Every read about dispatches and their ledger; nothing here writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import false, func, select

from newsroom.accounts import queries as accounts
from newsroom.delivery import rules, tallies, timing
from newsroom.delivery.judging import Kind
from newsroom.delivery.models import Bounce, Delivery, Dispatch, Schedule
from newsroom.delivery.rules import (
    CLOSED,
    DELIVERY_LABELS,
    OPEN,
    OPEN_SCHEDULES,
    SCHEDULE_LABELS,
    SENDING,
    WAITING,
)
from newsroom.platform import clock
from newsroom.platform.db import db
from newsroom.publication.queries import publication
from newsroom.subscribers import queries as subscribers

_RATE_WINDOW = timedelta(seconds=30)
# A page number beyond what a database can count to is no page.
_MOST_PAGES = 1_000_000


@dataclass(frozen=True)
class Status:
    """Where a dispatch stands.

    `rate` is letters a second in the last half minute, 0 unless it is sending; `remaining` is a duration.
    Since `shrunk_at` its letters are counted and not named any more.
    """

    number: int
    state: str
    reason: str
    audience: int
    counts: dict[str, int]
    rate: float
    remaining: timedelta | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    shrunk_at: datetime | None = None

    @property
    def done(self) -> int:
        """Rows with which nothing more happens by itself."""
        return sum(self.counts[state] for state in CLOSED)

    @property
    def open(self) -> int:
        """Rows that are still to be dealt with."""
        return sum(self.counts[state] for state in OPEN)


@dataclass(frozen=True)
class LedgerRow:
    """One delivery for a person to read.

    `address` is masked, and None once its subscriber was erased; `page_id` leads to the subscriber’s page,
    where an address may be seen in full, and is given where a person has to decide.
    """

    subscriber_id: int
    address: str | None
    page_id: str | None
    state: str
    attempt_count: int
    reply: str
    next_attempt_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True)
class CameBack:
    """One bounce or complaint for a person to read.

    `address` is masked, and None once its subscriber was erased. `status` is an enhanced status (RFC 3463),
    empty for a complaint; `said` is the server's own words without addresses.
    """

    subscriber_id: int
    address: str | None
    kind: str
    status: str
    said: str
    source: str
    at: datetime


@dataclass(frozen=True)
class Plan:
    """A schedule for a person to read: when an issue goes out, to how many, who set it, what became of it."""

    number: int
    state: str
    send_at: datetime
    zone: str
    is_undo_time: bool
    recipient_count: int
    requested_by: str
    requested_at: datetime
    reason: str

    @property
    def label(self) -> str:
        """Its state in words."""
        return SCHEDULE_LABELS[self.state]

    @property
    def is_open(self) -> bool:
        """Whether it waits, or asks what to do."""
        return self.state in OPEN_SCHEDULES

    @property
    def when(self) -> str:
        """Day, hour and zone in words."""
        return timing.words(self.send_at, self.zone)

    @property
    def when_in_utc(self) -> str:
        """The same instant in UTC."""
        return timing.words_in_utc(self.send_at, self.zone)

    @property
    def left(self) -> timedelta:
        """How long it is until then; nothing when the hour has come."""
        return max(timedelta(), self.send_at - clock.now())

    @property
    def countdown(self) -> str:
        """The same as a clock shows it."""
        return timing.countdown(self.left)

    @property
    def left_in_words(self) -> str:
        """The same, rounded, as somebody says it."""
        return timing.in_words(self.left)


def last_schedule(number: int) -> Schedule | None:
    """The newest schedule of an issue, in whatever state; None where it never had one."""
    query = select(Schedule).where(Schedule.issue_number == number).order_by(Schedule.id.desc()).limit(1)
    return db.session.scalars(query).one_or_none()


def plan(number: int) -> Plan | None:
    """The newest schedule of an issue for a person to read."""
    row = last_schedule(number)
    return _plan(row) if row is not None else None


def open_plans() -> list[Plan]:
    """Every schedule that waits or asks, the earliest first."""
    query = select(Schedule).where(Schedule.state.in_(OPEN_SCHEDULES))
    return [_plan(row) for row in db.session.scalars(query.order_by(Schedule.send_at, Schedule.id))]


def is_overdue(found: Plan) -> bool:
    """Whether its hour has come and no worker has taken it up yet."""
    return found.state == WAITING and not found.left


def _plan(row: Schedule) -> Plan:
    planner = accounts.staff_member(row.requested_by_id) if row.requested_by_id else None
    return Plan(
        number=row.issue_number,
        state=row.state,
        send_at=row.send_at,
        zone=row.zone,
        is_undo_time=row.is_undo_time,
        recipient_count=row.recipient_count,
        requested_by=planner.name if planner else "Somebody at the terminal",
        requested_at=row.requested_at,
        reason=row.reason,
    )


def dispatch_of(number: int) -> Dispatch | None:
    """The dispatch of an issue; None where there is none."""
    return db.session.execute(select(Dispatch).where(Dispatch.issue_number == number)).scalar_one_or_none()


def dispatches() -> list[Dispatch]:
    """All dispatches, newest first."""
    return list(db.session.execute(select(Dispatch).order_by(Dispatch.id.desc())).scalars())


def statuses(rows: Sequence[Dispatch]) -> list[Status]:
    """The `status` of several, in few queries: those that are over were counted before."""
    found = tallies.counts(rows)
    return [_status(row, found[row.id]) for row in rows]


def status(row: Dispatch) -> Status:
    """Counts by state, rate and time remaining."""
    return _status(row, counts(row))


def _status(row: Dispatch, found: dict[str, int]) -> Status:
    rate = _rate(row)
    waiting = found["pending"] + found["claimed"] + found["sending"]
    remaining = timedelta(seconds=round(waiting / rate)) if rate else None
    return Status(
        number=row.issue_number,
        state=row.state,
        reason=row.pause_reason,
        audience=row.audience_count or sum(found.values()),
        counts=found,
        rate=rate,
        remaining=remaining,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        shrunk_at=row.shrunk_at,
    )


def counts(row: Dispatch) -> dict[str, int]:
    """How many letters stand in each state; every state is named, and together they are the audience."""
    return tallies.counts([row])[row.id]


def shrunk(row: Dispatch) -> str:
    """That the ledger of a dispatch names nobody any more, and since when; empty while it does."""
    if row.shrunk_at is None:
        return ""
    zone = ZoneInfo(publication().time_zone)
    return rules.shrunk(row.issue_number, row.shrunk_at.astimezone(zone).date())


def rows(
    dispatch: Dispatch, counted: dict[str, int], state: str = "", page: int = 1
) -> tuple[Pagination, list[LedgerRow]]:
    """A page of the ledger, of one state when it is named; empty when it has shrunk.

    `counted` is what `counts` gave: to count a million rows once more would take thrice as long.
    Addresses are masked for everybody: who needs a whole one asks for it at the subscriber's own page, where
    that is recorded.
    """
    named = Delivery.dispatch_id == dispatch.id
    query = select(Delivery).where(named if dispatch.shrunk_at is None else false())
    if state in DELIVERY_LABELS:
        query = query.where(Delivery.state == state)
    query = query.order_by(Delivery.subscriber_id)
    found = db.paginate(query, page=min(page, _MOST_PAGES), per_page=50, error_out=False, count=False)
    found.total = counted[state] if state in counted else sum(counted.values())
    addresses = subscribers.masked_addresses_of([row.subscriber_id for row in found.items])
    return found, [_ledger_row(row, addresses.get(row.subscriber_id)) for row in found.items]


def subscribers_in_state(dispatch_id: int, state: str) -> list[int]:
    """The numbers of the subscribers whose row stands in a state, lowest first."""
    query = select(Delivery.subscriber_id).where(Delivery.dispatch_id == dispatch_id, Delivery.state == state)
    return list(db.session.scalars(query.order_by(Delivery.subscriber_id)))


def bounce_counts(dispatch_id: int) -> dict[str, int]:
    """How many letters of a dispatch came back, by kind; every kind of `judging.Kind` is named.

    A letter counts once in each kind, however many reports told of it. They are not parts of the audience: a
    letter that bounced was handed over, and somebody may complain of one that bounced elsewhere.
    """
    found = tallies.came_back(dispatch_id)
    return {kind.value: found.get(kind.value, 0) for kind in Kind}


def bounce_statuses(dispatch_id: int) -> list[tuple[str, str, int]]:
    """Kind, enhanced status and number of what came back and has a row still, the most frequent first."""
    number = func.count()
    query = (
        select(Bounce.kind, Bounce.status, number)
        .where(Bounce.dispatch_id == dispatch_id)
        .group_by(Bounce.kind, Bounce.status)
        .order_by(number.desc(), Bounce.kind, Bounce.status)
    )
    return [(row.kind, row.status, row[2]) for row in db.session.execute(query)]


def bounces(dispatch_id: int, kind: str = "", page: int = 1) -> tuple[Pagination, list[CameBack]]:
    """A page of what came back, the newest first; of one kind when it is named. Addresses are masked."""
    query = select(Bounce).where(Bounce.dispatch_id == dispatch_id).order_by(Bounce.id.desc())
    if kind in list(Kind):
        query = query.where(Bounce.kind == kind)
    found = db.paginate(query, page=min(page, _MOST_PAGES), per_page=50, error_out=False)
    addresses = subscribers.masked_addresses_of([row.subscriber_id for row in found.items])
    return found, [
        CameBack(
            subscriber_id=row.subscriber_id,
            address=addresses.get(row.subscriber_id),
            kind=row.kind,
            status=row.status,
            said=row.diagnostic,
            source=row.source,
            at=row.at,
        )
        for row in found.items
    ]


def departure_counts(dispatch_id: int) -> dict[str, int]:
    """How many left because of a dispatch, by `unsubscribed` and `erased`.

    That is, as far as anybody can tell: within two weeks after its letter and before any later one
    (`service.bouncing.LEFT_WITHIN`). Who complained or whose address bounced is not among them.
    """
    found = tallies.departed(dispatch_id)
    return {how: found.get(how, 0) for how in ("unsubscribed", "erased")}


def highest_subscriber() -> int:
    """The highest number among those who may be written to now; who confirms later is not in the audience."""
    audience = subscribers.confirmed().subquery()
    return db.session.execute(select(func.max(audience.c.id))).scalar_one() or 0


def _ledger_row(row: Delivery, address: str | None) -> LedgerRow:
    subscriber = subscribers.subscriber(row.subscriber_id) if row.state == "uncertain" else None
    return LedgerRow(
        subscriber_id=row.subscriber_id,
        address=address,
        page_id=subscriber.public_id if subscriber else None,
        state=row.state,
        attempt_count=row.attempt_count,
        reply=row.last_reply or "",
        next_attempt_at=row.next_attempt_at,
        finished_at=row.finished_at,
    )


def _rate(row: Dispatch) -> float:
    """Letters a second in the last half minute, or since the beginning while that is shorter ago."""
    if row.state != SENDING:
        return 0.0
    now = clock.now()
    since = max(now - _RATE_WINDOW, row.resumed_at or row.started_at or now)
    query = (
        select(func.count())
        .select_from(Delivery)
        .where(Delivery.dispatch_id == row.id, Delivery.finished_at > since)
    )
    return round(db.session.execute(query).scalar_one() / max((now - since).total_seconds(), 1.0), 2)
