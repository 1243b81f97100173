"""What time it is. The only place that asks the machine, so that a test can say what time it is.

It does no arithmetic and keeps no schedule. How a day is written says `days`, which asks nobody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from newsroom.platform.days import long_date

__all__ = ["long_date", "now", "set_to", "today"]

_set_to: ContextVar[datetime | None] = ContextVar("clock set to", default=None)


def now() -> datetime:
    """The present instant, as an aware time in UTC."""
    return _set_to.get() or datetime.now(UTC)


@contextmanager
def set_to(moment: datetime) -> Iterator[None]:
    """Let everything in the block happen at one aware moment: sample content needs a past."""
    if moment.tzinfo is None:
        raise ValueError(f"A time without a zone cannot be a moment: {moment!r}.")
    token = _set_to.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set_to.reset(token)


def today(zone_name: str) -> date:
    """The calendar day it is now in an IANA time zone such as `Europe/London`.

    Raises `zoneinfo.ZoneInfoNotFoundError` for a zone that does not exist.
    """
    return now().astimezone(ZoneInfo(zone_name)).date()
