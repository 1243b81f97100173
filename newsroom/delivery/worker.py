"""The worker's source of work for dispatches: freezes audiences, and gives each dispatch its turns.

What happens in a turn says `sending`; the connections to the mail server are kept from turn to turn. It
renders nothing: the issue's message was frozen, is compiled once, and only its slots are joined.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from flask import current_app
from sqlalchemy import select

from newsroom.delivery import editions, leases, ledger, rules, service
from newsroom.delivery.addressing import Addressing
from newsroom.delivery.backlog import Backlog, Maker
from newsroom.delivery.connections import Pool
from newsroom.delivery.models import Dispatch
from newsroom.delivery.sending import Turn
from newsroom.platform import clock, shared_clock
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.jobs import patience, stop_requested
from newsroom.platform.mail import pace
from newsroom.platform.mail.carrying import open_carrier
from newsroom.platform.settings import current

FREEZE_CHUNK = 5_000
# Rows that are claimed at a time.
CLAIM = 250
# After so long another dispatch gets its turn, and whatever dead workers left is looked for.
TURN_SECONDS = 10.0
_WAITING_FOR_OTHERS_SECONDS = 0.5
_EXTENSION, _MAKERS = "newsroom.delivery.connections", "newsroom.delivery.makers"


def work(_limit: int) -> int:
    """Do some of what dispatches ask for; the number of rows dealt with, 0 when nothing is due."""
    swept = _sweep()
    return swept + sum([_work_on(dispatch_id, state) for dispatch_id, state in _open_dispatches()])


def _sweep() -> int:
    now = shared_clock.now()
    dead = ledger.dead_owners(now)
    if not dead:
        return 0
    with unit_of_work():
        return ledger.sweep(dead, now)


def _open_dispatches() -> list[tuple[int, str]]:
    query = select(Dispatch.id, Dispatch.state).where(Dispatch.state.in_((rules.FREEZING, rules.SENDING)))
    return [(row.id, row.state) for row in db.session.execute(query.order_by(Dispatch.id))]


def _work_on(dispatch_id: int, state: str) -> int:
    if state == rules.FREEZING:
        return _freeze(dispatch_id)
    # Looked at first, so that a dispatch that only waits costs no write.
    done = _send(dispatch_id) if ledger.has_due_rows(dispatch_id, clock.now()) else 0
    if done:
        return done
    if not ledger.has_open_rows(dispatch_id):
        with unit_of_work():
            return int(service.finish_if_done(dispatch_id))
    if ledger.is_held_by_others(dispatch_id):
        # A worker that drains must outlive the lease of one that was killed, or its rows would be left.
        time.sleep(_WAITING_FOR_OTHERS_SECONDS)
        return 1
    return 0


def _freeze(dispatch_id: int) -> int:
    """Freeze one chunk of the audience; the last one also publishes the issue and begins the sending."""
    with unit_of_work():
        dispatch = service.locked(dispatch_id)
        if dispatch.state != rules.FREEZING:
            return 0
        if not ledger.freeze_chunk(dispatch, FREEZE_CHUNK):
            service.begin_sending(dispatch)
    return 1


def _send(dispatch_id: int) -> int:
    """Hand over letters of one dispatch for a turn; the number of rows dealt with."""
    with _pool() as pool:
        return 0 if pool.is_resting else _take_turn(dispatch_id, pool)


def _take_turn(dispatch_id: int, pool: Pool) -> int:
    rhythm = pace.current()
    maker = _maker(dispatch_id)
    # Nobody waits with a reader's view of the database open.
    db.session.rollback()
    with (
        leases.held() as owner,
        Backlog(dispatch_id, owner, maker, rhythm, CLAIM, pool.size) as backlog,
        patience.bounded(pool),
    ):
        Turn(dispatch_id, owner, backlog, pool, TURN_SECONDS).run()
    if backlog.trouble is not None:
        raise backlog.trouble
    if backlog.has_to_wait and not stop_requested() and ledger.has_due_rows(dispatch_id, clock.now()):
        db.session.rollback()
        # Nothing is held meanwhile, and the worker comes back: there is something to do.
        rhythm.wait()
        return 1
    return backlog.claimed_count


@contextmanager
def _pool() -> Iterator[Pool]:
    """Connections for a turn, those of an earlier one where there are some."""
    free: deque[Pool] = current_app.extensions.setdefault(_EXTENSION, deque())
    try:
        pool = free.popleft()
    except IndexError:
        settings = current()
        # A folder has no use for more than one.
        size = settings.mail_connections if settings.mail_transport == "smtp" else 1
        pool = Pool(size, open_carrier(settings))
    try:
        yield pool
    except BaseException:
        # Answers may still come that nobody waits for any more: not in the next turn either.
        pool.close()
        raise
    free.append(pool)


def rest() -> None:
    """Let go of the mail server: the worker stops."""
    current_app.extensions.pop(_MAKERS, None)
    free: deque[Pool] = current_app.extensions.pop(_EXTENSION, deque())
    while free:
        free.popleft().close()


def _maker(dispatch_id: int) -> Maker:
    """What makes the letters of a dispatch, kept from turn to turn: what was frozen does not change.

    Only their date does, once an hour.
    """
    dispatch = db.session.get(Dispatch, dispatch_id)
    assert dispatch is not None
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    kept: dict[tuple[int, datetime, datetime], Maker] = current_app.extensions.setdefault(_MAKERS, {})
    # A dispatch that was stopped before its first letter begins anew under its number, with other words.
    key = (dispatch_id, dispatch.created_at, hour)
    found = kept.get(key)
    if found is None:
        kept.clear()
        found = kept[key] = _new_maker(dispatch, hour)
    return found


def _new_maker(dispatch: Dispatch, since: datetime) -> Maker:
    sender = editions.sender_of(dispatch.sender)
    addressing = Addressing(
        dispatch_id=dispatch.id,
        sender_address=sender.sender_address,
        bounce_domain=current().bounce_domain or "",
        secret=current().secret_key,
    )
    return Maker(addressing, editions.compiled(dispatch.issue_number, sender, since))
