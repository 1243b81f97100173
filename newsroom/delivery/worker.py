"""The worker's source of work for dispatches: freezes audiences and hands letters over, row by row.

It asks `ledger` for rows and `rules` what an answer means; what must be true together is written in one unit
of work. It renders nothing: the issue's message was frozen, is compiled once, and only its slots are joined.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from newsroom.delivery import editions, leases, ledger, patience, rules, service
from newsroom.delivery.addressing import Addressing
from newsroom.delivery.models import Dispatch
from newsroom.delivery.rules import Outcome
from newsroom.platform import clock
from newsroom.platform.db import db, unit_of_work
from newsroom.platform.jobs import stop_requested
from newsroom.platform.mail import pace, signing
from newsroom.platform.mail.compiled import CompiledMessage
from newsroom.platform.mail.message import Unsendable
from newsroom.platform.mail.pace import Pace
from newsroom.platform.mail.transport import Transport, open_transport
from newsroom.platform.settings import current
from newsroom.subscribers import queries as subscribers
from newsroom.subscribers.queries import Recipient

log = logging.getLogger(__name__)

FREEZE_CHUNK = 5_000
CLAIM = 50
# Other sources of the worker (letters, jobs) get their turn at least this often.
TURN_SECONDS = pace.TURN_SECONDS
_WAITING_FOR_OTHERS_SECONDS = 0.5
_PAUSES_SECONDS = (0.2, 1.0, 3.0)
T = TypeVar("T")


def work(_limit: int) -> int:
    """Do some of what dispatches ask for; the number of rows dealt with, 0 when nothing is due."""
    swept = _sweep()
    return swept + sum([_work_on(dispatch_id, state) for dispatch_id, state in _open_dispatches()])


def _sweep() -> int:
    dead = ledger.dead_owners(clock.now())
    if not dead:
        return 0
    with unit_of_work():
        return ledger.sweep(dead, clock.now())


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


@dataclass(frozen=True)
class _Begun:
    """A letter whose row says `sending`: from here on, only an answer or uncertainty."""

    recipient: Recipient
    attempt_count: int
    message: bytes


@dataclass(frozen=True)
class _Attempted:
    subscriber_id: int
    outcome: Outcome


def _send(dispatch_id: int) -> int:
    """Hand over letters of one dispatch for a turn; the number of rows dealt with."""
    rhythm = pace.current()
    # Nobody waits with a reader's view of the database open.
    db.session.rollback()
    if not rhythm.wait():
        # Nothing is held meanwhile, and the worker comes back: there is something to do.
        return 1
    with leases.held() as owner:
        with unit_of_work():
            ids = ledger.claim(dispatch_id, owner, rhythm.most(CLAIM), clock.now())
        if not ids:
            return 0
        addressing, compiled = _prepared(dispatch_id)
        with open_transport(current()) as transport, patience.bounded(transport):
            return _Turn(dispatch_id, owner, addressing, compiled, transport, rhythm).run(ids)


class _Turn:
    """One worker's turn over the rows that it has claimed."""

    def __init__(
        self,
        dispatch_id: int,
        owner: str,
        addressing: Addressing,
        editions: dict[str, CompiledMessage],
        transport: Transport,
        rhythm: Pace,
    ) -> None:
        self.dispatch_id = dispatch_id
        self.owner = owner
        self.addressing = addressing
        self.editions = editions
        self.transport = transport
        self.rhythm = rhythm
        # Set when a row could not be begun: the dispatch was stopped, or the rows were taken from us.
        self.is_over = False

    def run(self, ids: list[int]) -> int:
        """Try each row once. A result is stored in the same commit that lets the next letter begin.

        Where the next letter has to wait for its moment, the result is stored before.
        """
        ends_at = time.monotonic() + TURN_SECONDS
        last: _Attempted | None = None
        done = 0
        for subscriber_id in ids:
            if self.is_over or stop_requested() or time.monotonic() > ends_at:
                break
            if not self.rhythm.is_due:
                _committed(partial(self._store, last))
                last = None
                if not self.rhythm.wait() or stop_requested():
                    break
            begun = _committed(partial(self._step, last, subscriber_id))
            last = self._attempt(begun) if begun else None
            if last is not None and last.outcome.pauses:
                self.is_over = True
            done += 1
        _committed(partial(self._store, last))
        return done

    def _step(self, last: _Attempted | None, subscriber_id: int) -> _Begun | None:
        self._store(last)
        return self._begin(subscriber_id)

    def _begin(self, subscriber_id: int) -> _Begun | None:
        """The guarded step before a letter's first byte; None where nothing is to be sent.

        The letter is made before the row says `sending`, so that one that cannot be made is never uncertain.
        """
        found = subscribers.recipients([subscriber_id])
        if not found:
            reason = "No longer subscribed when the turn came."
            ledger.skip(self.dispatch_id, subscriber_id, self.owner, reason, clock.now())
            return None
        recipient = found[0]
        try:
            message = signing.signed(self.editions[recipient.format].join(self.addressing.slots(recipient)))
        except Unsendable as problem:
            reason = rules.for_the_ledger(f"No letter can be made for this subscriber: {problem}")
            ledger.fail(self.dispatch_id, subscriber_id, self.owner, reason, clock.now())
            return None
        attempt = ledger.begin(self.dispatch_id, subscriber_id, self.owner)
        self.is_over = attempt is None
        return None if attempt is None else _Begun(recipient, attempt, message)

    def _attempt(self, begun: _Begun) -> _Attempted:
        recipient = begun.recipient
        self.rhythm.count()
        try:
            reply = self.transport.send(
                self.addressing.return_path(recipient), recipient.email, begun.message
            )
        except Exception as problem:
            # A defect of ours, and nobody knows how far the letter came. One of them is enough.
            log.exception("Handing over to subscriber %s failed", recipient.id)
            said = f"Handing over failed ({type(problem).__name__}); the log says more."
            return _Attempted(recipient.id, Outcome("uncertain", said, pauses=True))
        return _Attempted(recipient.id, rules.outcome(reply, begun.attempt_count, random.random()))  # noqa: S311

    def _store(self, attempted: _Attempted | None) -> None:
        if attempted is None:
            return
        number, outcome = attempted.subscriber_id, attempted.outcome
        if not service.record_attempt(self.dispatch_id, number, self.owner, outcome):
            log.warning("The row of subscriber %s was taken from us while it was in hand", number)


def _committed(step: Callable[[], T]) -> T:
    """A unit of work, tried again while the database is locked, restarting or out of breath.

    What a server has answered is known only here until it is stored. Trying again is safe: each statement
    names the state and the owner that it expects.
    """
    for pause in _PAUSES_SECONDS:
        try:
            with unit_of_work():
                return step()
        except OperationalError as problem:
            log.warning("The database did not take a result (%s); once more in %s s", problem.orig, pause)
            time.sleep(pause)
    with unit_of_work():
        return step()


def _prepared(dispatch_id: int) -> tuple[Addressing, dict[str, CompiledMessage]]:
    dispatch = db.session.get(Dispatch, dispatch_id)
    assert dispatch is not None
    sender = editions.sender_of(dispatch.sender)
    addressing = Addressing(
        dispatch_id=dispatch_id,
        sender_address=sender.sender_address,
        bounce_domain=current().bounce_domain or "",
        secret=current().secret_key,
    )
    return addressing, editions.compiled(dispatch.issue_number, sender)
