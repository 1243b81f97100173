"""The embedded worker: one process that asks each source for work until it is told to stop.

Jobs are the first source, done one at a time. A steady source has a thread of its own, so that a dispatch of
hours keeps nobody waiting. It starts no process and knows no feature.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

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
        self._all = list(sources.all_sources(app, self._jobs).values())
        self._sources = [source for source in self._all if source.rest is None]
        self._steady = [_Steady(source, self._ask) for source in self._all if source.rest is not None]
        self._next_tick = 0.0

    def run(self) -> bool:
        for each in self._steady:
            each.start()
        try:
            self._loop()
        finally:
            for each in self._steady:
                each.end()
            sources.rest(self._app)
        return not self._jobs.failed_count and not any(source.failure_count for source in self._all)

    def _loop(self) -> None:
        while not stop_requested():
            self._tick_when_due()
            done = sum([self._ask(source) for source in self._sources])
            if done:
                continue
            if self._drain and self._is_drained():
                break
            time.sleep(_IDLE_SECONDS)

    def _is_drained(self) -> bool:
        # Asked when the others have found nothing, so that nothing which they began is overlooked.
        if any(each.finds_something() for each in self._steady):
            return False
        return all(source.failure_count in (0, _DRAIN_CHANCES) for source in self._all)

    def _ask(self, source: Source) -> int:
        if self._drain and source.failure_count >= _DRAIN_CHANCES:
            return 0
        return source.ask(self._app)

    def _tick_when_due(self) -> None:
        if time.monotonic() >= self._next_tick:
            self._next_tick = time.monotonic() + TICK_SECONDS
            sources.tick(self._app)


class _Steady:
    """A source and its thread, which asks it again and again."""

    def __init__(self, source: Source, ask: Callable[[Source], int]) -> None:
        self._source = source
        self._ask = ask
        self._news = threading.Condition()
        self._is_ending = False
        self._round = 0
        self._found = False
        self._is_asking = False
        self._thread = threading.Thread(target=self._run, name=source.name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """End it after the round that it is in."""
        with self._news:
            self._is_ending = True
            self._news.notify_all()
        self._thread.join()

    def finds_something(self) -> bool:
        """Whether a round that begins from now on finds something to do, or is still looking."""
        with self._news:
            self._found = False
            # The round that is under way may have looked before.
            wanted = self._round + 2
            while self._round < wanted and not stop_requested():
                self._news.notify_all()
                if not self._news.wait(_IDLE_SECONDS) and self._is_asking:
                    return True
            return self._found

    def _run(self) -> None:
        while not (stop_requested() or self._is_ending):
            self._is_asking = True
            done = self._ask(self._source)
            with self._news:
                self._is_asking = False
                self._round += 1
                self._found = self._found or bool(done)
                self._news.notify_all()
                if not done and not self._is_ending:
                    self._news.wait(_IDLE_SECONDS)


def tidy() -> None:
    """A tick: forget finished jobs."""
    with unit_of_work():
        queue.forget_finished()
