"""What a person is told of a dispatch under way: how fast it is, how long it still takes, what it waits for.

The words are for page and terminal alike. It counts no letters: `queries.status` has done that.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from newsroom.delivery import ledger, rules
from newsroom.delivery.models import Delivery, Dispatch
from newsroom.delivery.queries import Status
from newsroom.delivery.timing import in_words
from newsroom.platform import clock
from newsroom.platform.db import db

# A million people are counted in less; and a rate is counted over as long (`queries.status`).
LONGEST_COUNT = timedelta(seconds=30)
LONGEST_SILENCE = timedelta(seconds=30)

_IS_ONE_RUNNING = "Is a worker running? “flask work” starts one."


def words(row: Dispatch, status: Status) -> str:
    """A sentence or two; empty where nothing is under way or nothing can be said yet."""
    now = clock.now()
    if row.state == rules.FREEZING and now - row.created_at > LONGEST_COUNT:
        return f"Nobody has come to the end of counting the audience. {_IS_ONE_RUNNING}"
    if row.state != rules.SENDING:
        return ""
    waiting = status.open - status.counts["deferred"]
    if not waiting:
        return _put_off(row, status.counts["deferred"], now)
    if status.rate:
        return f"{pace(status.rate)}, {left(status.remaining or timedelta())}."
    since = row.resumed_at or row.started_at or now
    if now - since > LONGEST_SILENCE and ledger.has_due_rows(row.id, now):
        return f"No letter has left for half a minute. {_IS_ONE_RUNNING}"
    return ""


def pace(rate: float) -> str:
    """So many letters a second as somebody says it: by the minute or the hour where they are few."""
    for size, name in ((1, "second"), (60, "minute"), (3600, "hour")):
        count = round(rate * size)
        if rate * size >= 1 or name == "hour":
            return f"{rules.counted(count, 'letter')} {'an' if name == 'hour' else 'a'} {name}"
    raise AssertionError


def left(remaining: timedelta) -> str:
    """How long it still takes at this pace, no more exactly than anybody can know."""
    seconds = remaining.total_seconds()
    if seconds < 60:
        return "less than a minute to go"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"about {rules.counted(minutes, 'minute')} to go"
    hours, over = divmod(round(minutes / 5) * 5, 60)
    if hours >= 48:
        return f"about {rules.counted(round(hours / 24), 'day')} to go"
    more = f" {over} minutes" if over and hours < 12 else ""
    return f"about {rules.counted(hours, 'hour')}{more} to go"


def _put_off(row: Dispatch, count: int, now: datetime) -> str:
    """Nothing is left but letters that servers put off: when the next of them is tried."""
    query = select(func.min(Delivery.next_attempt_at)).where(
        Delivery.dispatch_id == row.id, Delivery.state == "deferred"
    )
    at = db.session.execute(query).scalar_one()
    if at is None:
        return ""
    soon = "at once" if at <= now else f"in {in_words(at - now)}"
    are = "is left, which was" if count == 1 else "are left, which were"
    return f"{rules.counted(count, 'letter')} {are} put off by a mail server: the next try is {soon}."
