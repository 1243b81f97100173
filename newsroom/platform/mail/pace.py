"""How fast letters leave: what all workers together give the mail server and each destination domain.

A limit is a row that says when its next letter may leave, so that any number of workers and every restart
keep it; its moments are of the clock that they share. Whoever sends takes leave for some letters at once,
sends them, and comes back. Idle time is not saved up: more than the letters of a tenth of a second never
leave at once, and below ten a second they leave one by one, evenly.

It knows no letter, and waits with nothing in its hands: no row, no transaction.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import floor

from flask import Flask, current_app
from sqlalchemy import delete, select

from newsroom.platform import clock, shared_clock
from newsroom.platform.db import db, insert_into, unit_of_work
from newsroom.platform.mail.models import MailLimit
from newsroom.platform.settings import Settings

LONGEST_WAIT_SECONDS = 0.5
# How long a limit that nobody needed is kept.
_KEPT = timedelta(days=1)
_PULSE = timedelta(seconds=0.1)
_SERVER = "server"
_EXTENSION = "newsroom.mail.pace"


@dataclass(frozen=True)
class Leave:
    """How many letters may leave now, and for each of the others the moment to ask again."""

    now_count: int
    later: tuple[datetime, ...] = ()


@dataclass
class Limits:
    """What the settings say: letters a second to the server, to a domain that is named and to any other.

    0 is no limit.
    """

    server: float = 0
    domain: float = 0
    domains: Mapping[str, float] = field(default_factory=dict)

    def rate_of(self, domain: str) -> float:
        """Letters a second to a domain."""
        return self.domains.get(domain, self.domain)

    @property
    def has_domains(self) -> bool:
        """Whether any domain has a limit."""
        return bool(self.domain) or any(self.domains.values())


class Pace:
    """The limits of one application. May be used by several threads."""

    def __init__(
        self,
        limits: Limits,
        now: Callable[[], datetime] = shared_clock.now,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._limits = limits
        self._now = now
        self._sleep = sleep
        # Nobody has been told to wait yet.
        self._due_at = datetime.min.replace(tzinfo=UTC)

    @property
    def is_limited(self) -> bool:
        """Whether the mail server has a limit."""
        return bool(self._limits.server)

    def take(self, count: int) -> int:
        """Take leave for so many letters; for how many it was given. They count as having left.

        In a unit of work of its own.
        """
        if not self._limits.server:
            return count
        now = self._now()
        if now < self._due_at <= now + _gap(self._limits.server):
            # As we were told last time; others can only have made it later.
            return 0
        with unit_of_work():
            row = _rows([_SERVER], now)[_SERVER]
            found = _granted(row, self._limits.server, count, now)
            self._due_at = row.next_at
        return found

    def give_back(self, count: int) -> None:
        """Letters for which leave was taken do not leave after all. In a unit of work of its own."""
        if self._limits.server and count > 0:
            with unit_of_work():
                row = _rows([_SERVER], self._now())[_SERVER]
                row.next_at -= count * _gap(self._limits.server)
            self._due_at = self._now()

    def wait(self) -> None:
        """Wait for the moment that the last `take` was told, half a second at most."""
        seconds = (self._due_at - self._now()).total_seconds()
        if seconds > 0:
            self._sleep(min(seconds, LONGEST_WAIT_SECONDS))

    def take_for(self, counts: Mapping[str, int]) -> dict[str, Leave]:
        """Take leave for letters to domains, by domain; what has no limit is not among the answers.

        Joins the unit of work. Whatever has to wait is given moments one behind the other, so that it does
        not come back all at once.
        """
        limited = {name: count for name, count in counts.items() if self._limits.rate_of(name)}
        if not limited:
            return {}
        now = self._now()
        rows = _rows([f"domain:{name}" for name in limited], now)
        return {
            name: _leave(rows[f"domain:{name}"], self._limits.rate_of(name), count, now)
            for name, count in limited.items()
        }

    @property
    def has_domains(self) -> bool:
        """Whether any destination domain has a limit."""
        return self._limits.has_domains


def _leave(row: MailLimit, rate: float, count: int, now: datetime) -> Leave:
    gap = _gap(rate)
    granted = _granted(row, rate, count, now)
    first = max(row.put_off_until or row.next_at, row.next_at, now)
    later = tuple(first + place * gap for place in range(count - granted))
    if later:
        row.put_off_until = later[-1] + gap
    return Leave(granted, later)


def _granted(row: MailLimit, rate: float, count: int, now: datetime) -> int:
    """How many of so many may leave now; the row then says when the next one may."""
    gap = _gap(rate)
    if row.next_at > now + gap:
        # A clock that was put back, or a higher rate: nobody waits for what was said before.
        row.next_at, row.put_off_until = now + gap, None
    from_then = max(row.next_at, now - floor(_PULSE / gap) * gap)
    if from_then > now:
        return 0
    granted = min(count, (now - from_then) // gap + 1)
    row.next_at = from_then + granted * gap
    return granted


def _gap(rate: float) -> timedelta:
    return timedelta(seconds=1 / rate)


def _rows(names: Iterable[str], now: datetime) -> dict[str, MailLimit]:
    """The rows of these names, held until the unit of work ends; whatever is not there is made."""
    wanted = sorted(names)
    made = insert_into(MailLimit).values([{"name": name, "next_at": now} for name in wanted])
    db.session.execute(made.on_conflict_do_nothing())
    # In one order for everybody, so that no two wait for each other.
    query = select(MailLimit).where(MailLimit.name.in_(wanted)).order_by(MailLimit.name).with_for_update()
    found = db.session.scalars(query.execution_options(populate_existing=True))
    return {row.name: row for row in found}


def tidy() -> None:
    """Forget limits that nobody needed for a day; called each minute."""
    before = clock.now() - _KEPT
    stale = (MailLimit.next_at < before) & (
        MailLimit.put_off_until.is_(None) | (MailLimit.put_off_until < before)
    )
    if db.session.scalar(select(MailLimit.name).where(stale).limit(1)) is None:
        db.session.rollback()
        return
    with unit_of_work():
        db.session.execute(delete(MailLimit).where(stale))


def init_app(app: Flask, settings: Settings | None) -> None:
    """Give an application its pace."""
    limits = Limits()
    if settings is not None:
        limits = Limits(settings.mail_rate, settings.mail_domain_rate, settings.mail_domain_rates)
    app.extensions[_EXTENSION] = Pace(limits)


def current() -> Pace:
    """The pace of the running application."""
    pace: Pace = current_app.extensions[_EXTENSION]
    return pace
