"""Being told to stop: a flag that long work asks, and the signals that raise it. It stops nothing itself."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

# A plain flag, because a signal handler may not take a lock that the code it interrupts may hold.
_stopping = False


def stop_requested() -> bool:
    """Whether the worker was told to stop: long work asks between its steps, and comes back when it was."""
    return _stopping


def request_stop() -> None:
    """Let all work of this process come back after the step it is in."""
    global _stopping
    _stopping = True


def begin() -> None:
    """Nobody has told this process to stop yet."""
    global _stopping
    _stopping = False


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
