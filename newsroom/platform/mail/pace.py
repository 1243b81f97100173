"""How fast one process lets letters leave: `NEWSROOM_MAIL_RATE`, evenly, letters and dispatches together.

Letters leave one behind the other and never in a burst. Whoever sends asks before each letter; a wait is
short, so that a pause or a stop is seen soon, and who still has to wait lets go of what it holds and comes
back. It knows no letter, and nothing of other processes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from math import ceil

from flask import Flask, current_app

from newsroom.platform.settings import Settings

LONGEST_WAIT_SECONDS = 0.5
# A turn takes no more letters in hand than can leave in about this time.
TURN_SECONDS = 5.0

_EXTENSION = "newsroom.mail.pace"


class Pace:
    """The rhythm of one process; `rate` is letters a second, 0 is no limit. It belongs to one thread."""

    def __init__(
        self,
        rate: float,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._rate = rate
        self._monotonic = monotonic
        self._sleep = sleep
        self._next_at = monotonic()

    @property
    def is_due(self) -> bool:
        """Whether a letter may leave at this moment."""
        return not self._rate or self._monotonic() >= self._next_at

    def wait(self) -> bool:
        """Wait for the next letter's moment, half a second at most; whether it has come."""
        if not self.is_due:
            self._sleep(min(self._next_at - self._monotonic(), LONGEST_WAIT_SECONDS))
        return self.is_due

    def count(self) -> None:
        """A letter leaves now."""
        if self._rate:
            # From the moment of this letter: neither idle time nor lateness is saved up for a burst.
            self._next_at = self._monotonic() + 1 / self._rate

    def most(self, count: int) -> int:
        """How many of so many letters it makes sense to take in hand for one turn; one at least."""
        return min(count, max(1, ceil(self._rate * TURN_SECONDS))) if self._rate else count


def init_app(app: Flask, settings: Settings | None) -> None:
    """Give an application its pace."""
    app.extensions[_EXTENSION] = Pace(settings.mail_rate if settings is not None else 0)


def current() -> Pace:
    """The pace of the running application."""
    pace: Pace = current_app.extensions[_EXTENSION]
    return pace
