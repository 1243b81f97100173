"""A clock that stands still until somebody sleeps, for tests of the pace of letters."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from flask import Flask

from newsroom.platform.mail.pace import Limits, Pace

BEGAN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@dataclass
class SlowTime:
    """`now` is in seconds since it began; `moment` is the same as an instant."""

    now: float = 0.0
    naps: list[float] = field(default_factory=list)
    # What happens meanwhile, whenever somebody sleeps.
    meanwhile: Callable[[], object] = lambda: None

    def moment(self) -> datetime:
        return BEGAN + timedelta(seconds=self.now)

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds
        self.meanwhile()

    @classmethod
    def in_the_place_of(cls, app: Flask, rate: float) -> "SlowTime":
        """Let an application keep a rate by this clock."""
        time = cls()
        app.extensions["newsroom.mail.pace"] = Pace(Limits(rate), time.moment, time.sleep)
        return time
