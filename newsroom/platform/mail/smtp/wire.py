"""Many connections to one mail server, and one thread that carries the words of all of them.

A connection is kept from one letter to the next, let go of after a while of idleness, and replaced once,
unnoticed, when it has gone meanwhile (`line`). Nothing here waits for one answer while another could be heard
(`loop`). What is said is in `dialogue`. It decides nothing about a letter, and reads no database.
"""

from __future__ import annotations

from newsroom.platform.mail.parcel import Parcel
from newsroom.platform.mail.smtp.line import Answered, Line, Order
from newsroom.platform.mail.smtp.loop import Loop
from newsroom.platform.mail.smtp.server import Server, Timeouts


class Wire:
    """Carries letters to one server over as many connections as there are places."""

    def __init__(self, server: Server, timeouts: Timeouts | None = None) -> None:
        self._loop = Loop()
        self._lines: dict[int, Line] = {}
        self._new_line = lambda: Line(self._loop, server, timeouts or Timeouts())

    def carry(self, place: int, parcel: Parcel, following: Parcel | None, answered: Answered) -> None:
        """Hand over a letter at a place that has none in hand, once `go` is called."""
        if self._loop.is_over:
            # It failed; what was in hand then is answered.
            self._loop = Loop()
            self._lines.clear()
        line = self._lines.get(place)
        if line is None:
            line = self._lines[place] = self._new_line()
        order = Order(parcel, following, answered)
        self._loop.later(lambda: line.take(order))

    def go(self) -> None:
        """All letters of this moment are given: they leave now."""
        self._loop.wake()

    def let_go(self, place: int) -> None:
        """What was to follow at this place does not come."""
        line = self._lines.get(place)
        if line is not None:
            self._loop.later(line.let_go)
            self._loop.wake()

    def abort(self) -> None:
        """Wait no longer: each letter in hand is answered at once, as unknown if it had left."""
        for line in list(self._lines.values()):
            self._loop.later(line.abort)
        self._loop.wake()

    def close(self, seconds: float) -> None:
        """Let go of all connections, and wait so long for letters in hand; the rest go on by themselves.

        A letter that is given later begins anew.
        """
        ending, self._loop = self._loop, Loop()
        self._lines.clear()
        ending.end(seconds)
