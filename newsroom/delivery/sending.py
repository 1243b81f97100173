"""A turn at a dispatch: letters are given to the connections, and what became of them to the ledger.

One thread writes for all connections. Just before any of them begins its next letter, one guarded write
stores the answers that have come since and lets the letters of all connections that are ready begin, so that
one commit serves many. It opens no connection, claims no row and knows no limit.
"""

from __future__ import annotations

import logging
import random
import time
from datetime import datetime
from queue import Empty, SimpleQueue

from newsroom.delivery import ledger, rules, service
from newsroom.delivery.backlog import GONE, Backlog
from newsroom.delivery.connections import Answer, Connection, Letter, Pool
from newsroom.delivery.rules import Outcome
from newsroom.delivery.writing import committed
from newsroom.platform import clock
from newsroom.platform.jobs import stop_requested
from newsroom.platform.mail.reply import Stage
from newsroom.subscribers import queries as subscribers

log = logging.getLogger(__name__)

_LOOK_EVERY_SECONDS = 0.2
# Answers wait for others to share their write, unless this part of all that are due has come: so long for
# each that has not, and at most. While the rest are under way, the mail server has something to do.
_SHARE_OF_A_WRITE = 1 / 3
_GATHER_SECONDS_EACH, _GATHER_SECONDS = 0.0001, 0.002


class Turn:
    """One worker's turn at a dispatch."""

    def __init__(self, dispatch_id: int, owner: str, backlog: Backlog, pool: Pool, seconds: float) -> None:
        self._dispatch_id = dispatch_id
        self._owner = owner
        self._backlog = backlog
        self._pool = pool
        self._ends_at = time.monotonic() + seconds
        self._answers: SimpleQueue[Answer] = SimpleQueue()
        # The number of each attempt that has begun and is not stored, and what came of those that are over.
        self._attempts: dict[int, int] = {}
        self._outcomes: dict[int, Outcome] = {}
        # How often the write that is under way was tried.
        self._try_count = 0
        # Set when a row could not be begun: the dispatch was stopped, or the rows were taken from us.
        self._is_over = False

    def run(self) -> None:
        """Give letters to connections until the rows, the time or the dispatch are at their end.

        What is in hand then is waited for, so that at the end no row of ours says `sending`.
        """
        while True:
            ready = self._ready()
            self._write(ready)
            if self._pool.in_hand_count:
                self._listen()
            elif not ready:
                break
        self._pool.let_go()

    def _ready(self) -> dict[Connection, Letter]:
        """A letter for each connection that can begin one now: the announced one, or else the next."""
        ready: dict[Connection, Letter] = {}
        if self._is_over or stop_requested():
            return ready
        for connection in self._pool.idle():
            letter = connection.following or self._next() or self._pool.take_overdue()
            if letter is None:
                break
            ready[connection] = letter
        return ready

    def _next(self) -> Letter | None:
        return None if time.monotonic() > self._ends_at else self._backlog.take()

    def _write(self, ready: dict[Connection, Letter]) -> None:
        """The guarded write: what has come is stored, and the letters that are ready begin."""
        closed, self._backlog.closed = self._backlog.closed, []
        if not (self._outcomes or closed or ready):
            return
        letters = {letter.recipient.id: letter for letter in ready.values()}
        self._try_count = 0
        begun = committed(lambda: self._grouped(closed, letters))
        self._outcomes = {}
        self._attempts.update(begun)
        for connection, letter in ready.items():
            if letter.recipient.id in begun:
                # The envelope of the next one leaves with this letter: not when it would not be begun.
                is_ending = self._is_over or stop_requested()
                connection.hand_over(letter, None if is_ending else self._next(), self._answers)
            else:
                connection.let_go()
        self._pool.go()

    def _grouped(self, closed: list[tuple[int, Outcome]], letters: dict[int, Letter]) -> dict[int, int]:
        self._try_count += 1
        self._store()
        now = clock.now()
        for number, outcome in closed:
            ledger.close(self._dispatch_id, number, self._owner, outcome.state, outcome.reply, now)
            if outcome.pauses:
                service.pause_if_needed(self._dispatch_id, outcome)
        return self._begin(letters, now) if letters else {}

    def _store(self) -> None:
        if not self._outcomes:
            return
        stored = service.record_attempts(self._dispatch_id, self._owner, self._outcomes)
        for number in self._outcomes.keys() - stored:
            log.warning("The row of subscriber %s was taken from us while it was in hand", number)

    def _begin(self, letters: dict[int, Letter], now: datetime) -> dict[int, int]:
        """Let these letters begin; the number of the attempt of each that may.

        Its subscriber is looked at once more and held until then: who leaves, is erased or moves to another
        address does so before or after, never in between.
        """
        found = subscribers.held_recipients(list(letters))
        same = [number for number, each in found.items() if each == letters[number].recipient]
        again = self._try_count > 1
        begun = ledger.begin_some(self._dispatch_id, same, self._owner, again=again)
        for number in letters.keys() - found.keys():
            ledger.close(self._dispatch_id, number, self._owner, "skipped", GONE, now)
        # A letter that says something else by now is made anew.
        ledger.put_off(self._dispatch_id, self._owner, dict.fromkeys(found.keys() - set(same), now))
        self._is_over = self._is_over or len(begun) < len(same)
        return begun

    def _listen(self) -> None:
        """Wait for an answer, then a moment for others that may share its write."""
        due_count = self._pool.in_hand_count
        try:
            self._take(self._answers.get(timeout=_LOOK_EVERY_SECONDS))
        except Empty:
            return
        self._take_all()
        left_count = self._pool.in_hand_count
        if due_count - left_count < due_count * _SHARE_OF_A_WRITE:
            # Asleep, because being woken by each of them would cost more than it gains.
            time.sleep(min(_GATHER_SECONDS_EACH * left_count, _GATHER_SECONDS))
            self._take_all()

    def _take_all(self) -> None:
        while not self._answers.empty():
            self._take(self._answers.get())

    def _take(self, answer: Answer) -> None:
        number = answer.letter.recipient.id
        outcome = self._outcome(answer, self._attempts.pop(number))
        self._outcomes[number] = outcome
        self._is_over = self._is_over or outcome.pauses

    def _outcome(self, answer: Answer, attempt_count: int) -> Outcome:
        connection, reply = answer.connection, answer.reply
        connection.heard(reply)
        if reply is None:
            # A defect of ours, and nobody knows how far the letter came. One of them is enough.
            said = f"Handing over failed ({type(answer.problem).__name__}); the log says more."
            return Outcome("uncertain", said, pauses=True)
        outcome = rules.outcome(reply, attempt_count, random.random())  # noqa: S311
        if reply.stage in (Stage.CONNECT, Stage.AUTH) and not reply.accepted:
            if stop_requested():
                # We did not wait to be let in, which says nothing against the server.
                return Outcome("pending", outcome.reply, is_attempt=False)
            connection.rest()
            if self._pool.others_live(connection):
                # The server serves others of us and has enough of them: that is no reason to stop, and
                # this letter leaves over another connection.
                log.info("The mail server takes no further connection: %s", reply)
                return Outcome("pending", outcome.reply, is_attempt=False)
        return outcome
