"""How fast letters leave: what all workers together give the mail server and each destination domain.

A limit is a row that says when its next letter may leave, so that any number of workers and every restart
keep it; its moments are of the clock that they share. Whoever sends takes leave for some letters at once,
sends them, and comes back. Idle time is not saved up: more than the letters of a tenth of a second never
leave at once, and below ten a second they leave one by one, evenly.

Ordinary letters go first. Whoever asks for one and comes too early is given the next turns, ahead of all that
was put off before, and until it has come back for them the letters of issues wait. They do not wait for
somebody who stays away: a turn that nobody took for `PATIENCE` is anybody's.

It knows no letter, and waits with nothing in its hands: no row, no transaction.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import floor

from flask import Flask, current_app
from sqlalchemy import Select, and_, delete, or_, select

from newsroom.platform import clock, shared_clock
from newsroom.platform.db import db, insert_into, unit_of_work
from newsroom.platform.mail.message import wire_domain
from newsroom.platform.mail.models import MailLimit
from newsroom.platform.settings import Settings

LONGEST_WAIT_SECONDS = 0.5
PATIENCE = timedelta(seconds=5)
"""How long a turn is kept for an ordinary letter: its worker may be busy with something else for a moment."""
# How long a limit that nobody needed is kept.
_KEPT = timedelta(days=1)
_PULSE = timedelta(seconds=0.1)
_SERVER, _DOMAIN = "server", "domain:"
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
        # What was said last to those who go first and to all others; nobody has been told to wait yet.
        self._due_at = dict.fromkeys((True, False), datetime.min.replace(tzinfo=UTC))

    @property
    def is_limited(self) -> bool:
        """Whether the mail server has a limit."""
        return bool(self._limits.server)

    def take(self, count: int, *, first: bool = False) -> int:
        """Take leave for so many letters; for how many it was given. They count as having left.

        `first` is for ordinary letters, and only where one is due. In a unit of work of its own.
        """
        rate = self._limits.server
        if not rate:
            return count
        now = self._now()
        if now < self._due_at[first] <= now + _gap(rate):
            # As we were told last time; others can only have made it later.
            return 0
        with unit_of_work():
            row = _rows([_SERVER], now)[_SERVER]
            found = _granted(row, rate, count, now, first=first)
            if first and not found:
                row.letters_until = max(row.next_at, now) + _gap(rate)
            self._due_at[first] = row.next_at if first else _due(row, now)
        return found

    def give_back(self, count: int) -> None:
        """Letters for which leave was taken do not leave after all. In a unit of work of its own."""
        if self._limits.server and count > 0:
            with unit_of_work():
                row = _rows([_SERVER], self._now())[_SERVER]
                row.next_at -= count * _gap(self._limits.server)
            self._due_at = dict.fromkeys((True, False), self._now())

    def wait(self, *, first: bool = False) -> None:
        """Wait for the moment that the last `take` was told, half a second at most."""
        seconds = (self._due_at[first] - self._now()).total_seconds()
        if seconds > 0:
            self._sleep(min(seconds, LONGEST_WAIT_SECONDS))

    def take_for(self, counts: Mapping[str, int], *, first: bool = False) -> dict[str, Leave]:
        """Take leave for letters to domains, by domain; what has no limit is not among the answers.

        Joins the unit of work. Whatever has to wait is given moments one behind the other, so that it does
        not come back all at once. `first` is for ordinary letters: theirs are the next ones.
        """
        limited = {name: count for name, count in counts.items() if self._limits.rate_of(name)}
        if not limited:
            return {}
        now = self._now()
        rows = _rows([_DOMAIN + name for name in limited], now)
        return {
            name: _leave(rows[_DOMAIN + name], self._limits.rate_of(name), count, now, first=first)
            for name, count in limited.items()
        }

    def turns(self, domains: Sequence[str], *, first: bool = False) -> list[datetime | None]:
        """For a letter to each of these domains, in their order: None where it may leave now, or the moment
        to ask again. Joins the unit of work."""
        leaves = self.take_for(Counter(domains), first=first)
        left = {name: leave.now_count for name, leave in leaves.items()}
        later = {name: iter(leave.later) for name, leave in leaves.items()}
        found: list[datetime | None] = []
        for name in domains:
            is_free = left.get(name, 1) > 0
            found.append(None if is_free else next(later[name]))
            if name in left:
                left[name] -= 1
        return found

    @property
    def has_domains(self) -> bool:
        """Whether any destination domain has a limit."""
        return self._limits.has_domains

    def is_raised(self) -> bool:
        """Whether something may still wait for a lower limit than the settings have now."""
        return any(self._is_raised(row) for row in db.session.scalars(_waited_for(self._now())))

    def forget_turns(self) -> bool:
        """Forget what was put off, for whoever asks anew for all of it; False where no limit was raised.

        Joins the unit of work, in which everything that was put off has to be looked at again.
        """
        rows = db.session.scalars(_waited_for(self._now()).order_by(MailLimit.name).with_for_update()).all()
        if not any(self._is_raised(row) for row in rows):
            return False
        for row in rows:
            row.put_off_until = row.letters_until = None
        return True

    def _is_raised(self, row: MailLimit) -> bool:
        now = self._limits.rate_of(row.name.removeprefix(_DOMAIN))
        # Of a limit from before rates were written down, nobody knows whether it was lower.
        return not now or row.rate is None or row.rate < now


def destination(address: str) -> str:
    """The domain by whose limit a letter to this address goes."""
    name = address.rpartition("@")[2]
    try:
        return wire_domain(name).lower()
    except ValueError:
        # That no letter can be made for it is said when it is tried.
        return name.lower()


def _leave(row: MailLimit, rate: float, count: int, now: datetime, *, first: bool) -> Leave:
    gap = _gap(rate)
    granted = _granted(row, rate, count, now, first=first)
    behind = row.letters_until if first else row.put_off_until
    # Behind the ordinary letters as well, which have their turns before.
    first_at = max(filter(None, (behind, row.letters_until, row.next_at, now)))
    later = tuple(first_at + place * gap for place in range(count - granted))
    if later:
        _note(row, rate, later[-1] + gap, now, first=first)
    return Leave(granted, later)


def _note(row: MailLimit, rate: float, until: datetime, now: datetime, *, first: bool) -> None:
    """Write down up to when letters were put off, and by which rate: the lowest, while any of them waits."""
    waited = max(filter(None, (row.put_off_until, row.letters_until)), default=now)
    row.rate = min(row.rate or rate, rate) if waited > now else rate
    if first:
        row.letters_until = until
    else:
        row.put_off_until = until


def _granted(row: MailLimit, rate: float, count: int, now: datetime, *, first: bool) -> int:
    """How many of so many may leave now; the row then says when the next one may."""
    gap = _gap(rate)
    if row.next_at > now + gap:
        # A clock that was put back, or a higher rate: nobody waits for what was said before.
        row.next_at = now + gap
        if row.rate is None or row.rate >= rate:
            # Of a higher rate this has to be known, until everything that was put off is looked at again.
            row.put_off_until = row.letters_until = None
    from_then = max(row.next_at, now - floor(_PULSE / gap) * gap)
    if from_then > now or (not first and _is_kept(row, now)):
        return 0
    granted = min(count, (now - from_then) // gap + 1)
    row.next_at = from_then + granted * gap
    if first and row.letters_until is not None and now >= row.letters_until - gap:
        # The last of those who waited has come back.
        row.letters_until = None
    return granted


def _is_kept(row: MailLimit, now: datetime) -> bool:
    """Whether the next turn is an ordinary letter's that waits for it."""
    return row.letters_until is not None and now < min(row.letters_until, row.next_at) + PATIENCE


def _due(row: MailLimit, now: datetime) -> datetime:
    """When it is worth while for the letters of an issue to ask again."""
    if not _is_kept(row, now):
        return row.next_at
    # Nobody tells when the ordinary letter has left.
    return max(row.next_at, now + _PULSE)


def _gap(rate: float) -> timedelta:
    return timedelta(seconds=1 / rate)


def _waited_for(now: datetime) -> Select[MailLimit]:
    """The limits of domains for whose turns something may wait."""
    is_waited_for = (MailLimit.put_off_until > now) | (MailLimit.letters_until > now)
    return select(MailLimit).where(MailLimit.name.startswith(_DOMAIN, autoescape=True), is_waited_for)


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
    columns = (MailLimit.next_at, MailLimit.put_off_until, MailLimit.letters_until)
    stale = and_(*(or_(column.is_(None), column < before) for column in columns))
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
