"""Saying that there is work, once the change that makes it is committed.

What is said is a source's name and no more. It is a kindness and no promise: who is not woken finds the rows
by looking. The embedded worker looks twice a second and needs no waking, so by default nobody listens.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app
from sqlalchemy import event
from sqlalchemy.orm import Session

from newsroom.platform.db import UnitSession, db

Listener = Callable[[str], None]

_EXTENSION = "newsroom.jobs.listener"
_SAID = "newsroom.jobs.said"


def listen(app: Flask, listener: Listener) -> None:
    """Let `listener(name)` be called after each commit that made work for the source `name`.

    It is called in the thread that committed, and must neither wait nor raise.
    """
    app.extensions[_EXTENSION] = listener


def wake(name: str) -> None:
    """In a unit of work: there is something to do for the source `name` when this is committed."""
    if _EXTENSION in current_app.extensions:
        db.session().info.setdefault(_SAID, set()).add(name)


@event.listens_for(UnitSession, "after_commit")
def _tell(session: Session) -> None:
    listener: Listener | None = current_app.extensions.get(_EXTENSION)
    for name in sorted(session.info.pop(_SAID, ())):
        if listener is not None:
            listener(name)


@event.listens_for(UnitSession, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_SAID, None)
