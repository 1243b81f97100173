"""A unit of work that insists: what a server has answered is known to nobody else until it is stored.

It decides nothing about what is written.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from itertools import chain, repeat
from typing import TypeVar

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError

from newsroom.platform.db import unit_of_work
from newsroom.platform.jobs.stopping import seconds_since_stop

log = logging.getLogger(__name__)

# The last one again and again.
PAUSES_SECONDS = (0.2, 1.0, 3.0)
# How long a worker that was told to stop still tries.
WAIT_SECONDS = 30.0
# What a try takes where nothing answers: to find the kept connection dead, and to open none (`postgresql`).
_SILENT_TRY_SECONDS = 20.0
# What says that the statement is wrong, and not that the database is away.
_DEFECTS = (DataError, IntegrityError, NotSupportedError, ProgrammingError)
T = TypeVar("T")


def committed(step: Callable[[], T]) -> T:
    """Do a step in a unit of work, again while the database is locked, full, restarting or failing over.

    There is no end to it but a stop: nothing else can begin meanwhile, and giving up would make every letter
    in hand uncertain. The step must be one that may be tried again, also after a commit whose success nobody
    has heard of: each of its statements names the state and the owner that it expects. Raises
    `sqlalchemy.exc.DBAPIError` when the worker was told to stop and the database stays away: no try begins
    that would take longer than `WAIT_SECONDS` after that.
    """
    for pause in chain(PAUSES_SECONDS, repeat(PAUSES_SECONDS[-1])):
        began = time.monotonic()
        try:
            with unit_of_work():
                return step()
        except _DEFECTS:
            raise
        except DBAPIError as problem:
            if not _is_time_for_another(pause, time.monotonic() - began):
                raise
            log.warning("The database did not take a result (%s); once more in %s s", problem.orig, pause)
            time.sleep(pause)
    raise AssertionError("the pauses never end")


def _is_time_for_another(pause: float, last_took: float) -> bool:
    """Whether another try, which may take as long as the last one, would end before nobody waits any more."""
    passed = seconds_since_stop()
    return passed is None or passed + pause + min(last_took, _SILENT_TRY_SECONDS) < WAIT_SECONDS
