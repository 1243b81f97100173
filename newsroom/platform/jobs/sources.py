"""Asks the sources of work, one piece at a time, and leaves one alone for a while that fails.

Both runners of the worker ask through here. Nothing that a source does can end whoever asks it.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

from flask import Flask

from newsroom.platform.jobs import rules
from newsroom.platform.jobs.doing import Jobs
from newsroom.platform.jobs.registry import JOBS, Rest, Work, rests_of, sources_of, ticks_of
from newsroom.platform.jobs.stopping import stop_requested

log = logging.getLogger(__name__)

_LIMIT = 100


@dataclass
class Source:
    """One thing to ask for work, and how it has behaved; a steady one has something to rest from."""

    name: str
    work: Work
    rest: Rest | None = None
    failure_count: int = 0
    rested_until: float = 0.0

    @property
    def is_resting(self) -> bool:
        """Whether it failed and is left alone for a while."""
        return time.monotonic() < self.rested_until

    def ask(self, app: Flask) -> int:
        """Let it do some of what is due, in a context of its own; how much it did, 0 for nothing."""
        if stop_requested() or self.is_resting:
            return 0
        try:
            with app.app_context():
                done = self.work(_LIMIT)
        except Exception:
            self.failure_count += 1
            pause = rules.source_wait(self.failure_count).total_seconds()
            self.rested_until = time.monotonic() + pause
            log.exception("The source %s failed; it is left alone for %.0f s", self.name, pause)
            return 0
        self.failure_count = 0
        return done


def all_sources(app: Flask, jobs: Jobs) -> dict[str, Source]:
    """Every source of an application by name, jobs first."""
    works = {JOBS: jobs.work, **sources_of(app)}
    rests = rests_of(app)
    return {name: Source(name, work, rests.get(name)) for name, work in works.items()}


def rest(app: Flask) -> None:
    """Let all steady sources let go of what they keep; what fails is logged."""
    for name, one in rests_of(app).items():
        try:
            with app.app_context():
                one()
        except Exception:
            log.exception("The source %s could not rest", name)


def tick(app: Flask) -> None:
    """Let happen what happens each minute; what fails is logged."""
    for name, one in ticks_of(app).items():
        try:
            with app.app_context():
                one()
        except Exception:
            log.exception("The minute's %s failed", name)
