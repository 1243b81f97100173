"""The worker: one process that asks each source for work until it is told to stop.

Jobs are the first source, done one at a time under a lease that a second thread renews. A source that fails
is logged and left alone for a while; nothing it does can end the loop. The worker starts no process and
knows no feature.
"""

import logging
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

from flask import Flask

from newsroom.platform.db import unit_of_work
from newsroom.platform.jobs import queue, rules
from newsroom.platform.jobs.queue import Claim
from newsroom.platform.jobs.registry import Tick, Work, sources_of, task_called, ticks_of

log = logging.getLogger(__name__)

_LIMIT = 100
_IDLE_SECONDS = 0.5
_TICK_SECONDS = 60.0
# A draining worker gives a failing source so many chances before it stops without it.
_DRAIN_CHANCES = 3
# A plain flag, because a signal handler may not take a lock that the code it interrupts may hold.
_stopping = False


@dataclass
class _Source:
    name: str
    work: Work
    failure_count: int = 0
    rested_until: float = 0.0

    @property
    def is_resting(self) -> bool:
        return time.monotonic() < self.rested_until


def run_worker(app: Flask, drain: bool = False) -> bool:
    """Work until SIGTERM or SIGINT; with `drain`, until nothing is left that can be done now.

    Gives whether all went well: False when a source was still failing or a job had failed at the end. Signals
    are listened to in a process's main thread only.
    """
    worker = _Worker(app, drain)
    with _listening_to_signals():
        return worker.run()


def stop_requested() -> bool:
    """Whether the worker was told to stop: long work asks between its steps, and comes back when it was."""
    return _stopping


class _Worker:
    """The loop and what it remembers between two rounds."""

    def __init__(self, app: Flask, drain: bool) -> None:
        self._app = app
        self._drain = drain
        self._failed_job_count = 0
        self._sources = [_Source("jobs", self._do_jobs)]
        self._sources += [_Source(name, work) for name, work in sources_of(app).items()]
        self._next_tick = 0.0

    def run(self) -> bool:
        while not _stopping:
            self._tick_when_due()
            done = sum([self._ask(source) for source in self._sources])
            if done:
                continue
            if self._drain and self._is_drained():
                break
            time.sleep(_IDLE_SECONDS)
        return not self._failed_job_count and not any(source.failure_count for source in self._sources)

    def _is_drained(self) -> bool:
        return all(source.failure_count in (0, _DRAIN_CHANCES) for source in self._sources)

    def _ask(self, source: _Source) -> int:
        exhausted = self._drain and source.failure_count >= _DRAIN_CHANCES
        if _stopping or source.is_resting or exhausted:
            return 0
        try:
            with self._app.app_context():
                done = source.work(_LIMIT)
        except Exception:
            source.failure_count += 1
            pause = rules.source_wait(source.failure_count).total_seconds()
            source.rested_until = time.monotonic() + pause
            log.exception("The source %s failed; it is left alone for %.0f s", source.name, pause)
            return 0
        source.failure_count = 0
        return done

    def _tick_when_due(self) -> None:
        if time.monotonic() < self._next_tick:
            return
        self._next_tick = time.monotonic() + _TICK_SECONDS
        for name, tick in ticks_of(self._app).items():
            self._tick(name, tick)

    def _tick(self, name: str, tick: Tick) -> None:
        try:
            with self._app.app_context():
                tick()
        except Exception:
            log.exception("The minute's %s failed", name)

    def _do_jobs(self, limit: int) -> int:
        for count in range(limit):
            if _stopping or not self._do_one_job():
                return count
        return limit

    def _do_one_job(self) -> bool:
        with unit_of_work():
            claim = queue.claim_next()
        if claim is None:
            return False
        problem = self._run(claim)
        self._failed_job_count += bool(problem)
        with unit_of_work():
            still_ours = queue.fail(claim, problem) if problem else queue.finish(claim)
        if not still_ours:
            log.warning("The job %s %s was taken over by another worker", claim.name, claim.subject_id)
        return True

    def _run(self, claim: Claim) -> str:
        """Run a job in a context of its own; what went wrong, or an empty text."""
        function = task_called(claim.name)
        if function is None:
            return f"This version of Newsroom has no task called {claim.name}."
        if claim.attempt_count > rules.MAX_ATTEMPTS:
            return "It was begun too often without coming to an end."
        try:
            with self._app.app_context(), _renewing(self._app, claim):
                function(claim.subject_id)
        except Exception as problem:
            log.exception(
                "The job %s %s failed (attempt %s)", claim.name, claim.subject_id, claim.attempt_count
            )
            return f"{type(problem).__name__}: {problem}"
        return ""


@contextmanager
def _renewing(app: Flask, claim: Claim) -> Iterator[None]:
    """Renew a claim's lease from a second thread for as long as the block runs."""
    finished = threading.Event()

    def renew() -> None:
        while not finished.wait(rules.LEASE.total_seconds() / 3):
            try:
                with app.app_context(), unit_of_work():
                    queue.renew(claim)
            except Exception:
                log.exception("The lease of the job %s %s could not be renewed", claim.name, claim.subject_id)

    thread = threading.Thread(target=renew, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        finished.set()
        thread.join()


@contextmanager
def _listening_to_signals() -> Iterator[None]:
    global _stopping
    _stopping = False
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before: dict[int, Any] = {}

    def stop(number: int, _frame: FrameType | None) -> None:
        # A second signal means it: the old manners apply again.
        global _stopping
        signal.signal(number, before[number])
        _stopping = True

    for wanted in (signal.SIGTERM, signal.SIGINT):
        before[wanted] = signal.signal(wanted, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def tidy() -> None:
    """A tick: forget finished jobs."""
    with unit_of_work():
        queue.forget_finished()
