"""The connections to the mail server: threads that hand over the letters they are given.

A connection keeps its transport from one letter to the next, and lets go of it after a while of idleness. It
reads no database and decides nothing: what an answer means, and which letter comes next, says whoever gave
the letter.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from newsroom.platform.mail.reply import Reply, Stage
from newsroom.platform.mail.transport import Parcel, Transport
from newsroom.subscribers.queries import Recipient

log = logging.getLogger(__name__)

# RFC 5321 4.5.3.2.7 lets a server hang up after five minutes; we do not keep one of its places that long.
IDLE_SECONDS = 20.0
FIRST_REST_SECONDS = 5.0
LONGEST_REST_SECONDS = 60.0
# So long a letter waits behind one whose answer does not come; then another connection takes it.
OVERDUE_SECONDS = 1.0
_LET_GO = object()
_END = object()


@dataclass(frozen=True)
class Letter:
    """One subscriber's letter, ready to leave: joined, signed and addressed."""

    recipient: Recipient
    parcel: Parcel


@dataclass(frozen=True)
class Answer:
    """What came of handing over a letter: the server's reply, or a defect of ours."""

    connection: Connection
    letter: Letter
    reply: Reply | None
    problem: Exception | None = None


@dataclass(frozen=True)
class _Order:
    letter: Letter
    following: Letter | None
    answers: SimpleQueue[Answer]


class Connection:
    """One connection and its thread; all but the thread itself belongs to whoever gives the letters."""

    def __init__(self, open_transport: Callable[[], Transport], name: str) -> None:
        self._open_transport = open_transport
        self._orders: SimpleQueue[object] = SimpleQueue()
        self._transport: Transport | None = None
        self._rest_seconds = 0.0
        self._rested_at = 0.0
        # What it has in hand, and the letter whose envelope leaves with that one's final dot.
        self.letter: Letter | None = None
        self.following: Letter | None = None
        self._handed_at = 0.0
        self._has_announced = False
        # Whether the server let us in when it was last asked.
        self.is_alive = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def is_idle(self) -> bool:
        """Whether it can be given a letter now."""
        return self.letter is None and time.monotonic() >= self._rested_at

    def hand_over(self, letter: Letter, following: Letter | None, answers: SimpleQueue[Answer]) -> None:
        """Hand over a letter; the answer is put into the queue. `following` should come next."""
        self.letter, self.following = letter, following
        self._handed_at, self._has_announced = time.monotonic(), following is not None
        self._orders.put(_Order(letter, following, answers))

    def heard(self, reply: Reply | None) -> None:
        """The letter in hand was answered: that the server let us in, or that it did not."""
        self.letter = None
        self.is_alive = reply is not None and reply.stage not in (Stage.CONNECT, Stage.AUTH)
        if self.is_alive:
            self._rest_seconds = 0.0

    def rest(self) -> None:
        """Leave the server alone for a while: longer each time that it does not let us in."""
        self._rest_seconds = min(max(self._rest_seconds * 2, FIRST_REST_SECONDS), LONGEST_REST_SECONDS)
        self._rested_at = time.monotonic() + self._rest_seconds

    def take_overdue(self) -> Letter | None:
        """The letter that waits behind one whose answer does not come."""
        is_overdue = self.letter is not None and time.monotonic() - self._handed_at > OVERDUE_SECONDS
        if not is_overdue:
            return None
        found, self.following = self.following, None
        return found

    def let_go(self) -> None:
        """Close the transport where a letter was announced that does not come."""
        self.following = None
        if self._has_announced:
            self._has_announced = False
            self._orders.put(_LET_GO)

    def abort(self) -> None:
        """Let an answer that is waited for be unknown at once."""
        transport = self._transport
        if transport is not None:
            transport.abort()

    def end(self) -> None:
        """End the thread once it has nothing in hand."""
        self._orders.put(_END)

    def join(self, seconds: float) -> None:
        """Wait for the thread's end."""
        self._thread.join(seconds)

    def _run(self) -> None:
        while True:
            try:
                order = self._orders.get(timeout=IDLE_SECONDS if self._transport is not None else None)
            except Empty:
                order = _LET_GO
            if isinstance(order, _Order):
                order.answers.put(self._answer(order))
                continue
            self._close()
            if order is _END:
                return

    def _answer(self, order: _Order) -> Answer:
        parcel = order.letter.parcel
        following = order.following.parcel if order.following is not None else None
        try:
            if self._transport is None:
                self._transport = self._open_transport()
            reply = self._transport.send(parcel.envelope_from, parcel.rcpt, parcel.message, following)
        except Exception as problem:
            log.exception("Handing over to subscriber %s failed", order.letter.recipient.id)
            self._close()
            return Answer(self, order.letter, None, problem)
        return Answer(self, order.letter, reply)

    def _close(self) -> None:
        transport, self._transport = self._transport, None
        self.is_alive = False
        if transport is None:
            return
        try:
            transport.close()
        except Exception:
            log.exception("A connection to the mail server could not be closed")


class Pool:
    """So many connections at most, each made when it is first needed. It belongs to one thread."""

    def __init__(self, size: int, open_transport: Callable[[], Transport]) -> None:
        self._size = size
        self._open_transport = open_transport
        self._connections: list[Connection] = []

    @property
    def size(self) -> int:
        """How many connections there may be."""
        return self._size

    @property
    def in_hand_count(self) -> int:
        """How many letters wait for their answers."""
        return len([each for each in self._connections if each.letter is not None])

    @property
    def is_resting(self) -> bool:
        """Whether the server lets none of us in, so that there is nothing to do for a while."""
        return bool(self._connections) and not any(
            each.is_idle or each.letter is not None for each in self._connections
        )

    def idle(self) -> Iterator[Connection]:
        """The connections that can be given a letter now, first those that have announced one.

        It is one until the server has let it in: a wrong password must not be tried by all at once.
        """
        if not any(each.is_alive for each in self._connections):
            if not self.in_hand_count and not self.is_resting:
                yield next((each for each in self._connections if each.is_idle), None) or self._new()
            return
        idle = [each for each in self._connections if each.is_idle]
        yield from sorted(idle, key=lambda each: each.following is None)
        while len(self._connections) < self._size:
            yield self._new()

    def others_live(self, connection: Connection) -> bool:
        """Whether the server has let another connection in."""
        return any(each.is_alive for each in self._connections if each is not connection)

    def take_overdue(self) -> Letter | None:
        """A letter that waits behind one whose answer does not come; another connection may take it."""
        return next(filter(None, (each.take_overdue() for each in self._connections)), None)

    def let_go(self) -> None:
        """Take back every announcement of a letter that does not come."""
        for each in self._connections:
            if each.letter is None:
                each.let_go()

    def abort(self) -> None:
        """From another thread: let no answer be waited for any longer."""
        for each in list(self._connections):
            each.abort()

    def close(self, seconds: float = 5.0) -> None:
        """End all connections, and wait a while for it; those with a letter in hand go on by themselves."""
        ending, self._connections = self._connections, []
        for each in ending:
            each.end()
        until = time.monotonic() + seconds
        for each in ending:
            if each.letter is None:
                each.join(max(0.0, until - time.monotonic()))

    def _new(self) -> Connection:
        made = Connection(self._open_transport, f"mail connection {len(self._connections) + 1}")
        self._connections.append(made)
        return made
