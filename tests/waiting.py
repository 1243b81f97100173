"""Waiting until something is so, however slow the machine is.

No test takes time for a sign: it waits for what it needs to see, and only a hang reaches the deadline.
"""

import threading
import time
from collections.abc import Callable

LONG_SECONDS = 180.0
# Looking costs the processor on which the awaited would run: what does not come at once is looked for less.
_FIRST_LOOK_AFTER_SECONDS = 0.01
_LOOK_EVERY_SECONDS = 0.05


def wait_until(
    condition: Callable[[], object], complaint: str | Callable[[], str], seconds: float = LONG_SECONDS
) -> None:
    """Look again and again until the condition holds; fail the test with the complaint when it never does."""
    deadline = time.monotonic() + seconds
    pause = _FIRST_LOOK_AFTER_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(complaint if isinstance(complaint, str) else complaint())
        time.sleep(pause)
        pause = min(pause * 1.5, _LOOK_EVERY_SECONDS)


def once(condition: Callable[[], object], step: Callable[[], object]) -> threading.Thread:
    """Do a step in a thread of its own as soon as the condition holds, while the test does something else."""

    def run() -> None:
        wait_until(condition, "what a step was waiting for never came")
        step()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread
