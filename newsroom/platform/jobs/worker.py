"""The embedded worker: one process that asks each source for work until it is told to stop.

Jobs are the first source, done one at a time. It starts no process and knows no feature.
"""

from __future__ import annotations

import time

from flask import Flask

from newsroom.platform.db import unit_of_work
from newsroom.platform.jobs import queue, sources
from newsroom.platform.jobs.doing import Jobs
from newsroom.platform.jobs.sources import Source
from newsroom.platform.jobs.stopping import listening_to_signals, stop_requested

_IDLE_SECONDS = 0.5
TICK_SECONDS = 60.0
# A draining worker gives a failing source so many chances before it stops without it.
_DRAIN_CHANCES = 3


def run_worker(app: Flask, drain: bool = False) -> bool:
    """Work until SIGTERM or SIGINT; with `drain`, until nothing is left that can be done now.

    Gives whether all went well: False when a source was still failing or a job had failed at the end. Signals
    are listened to in a process's main thread only.
    """
    worker = _Worker(app, drain)
    with listening_to_signals():
        return worker.run()


class _Worker:
    """The loop and what it remembers between two rounds."""

    def __init__(self, app: Flask, drain: bool) -> None:
        self._app = app
        self._drain = drain
        self._jobs = Jobs(app)
        self._sources = list(sources.all_sources(app, self._jobs).values())
        self._next_tick = 0.0

    def run(self) -> bool:
        while not stop_requested():
            self._tick_when_due()
            done = sum([self._ask(source) for source in self._sources])
            if done:
                continue
            if self._drain and self._is_drained():
                break
            time.sleep(_IDLE_SECONDS)
        return not self._jobs.failed_count and not any(source.failure_count for source in self._sources)

    def _is_drained(self) -> bool:
        return all(source.failure_count in (0, _DRAIN_CHANCES) for source in self._sources)

    def _ask(self, source: Source) -> int:
        if self._drain and source.failure_count >= _DRAIN_CHANCES:
            return 0
        return source.ask(self._app)

    def _tick_when_due(self) -> None:
        if time.monotonic() >= self._next_tick:
            self._next_tick = time.monotonic() + TICK_SECONDS
            sources.tick(self._app)


def tidy() -> None:
    """A tick: forget finished jobs."""
    with unit_of_work():
        queue.forget_finished()
