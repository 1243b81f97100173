"""How patient the worker is: pure numbers, no clock and no database."""

from datetime import timedelta

LEASE = timedelta(seconds=60)
"""How long a worker may be silent before its job is given to another."""

MAX_ATTEMPTS = 8
"""After so many failures a job waits for a person; `flask doctor` names it."""

KEPT = timedelta(days=30)
"""How long a finished job stays readable."""

_FIRST_WAIT = timedelta(seconds=15)
_LONGEST_WAIT = timedelta(hours=6)
_LONGEST_SOURCE_WAIT = timedelta(minutes=5)


def wait_before(attempt_count: int) -> timedelta:
    """How long to wait after the given number of failed attempts (from 1): 15 s, 1 min, 4 min … 6 h."""
    return min(_FIRST_WAIT * 4 ** (min(attempt_count, 12) - 1), _LONGEST_WAIT)


def source_wait(failure_count: int) -> timedelta:
    """How long to leave a failing source of work alone: 1 s, 2 s, 4 s … up to five minutes."""
    return min(timedelta(seconds=2 ** (min(failure_count, 12) - 1)), _LONGEST_SOURCE_WAIT)
