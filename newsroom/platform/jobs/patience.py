"""How long a worker that was told to stop waits for an answer that is due.

A mail server may take minutes after the final dot; whoever stops a worker waits half a minute. It stops no
worker and decides nothing about a letter: it only cuts a wait short.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from newsroom.platform.jobs.stopping import seconds_since_stop


class Abortable(Protocol):
    """Whatever waits for answers."""

    def abort(self) -> None:
        """From another thread: wait no longer."""
        ...


WAIT_SECONDS = 30.0
_LOOK_EVERY_SECONDS = 0.2


@contextmanager
def bounded(waiting: Abortable) -> Iterator[None]:
    """Within the block every wait ends `WAIT_SECONDS` after the worker was told to stop."""
    finished = threading.Event()
    thread = threading.Thread(target=_watch, args=(waiting, finished), name="patience", daemon=True)
    thread.start()
    try:
        yield
    finally:
        finished.set()
        thread.join()


def _watch(waiting: Abortable, finished: threading.Event) -> None:
    while not finished.wait(_LOOK_EVERY_SECONDS):
        passed = seconds_since_stop()
        if passed is not None and passed >= WAIT_SECONDS:
            # Again and again: what was only begun after the first time waits no longer either.
            waiting.abort()
