"""Being told to stop: the moment, which long work asks for, and the signals. It stops nothing itself."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

# By the monotonic clock. A plain value, because a signal handler may not take a lock that the code it
# interrupts may hold.
_asked_at: float | None = None


def stop_requested() -> bool:
    """Whether the worker was told to stop: long work asks between its steps, and comes back when it was."""
    return _asked_at is not None


def seconds_since_stop() -> float | None:
    """How long ago the worker was told to stop; None when it was not."""
    asked_at = _asked_at
    return None if asked_at is None else time.monotonic() - asked_at


def request_stop() -> None:
    """Let all work of this process come back after the step it is in."""
    global _asked_at
    if _asked_at is None:
        _asked_at = time.monotonic()


def begin() -> None:
    """Nobody has told this process to stop yet."""
    global _asked_at
    _asked_at = None


@contextmanager
def listening_to_signals() -> Iterator[None]:
    """SIGTERM and SIGINT request a stop within the block; in a process's main thread only."""
    begin()
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before: dict[int, Any] = {}

    def stop(number: int, _frame: FrameType | None) -> None:
        # A second signal means it: the old manners apply again.
        signal.signal(number, before[number])
        request_stop()

    for wanted in (signal.SIGTERM, signal.SIGINT):
        before[wanted] = signal.signal(wanted, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
