"""How long a worker that was told to stop waits for an answer that is due.

A mail server may take minutes after the final dot; whoever stops a worker waits half a minute. It stops no
worker and decides nothing about a letter: it only cuts a wait short.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from newsroom.platform.jobs import stop_requested


class Abortable(Protocol):
    """Whatever waits for answers."""

    def abort(self) -> None:
        """From another thread: wait no longer."""
        ...


WAIT_SECONDS = 30.0
_LOOK_EVERY_SECONDS = 0.2


@contextmanager
def bounded(waiting: Abortable) -> Iterator[None]:
    """Within the block a stop that was asked for ends every wait in `WAIT_SECONDS`."""
    finished = threading.Event()
    thread = threading.Thread(target=_watch, args=(waiting, finished), name="dispatch stop", daemon=True)
    thread.start()
    try:
        yield
    finally:
        finished.set()
        thread.join()


def _watch(waiting: Abortable, finished: threading.Event) -> None:
    asked_at: float | None = None
    while not finished.wait(_LOOK_EVERY_SECONDS):
        if not stop_requested():
            continue
        asked_at = asked_at or time.monotonic()
        if time.monotonic() - asked_at >= WAIT_SECONDS:
            waiting.abort()
            return
