"""What the worker does each minute about ledgers whose dispatch is at its end.

It counts them once, and lets those shrink to that count whose time is over (`NEWSROOM_LEDGER_DAYS`). Every
step is a unit of work of its own, may be killed at any instant and be done by several workers at once. A
minute has little time for it, because letters and jobs wait meanwhile: what is left over is done in the next
one. Nothing is decided here: `service` has the verbs.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import exists, or_, select

from newsroom.delivery import ledger, rules, service, tallies
from newsroom.delivery.models import Bounce, Delivery, Departure, Dispatch
from newsroom.platform import clock
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.jobs import stop_requested
from newsroom.platform.settings import current

log = logging.getLogger(__name__)

CHUNK = 2_000
"""Rows that are let go of in one commit: a reader's story waits for no longer than that."""
SECONDS = 2.0
"""How much of a minute is spent here."""


def look_around() -> None:
    """A tick: keep what ledgers come to, let those shrink whose time is over, and let go of their rows."""
    db.session.rollback()
    ends_at = time.monotonic() + SECONDS
    kept = timedelta(days=current().ledger_days)

    def is_over() -> bool:
        return stop_requested() or time.monotonic() > ends_at

    for dispatch_id in tallies.to_be_counted():
        if is_over():
            return
        count(dispatch_id)
    for dispatch_id in _due(kept):
        with unit_of_work():
            service.shrink(dispatch_id, kept)
    for dispatch_id in _with_names(kept):
        _let_go(dispatch_id, kept, is_over)


def count(dispatch_id: int) -> bool:
    """Count a ledger in which nothing is open, and keep what it comes to; says whether it was kept.

    Nobody who writes waits while it is counted; what moves meanwhile is counted the next time.
    """
    row = db.session.get(Dispatch, dispatch_id)
    if row is None or ledger.has_open_rows(dispatch_id):
        return False
    since, found = row.finished_at, tallies.counted(dispatch_id)
    with unit_of_work():
        return service.keep_tally(dispatch_id, found, since)


def _due(kept: timedelta) -> list[int]:
    query = select(Dispatch.id).where(
        Dispatch.state.in_(rules.AT_END),
        Dispatch.started_at.is_not(None),
        Dispatch.finished_at <= clock.now() - kept,
        Dispatch.shrunk_at.is_(None),
    )
    return list(db.session.scalars(query.order_by(Dispatch.id)))


def _with_names(kept: timedelta) -> list[int]:
    """The dispatches that have shrunk and of which something names somebody still."""
    before = clock.now() - kept
    named = or_(
        exists().where(Delivery.dispatch_id == Dispatch.id),
        exists().where(Bounce.dispatch_id == Dispatch.id, Bounce.at <= before),
        exists().where(Departure.dispatch_id == Dispatch.id, Departure.at <= before),
    )
    query = select(Dispatch.id).where(Dispatch.shrunk_at.is_not(None), named)
    return list(db.session.scalars(query.order_by(Dispatch.id)))


def _let_go(dispatch_id: int, kept: timedelta, is_over: Callable[[], bool]) -> None:
    reached: int | None = 0
    while reached is not None and not is_over():
        with unit_of_work():
            reached = service.let_go(dispatch_id, CHUNK, reached)
    before, is_more = clock.now() - kept, True
    while is_more and not is_over():
        with unit_of_work():
            is_more = service.fold(dispatch_id, before, CHUNK)
