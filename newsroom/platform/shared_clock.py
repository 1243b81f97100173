"""What time it is for what several machines agree upon: signs of life, limits that all keep together.

On PostgreSQL that is the database's clock, so that a machine whose own is slow is not taken for dead by the
others, and one whose own is fast keeps no limit for itself. It is asked once a minute, and counted on by a
clock that nobody sets. A SQLite file belongs to one machine, whose clock will do.

What people read, schedules among it, goes by `clock`.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import current_app
from sqlalchemy import func, select

from newsroom.platform import clock
from newsroom.platform.db import db

_ASK_EVERY_SECONDS = 60.0
_EXTENSION = "newsroom.shared_clock"


class _Asked(NamedTuple):
    moment: datetime
    at: float


def now() -> datetime:
    """The present instant for all machines that share the database, as an aware time in UTC.

    Joins no transaction. Raises `sqlalchemy.exc.OperationalError` where the database has to be asked and is
    away.
    """
    if _is_of_one_machine():
        return clock.now()
    asked: _Asked | None = current_app.extensions.get(_EXTENSION)
    if asked is None or time.monotonic() - asked.at > _ASK_EVERY_SECONDS:
        asked = current_app.extensions[_EXTENSION] = _ask()
    return asked.moment + timedelta(seconds=time.monotonic() - asked.at)


def _is_of_one_machine() -> bool:
    """Whether nobody else can have another clock."""
    return db.engine.dialect.name != "postgresql"


def _ask() -> _Asked:
    # Over a connection of its own: whoever asks may be in the middle of a unit of work, or hold nothing.
    with db.engine.connect() as connection:
        before = time.monotonic()
        moment = connection.execute(select(func.clock_timestamp())).scalar_one()
        # It answered some time between the question and now.
        return _Asked(moment, (before + time.monotonic()) / 2)
