"""At which instant an issue goes out: what a day and an hour mean in a time zone. Pure.

Twice a year an hour does not exist, and another one exists twice (RFC 5545 3.3.5 leaves both to guessing).
Nothing is guessed here: what does not exist is refused with the nearest hours that do, and what exists twice
is asked about. It knows no clock: the present instant is given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from newsroom.platform.days import long_date

UNDO_TIME = timedelta(minutes=5)
"""How long “send now” at the desk can be taken back."""

LATEST = timedelta(hours=2)
"""A schedule that is later than this is not kept by itself: a person is asked."""

FAR = timedelta(days=366)
"""Further ahead than this, the year may be a slip."""

_MINUTE = timedelta(minutes=1)


class NotATime(ValueError):
    """No issue can go out then. `field` is `day`, `hour` or `zone`; the text says what to do."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)


class Ripeness(Enum):
    """What is to be done about a schedule now."""

    NOT_YET = "not yet"
    DUE = "due"
    STALE = "stale"


@dataclass(frozen=True)
class Gap:
    """Local time that is jumped over: it ends for the clocks at `until` and goes on at `since`."""

    until: datetime
    since: datetime


@dataclass(frozen=True)
class Moment:
    """An instant that was chosen as a local hour. `twin` is the other instant of an hour that comes twice."""

    at: datetime
    zone: str
    twin: datetime | None = None
    is_far: bool = False

    @property
    def is_second(self) -> bool:
        """Whether it is the later one of an hour that comes twice."""
        return self.twin is not None and self.at > self.twin

    @property
    def first(self) -> datetime:
        """The earlier instant of its hour."""
        return min(self.at, self.twin or self.at)

    @property
    def second(self) -> datetime:
        """The later instant of its hour; the same where it comes once."""
        return max(self.at, self.twin or self.at)


def read_day(typed: str) -> date:
    """A day as forms and terminals write it, `2026-11-24`. Raises `NotATime`."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", typed):
        raise NotATime("day", "Choose a day, such as 2026-11-24.")
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise NotATime("day", f"There is no day {typed}; look at the calendar.") from None


def read_hour(typed: str) -> time:
    """An hour as forms and terminals write it, `09:00`; seconds do not count. Raises `NotATime`."""
    if not re.fullmatch(r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?", typed):
        raise NotATime("hour", "Choose an hour, such as 09:00.")
    try:
        return time(int(typed[:2]), int(typed[3:5]))
    except ValueError:
        raise NotATime("hour", f"There is no hour {typed}; a day ends at 23:59.") from None


def chosen(day: date, hour: time, zone: str, now: datetime, *, second: bool = False) -> Moment:
    """The instant of a day and an hour in an IANA zone that exists.

    Of an hour that comes twice it is the first unless the second one is asked for. Raises `NotATime` for
    what is past and for an hour that the clocks jump over.
    """
    local = datetime.combine(day, hour.replace(second=0, microsecond=0, tzinfo=None))
    try:
        found = instants(local, zone)
        if not found:
            raise NotATime("hour", _no_such_hour(local, zone))
    except OverflowError:
        raise NotATime("day", "There is no such day for a letter; check the year.") from None
    at = found[-1] if second else found[0]
    if at <= now and len(found) > 1 and not second:
        # The first of the two is over; only the second can be meant.
        at = found[-1]
    if at <= now:
        there = now.astimezone(ZoneInfo(zone))
        raise NotATime(
            "hour" if there.date() == day else "day",
            f"{words(at, zone)} is past: there it is {long_date(there.date())}, {there:%H:%M}. "
            "Choose a later time.",
        )
    twin = next((other for other in found if other != at), None)
    return Moment(at, zone, twin, is_far=at - now > FAR)


def instants(local: datetime, zone: str) -> tuple[datetime, ...]:
    """The instants, in UTC and in order, at which clocks in the zone show a local time: none, one or two."""
    where = ZoneInfo(zone)
    found = set()
    for fold in (0, 1):
        instant = local.replace(tzinfo=where, fold=fold).astimezone(UTC)
        if instant.astimezone(where).replace(tzinfo=None, fold=0) == local:
            found.add(instant)
    return tuple(sorted(found))


def gap(local: datetime, zone: str) -> Gap:
    """What is jumped over around a local time that does not exist."""
    where = ZoneInfo(zone)
    # PEP 495: in a gap, fold 0 reads the time by the rule from before it, and fold 1 by the one from after.
    late, early = (local.replace(tzinfo=where, fold=fold).astimezone(UTC) for fold in (0, 1))
    before = early.astimezone(where).utcoffset()
    low, high = 0, int((late - early).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if (early + timedelta(seconds=middle)).astimezone(where).utcoffset() == before:
            low = middle
        else:
            high = middle
    jump = early + timedelta(seconds=high)
    assert before is not None
    return Gap(until=(jump + before).replace(tzinfo=None), since=jump.astimezone(where).replace(tzinfo=None))


def _no_such_hour(local: datetime, zone: str) -> str:
    over = gap(local, zone)
    earlier, later = _whole_minute_before(over.until), _whole_minute_from(over.since)
    until, since, earlier_words, later_words = (
        _hour_of(each, local.date()) for each in (over.until, over.since, earlier, later)
    )
    return (
        f"There is no {local:%H:%M} on {long_date(local.date())} in {zone}: the clocks jump from {until} to "
        f"{since}. The nearest times are {earlier_words} and {later_words}."
    )


def _whole_minute_before(local: datetime) -> datetime:
    return (local - timedelta(seconds=1)).replace(second=0)


def _whole_minute_from(local: datetime) -> datetime:
    return local if local.second == 0 else local.replace(second=0) + _MINUTE


def _hour_of(local: datetime, day: date) -> str:
    if local.date() == day:
        return f"{local:%H:%M}"
    return f"{local:%H:%M} on {long_date(local.date())}"


def day_of(moment: Moment) -> date:
    """The day on which it is, where it was chosen."""
    return moment.at.astimezone(ZoneInfo(moment.zone)).date()


def words(at: datetime, zone: str) -> str:
    """An instant as a person reads it: `Tuesday, 24 November 2026, 09:00 (Europe/Lisbon)`."""
    there = at.astimezone(ZoneInfo(zone))
    return f"{long_date(there.date())}, {there:%H:%M} ({zone})"


def words_in_utc(at: datetime, zone: str) -> str:
    """The same instant in UTC, with its day where that is another one: `08:00 UTC`."""
    there, utc = at.astimezone(ZoneInfo(zone)), at.astimezone(UTC)
    return f"{_hour_of(utc.replace(tzinfo=None), there.date())} UTC"


def in_words(length: timedelta) -> str:
    """How long it is until then, rounded down: `4 minutes`, `2 days`."""
    seconds = max(0, int(length.total_seconds()))
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")):
        count = seconds // size
        if count or size == 1:
            return f"{count} {name}" if count == 1 else f"{count} {name}s"
    raise AssertionError


def countdown(length: timedelta) -> str:
    """What is left as a clock shows it: `4:07`."""
    seconds = max(0, int(length.total_seconds()))
    return f"{seconds // 60}:{seconds % 60:02}"


def ripeness(send_at: datetime, now: datetime) -> Ripeness:
    """Whether a schedule is due, or so late that a person has to be asked first."""
    if now < send_at:
        return Ripeness.NOT_YET
    return Ripeness.STALE if now - send_at > LATEST else Ripeness.DUE
