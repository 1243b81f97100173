"""A unit of work that insists: what a server has answered is known to nobody else until it is stored.

It decides nothing about what is written.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import OperationalError

from newsroom.platform.db import unit_of_work

log = logging.getLogger(__name__)

PAUSES_SECONDS = (0.2, 1.0, 3.0)
T = TypeVar("T")


def committed(step: Callable[[], T]) -> T:
    """Do a step in a unit of work, again while the database is locked, restarting or out of breath.

    The step must be one that may be tried again: each of its statements names the state and the owner that
    it expects. Raises `sqlalchemy.exc.OperationalError` when the database stays away.
    """
    for pause in PAUSES_SECONDS:
        try:
            with unit_of_work():
                return step()
        except OperationalError as problem:
            log.warning("The database did not take a result (%s); once more in %s s", problem.orig, pause)
            time.sleep(pause)
    with unit_of_work():
        return step()
