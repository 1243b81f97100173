"""Whether work grows in proportion to what it is done on, asked on a machine that may be busy.

Seconds say nothing about the code on such a machine, and even the time that a processor was at work for us
counts what its other users do to it.  So growth is judged and not speed, with room for a measurement that
was out of luck, and what is over in no time is not judged at all.
"""

import time
from collections.abc import Callable

TIMES_AS_MUCH = 8
# Eight times as much takes about eight times as long; in quadratic time it would be sixty-four times.
TOO_MANY_TIMES = 24
NO_TIME_SECONDS = 0.25
_TRIES = 5


def grows_in_proportion(work: Callable[[int], object], size: int) -> bool:
    """Do the work at a size and at an eighth of it; whether the effort grew no more than the size did.

    The best of a few measurements counts, since disturbances only ever add to one.
    """
    short = long = float("inf")
    for _ in range(_TRIES):
        long = min(long, _effort(work, size))
        if long < NO_TIME_SECONDS:
            return True
        short = min(short, _effort(work, size // TIMES_AS_MUCH))
        if long < TOO_MANY_TIMES * short:
            return True
    return False


def _effort(work: Callable[[int], object], size: int) -> float:
    """Processor seconds of this thread."""
    started = time.thread_time()
    work(size)
    return time.thread_time() - started
