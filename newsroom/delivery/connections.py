"""The connections to the mail server: which letter each has in hand, and which server lets us in.

The letters themselves are carried by the platform. Nothing here reads a database or decides what an answer
means: that, and which letter comes next, says whoever gives the letters.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from queue import SimpleQueue

from newsroom.platform.mail.carrying import Carrier
from newsroom.platform.mail.parcel import Parcel
from newsroom.platform.mail.reply import Reply, Stage
from newsroom.subscribers.queries import Recipient

FIRST_REST_SECONDS = 5.0
LONGEST_REST_SECONDS = 60.0
# So long a letter waits behind one whose answer does not come; then another connection takes it.
OVERDUE_SECONDS = 1.0


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


class Connection:
    """One place at the carrier, and what was given to it. It belongs to whoever gives the letters."""

    def __init__(self, carrier: Carrier, place: int) -> None:
        self._carrier = carrier
        self._place = place
        self._rest_seconds = 0.0
        self._rested_at = 0.0
        # What it has in hand, and the letter whose envelope leaves with that one's final dot.
        self.letter: Letter | None = None
        self.following: Letter | None = None
        self._handed_at = 0.0
        self._has_announced = False
        # Whether the server let us in when it was last asked.
        self.is_alive = False

    @property
    def is_idle(self) -> bool:
        """Whether it can be given a letter now."""
        return self.letter is None and time.monotonic() >= self._rested_at

    def hand_over(self, letter: Letter, following: Letter | None, answers: SimpleQueue[Answer]) -> None:
        """Hand over a letter; the answer is put into the queue. `following` should come next."""
        self.letter, self.following = letter, following
        self._handed_at, self._has_announced = time.monotonic(), following is not None

        def answered(reply: Reply | None, problem: Exception | None) -> None:
            answers.put(Answer(self, letter, reply, problem))

        after = following.parcel if following is not None else None
        self._carrier.carry(self._place, letter.parcel, after, answered)

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
        """Take back the announcement where a letter was announced that does not come."""
        self.following = None
        if self._has_announced:
            self._has_announced = False
            self._carrier.let_go(self._place)


class Pool:
    """So many connections at most, each made when it is first needed. It belongs to one thread."""

    def __init__(self, size: int, carrier: Carrier) -> None:
        self._size = size
        self._carrier = carrier
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

    def go(self) -> None:
        """Whatever was handed over since the last time leaves now."""
        self._carrier.go()

    def let_go(self) -> None:
        """Take back every announcement of a letter that does not come."""
        for each in self._connections:
            if each.letter is None:
                each.let_go()

    def abort(self) -> None:
        """From another thread: let no answer be waited for any longer."""
        self._carrier.abort()

    def close(self, seconds: float = 5.0) -> None:
        """End all connections, and wait a while for it; those with a letter in hand go on by themselves."""
        self._carrier.close(seconds)

    def _new(self) -> Connection:
        made = Connection(self._carrier, len(self._connections))
        self._connections.append(made)
        return made
