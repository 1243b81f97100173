"""Does jobs: claims one, runs its task under a lease that a second thread renews, records what came of it.

Every job has a context and units of work of its own. Whatever wakes a worker, this is what it runs.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from newsroom.platform.db import unit_of_work
from newsroom.platform.jobs import queue, rules
from newsroom.platform.jobs.queue import Claim
from newsroom.platform.jobs.registry import task_called
from newsroom.platform.jobs.stopping import stop_requested

log = logging.getLogger(__name__)


class Jobs:
    """The source of work that jobs are; counts those that failed."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self.failed_count = 0

    def work(self, limit: int) -> int:
        """Do so many jobs at most, one at a time; how many were done."""
        for count in range(limit):
            if stop_requested() or not self._do_one():
                return count
        return limit

    def _do_one(self) -> bool:
        with unit_of_work():
            claim = queue.claim_next()
        if claim is None:
            return False
        problem = self._run(claim)
        self.failed_count += bool(problem)
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
