"""Many letters at once: what carries the letters of an issue, each over one of several places.

A place has one letter in hand at most. `open_carrier(settings)` gives what the settings ask for: connections
to the mail server (`smtp.wire`), or the folder, to which one thread writes. Answers come by a call from
another thread. What an answer means, and which letter comes next, says whoever gives the letters.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Protocol

from newsroom.platform.mail.parcel import Parcel
from newsroom.platform.mail.smtp.line import Answered
from newsroom.platform.mail.smtp.server import Timeouts, server_of
from newsroom.platform.mail.smtp.wire import Wire
from newsroom.platform.mail.transport import Transport, open_transport
from newsroom.platform.settings import Settings

log = logging.getLogger(__name__)


class Carrier(Protocol):
    """Carries letters over several places, whose numbers whoever gives the letters chooses."""

    def carry(self, place: int, parcel: Parcel, following: Parcel | None, answered: Answered) -> None:
        """Hand over a letter at a place that has none in hand. `following` will most likely come next."""
        ...

    def go(self) -> None:
        """All letters of this moment are given: they leave now."""
        ...

    def let_go(self, place: int) -> None:
        """What was to follow at this place does not come."""
        ...

    def abort(self) -> None:
        """Wait no longer: each letter in hand is answered at once, as unknown if it had left."""
        ...

    def close(self, seconds: float) -> None:
        """Take no more letters, and wait so long for those in hand; what is left goes on by itself."""
        ...


def open_carrier(settings: Settings, timeouts: Timeouts | None = None) -> Carrier:
    """Give the carrier that the settings ask for. Nothing is connected before the first letter."""
    if settings.mail_transport == "smtp":
        return Wire(server_of(settings), timeouts)
    return OneByOne(lambda: open_transport(settings))


class OneByOne:
    """Carries letters over one transport, one behind the other, in a thread."""

    def __init__(self, opened: Callable[[], Transport]) -> None:
        self._opened = opened
        self._orders: SimpleQueue[tuple[Parcel, Answered] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def carry(self, place: int, parcel: Parcel, following: Parcel | None, answered: Answered) -> None:
        """Hand over a letter when those before it are written."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="letters to a folder", daemon=True)
            self._thread.start()
        self._orders.put((parcel, answered))

    def go(self) -> None:
        """They are on their way already."""

    def let_go(self, place: int) -> None:
        """Nothing was announced."""

    def abort(self) -> None:
        """Nothing here waits for long."""

    def close(self, seconds: float) -> None:
        """End the thread behind the letters that were given."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._orders.put(None)
            thread.join(seconds)

    def _run(self) -> None:
        with self._opened() as transport:
            while (order := self._orders.get()) is not None:
                parcel, answered = order
                try:
                    answered(transport.send(parcel.envelope_from, parcel.rcpt, parcel.message), None)
                except Exception as problem:
                    log.exception("Handing over a letter failed")
                    answered(None, problem)
